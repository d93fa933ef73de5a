import { useTranslations } from 'use-intl';
import { setPreferences } from '../../lib/preferences';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';

/** Asks before the page switches to real money. */
export function RealModeDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations('shell.mode');
  const confirm = () => {
    setPreferences({ tradeMode: 'REAL' });
    onClose();
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('toReal')}
      description={t('toRealBody')}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button className="border-transparent! bg-real! font-bold text-on-real!" onClick={confirm}>
            {t('confirmReal')}
          </Button>
        </>
      }
    >
      <p className="rounded-lg border border-real/50 bg-real-soft px-3 py-2 text-sm font-semibold text-real">
        {t('realBanner')}
      </p>
    </Dialog>
  );
}
