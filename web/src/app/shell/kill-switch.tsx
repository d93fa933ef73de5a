import { OctagonX } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslations } from 'use-intl';
import { IconButton } from '../../ui/button';

const KillSwitchDialog = lazy(() =>
  import('../../actions/kill-switch-dialog').then((module) => ({ default: module.KillSwitchDialog })),
);

/** The kill switch, in reach on every page; pressing it only opens the question. */
export function KillSwitch() {
  const t = useTranslations('shell');
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <IconButton
        label={t('killSwitch')}
        tone="danger"
        onClick={() => setIsOpen(true)}
        aria-haspopup="dialog"
        data-testid="kill-switch"
      >
        <OctagonX aria-hidden />
      </IconButton>
      <Suspense>{isOpen && <KillSwitchDialog onClose={() => setIsOpen(false)} />}</Suspense>
    </>
  );
}
