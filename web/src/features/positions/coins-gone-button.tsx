import { useState } from 'react';
import { toast } from '../../ui/toast';
import { useTranslations } from 'use-intl';
import { useCloseAsReconciledMutation, type LivePositionFragment } from '../../gql/generated';
import { Button } from '../../ui/button';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { ModeNotice } from '../../ui/mode-notice';

/** Closes a position whose coins left the account outside of this program; the server refuses while they are there. */
export function CoinsGoneButton({ position }: { position: LivePositionFragment }) {
  const t = useTranslations('actions.coinsGone');
  const [isAsking, setIsAsking] = useState(false);
  const [close] = useCloseAsReconciledMutation();
  return (
    <>
      <Button onClick={() => setIsAsking(true)}>{t('label')}</Button>
      <ConfirmDialog
        open={isAsking}
        onClose={() => setIsAsking(false)}
        title={t('title', { symbol: position.symbol })}
        description={t('body')}
        confirmLabel={t('confirm')}
        danger
        onConfirm={async () => {
          await close({ variables: { positionId: position.id } });
          toast.success(t('done', { symbol: position.symbol }));
        }}
      >
        <ModeNotice mode={position.tradeMode} account={position.account.label} />
      </ConfirmDialog>
    </>
  );
}
