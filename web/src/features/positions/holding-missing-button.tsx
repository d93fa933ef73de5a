import { useState } from 'react';
import { toast } from '../../ui/toast';
import { useTranslations } from 'use-intl';
import { useCloseAsReconciledMutation, type LivePositionFragment } from '../../gql/generated';
import { Button } from '../../ui/button';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { ModeBadge } from '../../ui/signal-badges';

/** Removes coins from a position that left the account outside mvcashnode. The server refuses if they are still there. */
export function HoldingMissingButton({ position }: { position: LivePositionFragment }) {
  const t = useTranslations('actions.coinsGone');
  const [isAsking, setIsAsking] = useState(false);
  const [close] = useCloseAsReconciledMutation();
  return (
    <>
      <Button tone="quiet" className="phone:col-span-2" onClick={() => setIsAsking(true)}>
        {t('label')}
      </Button>
      <ConfirmDialog
        open={isAsking}
        onClose={() => setIsAsking(false)}
        title={t('title', { symbol: position.symbol })}
        description={t('body')}
        confirmLabel={t('confirm')}
        danger
        onConfirm={async () => {
          await close({ variables: { input: { positionId: position.id } } });
          toast.success(t('done', { symbol: position.symbol }));
        }}
      >
        <p className="flex items-center gap-2 text-sm">
          <ModeBadge mode={position.tradeMode} />
          {position.account.label}
        </p>
      </ConfirmDialog>
    </>
  );
}
