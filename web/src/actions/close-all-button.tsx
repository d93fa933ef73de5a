import { ListX } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../ui/button';
import { CloseAllDialog } from './close-all-dialog';

/** Opens the dialog that closes many positions at once. */
export function CloseAllButton({ isDisabled }: { isDisabled: boolean }) {
  const t = useTranslations('safety.closeAll');
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button tone="danger" disabled={isDisabled} onClick={() => setIsOpen(true)}>
        <ListX className="size-4" aria-hidden />
        {t('open')}
      </Button>
      {isOpen && <CloseAllDialog onClose={() => setIsOpen(false)} />}
    </>
  );
}
