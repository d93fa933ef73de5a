import { Zap } from 'lucide-react';
import { useState } from 'react';
import { toast } from '../ui/toast';
import { useTranslations } from 'use-intl';
import { useCancelOrderMutation, type LiveJobFragment } from '../gql/generated';
import { useMarkets } from '../lib/live/open-positions';
import { usePreferences } from '../lib/preferences';
import { accepted } from '../lib/submit';
import { Button } from '../ui/button';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { ModeNotice } from '../ui/mode-notice';
import { Price } from '../ui/money';

/** Cancels a resting order, after a confirmation unless the user has turned those off. The list changes only when the server confirms it. */
export function CancelOrderButton({ order }: { order: LiveJobFragment }) {
  const t = useTranslations('orders');
  const side = useTranslations('words.side');
  const tickSize = useMarkets().get(order.symbol)?.tickSize;
  const atOnce = !usePreferences().confirmations;
  const [isAsking, setIsAsking] = useState(false);
  const [cancel] = useCancelOrderMutation();
  return (
    <>
      <Button
        size="sm"
        busy={atOnce && isAsking}
        {...(atOnce && { 'aria-label': t('cancelAtOnce'), title: t('cancelAtOnce') })}
        onClick={() => setIsAsking(true)}
      >
        {atOnce && !isAsking && <Zap className="size-3" aria-hidden />}
        {t('cancel')}
      </Button>
      <ConfirmDialog
        open={isAsking}
        onClose={() => setIsAsking(false)}
        title={t('cancelTitle', { side: side(order.side), symbol: order.symbol })}
        description={t('cancelBody')}
        confirmLabel={t('cancelConfirm')}
        keepLabel={t('keep')}
        danger
        repeatable
        atOnce={atOnce}
        onConfirm={async () => {
          accepted((await cancel({ variables: { input: { jobId: order.id } } })).data?.cancelOrder);
          toast.success(t('canceled', { symbol: order.symbol }));
        }}
      >
        <ModeNotice mode={order.tradeMode} account={order.account.label} />
        {order.limitPrice && (
          <p className="text-sm">
            {t('limit')}: <Price value={order.limitPrice} tickSize={tickSize} />
          </p>
        )}
      </ConfirmDialog>
    </>
  );
}
