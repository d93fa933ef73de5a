import { OctagonX } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { KillSwitchDialog } from '../../actions/kill-switch-dialog';
import { IconButton } from '../../ui/button';

/** The button of the kill switch on every page. Pressing it only opens the dialog. */
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
      {isOpen && <KillSwitchDialog onClose={() => setIsOpen(false)} />}
    </>
  );
}
