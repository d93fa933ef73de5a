import { useEffectEvent, useLayoutEffect, useState, type FormEvent } from 'react';
import { useTranslations } from 'use-intl';
import { useClosePositionMutation, usePlaceLimitSellMutation, type LivePositionFragment } from '../../gql/generated';
import { useIdempotencyKey } from '../../lib/idempotency';
import { useMovingPrices } from '../../lib/live/frozen-prices';
import { baseOf, marketOf, useMarkets } from '../../lib/live/open-positions';
import { priceStore } from '../../lib/live/price-store';
import { useFormat } from '../../lib/format';
import { accepted, useSubmit } from '../../lib/submit';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { FormDialog } from '../../ui/form-dialog';
import { ModeNotice } from '../../ui/mode-notice';
import { Notice } from '../../ui/notice';
import { Segmented } from '../../ui/segmented';
import { JobProgress } from './job-progress';
import { SellAmount, SellEstimate, SellLimit } from './sell-fields';
import { quantityOf, sellFaults, type SellForm } from './sell-order';

interface SellDialogProps {
  position: LivePositionFragment;
  startWith: SellForm['orderType'];
  /** The button was the confirmation: all of it is sold at the market at once. The dialog shows what becomes of it. */
  atOnce?: boolean;
  onClose: () => void;
}

/** Sells a position or a part of it, at the market or with a limit order, and then shows the progress of the order. */
export function SellDialog({ position, startWith, atOnce = false, onClose }: SellDialogProps) {
  const t = useTranslations('actions.sell');
  const [sent, setSent] = useState<{ jobId: string | null }>();
  if (!sent)
    return <SellRequest {...{ position, startWith, atOnce, onClose }} onSent={(jobId) => setSent({ jobId })} />;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('title', { symbol: position.symbol })}
      footer={
        <Button tone="primary" onClick={onClose}>
          {t('done')}
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <ModeNotice mode={position.tradeMode} account={position.account.label} />
        {sent.jobId ? <JobProgress jobId={sent.jobId} /> : <Notice tone="ok">{t('dust')}</Notice>}
      </div>
    </Dialog>
  );
}

/** Sends what the form says, once, however often it is sent; resolves to false when it was refused. */
function useSell(positionId: string, onSent: (jobId: string | null) => void) {
  const [idempotencyKey, renewKey] = useIdempotencyKey();
  const submit = useSubmit(renewKey);
  const [close] = useClosePositionMutation();
  const [place] = usePlaceLimitSellMutation();
  const asked = { positionId, idempotencyKey };
  const sell = async (form: SellForm, quantity: string | null): Promise<string | null> => {
    if (form.orderType === 'LIMIT') {
      const input = { ...asked, price: form.price ?? '', quantity: quantity ?? '', hours: Number(form.hours) };
      return accepted((await place({ variables: { input } })).data?.placeLimitSell).job?.id ?? null;
    }
    const part = form.share === 'amount' ? { amount: form.amount ?? '' } : { percent: form.share };
    return accepted((await close({ variables: { input: { ...asked, ...part } } })).data?.closePosition).job?.id ?? null;
  };
  return {
    submit,
    send: (form: SellForm, quantity: string | null) => submit.run(async () => onSent(await sell(form, quantity))),
  };
}

/** Shown until the server answers a sale that was not asked about. */
function Sending({ position }: Pick<SellDialogProps, 'position'>) {
  const t = useTranslations('actions.sell');
  const common = useTranslations('common');
  return (
    <Dialog open onOpenChange={() => undefined} title={t('title', { symbol: position.symbol })}>
      <div className="flex flex-col gap-4">
        <ModeNotice mode={position.tradeMode} account={position.account.label} />
        <p role="status">{common('sending')}</p>
      </div>
    </Dialog>
  );
}

function SellRequest({
  position,
  startWith,
  atOnce,
  onClose,
  onSent,
}: SellDialogProps & { onSent: (jobId: string | null) => void }) {
  useMovingPrices();
  const t = useTranslations('actions.sell');
  const format = useFormat();
  const [form, setForm] = useState<SellForm>(() => ({
    ...{ orderType: startWith, share: '100', amount: '', hours: '24' },
    price: priceStore.newest(position.priceKey)?.last ?? '',
  }));
  const [isTried, setIsTried] = useState(false);
  const [isAtOnce, setIsAtOnce] = useState(atOnce);
  const { submit, send } = useSell(position.id, onSent);
  const change = (part: Partial<SellForm>) => setForm((old) => ({ ...old, ...part }));
  const sellable = { ...position, stepSize: marketOf(useMarkets(), position)?.stepSize };
  const quantity = quantityOf(form, sellable);
  const faults = sellFaults(form, sellable);
  // Nothing of the whole position at the market can be wrong in the form.
  const sendAtOnce = useEffectEvent(() => isAtOnce && void send(form, quantity).then(() => setIsAtOnce(false)));
  useLayoutEffect(() => void sendAtOnce(), []);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    setIsTried(true);
    if (Object.keys(faults).length === 0) void send(form, quantity);
  };
  if (isAtOnce && submit.busy && !submit.late) return <Sending position={position} />;
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('title', { symbol: position.symbol })}
      description={t(form.orderType === 'MARKET' ? 'marketBody' : 'limitBody')}
      submitLabel={t(form.orderType === 'MARKET' ? 'submitMarket' : 'submitLimit', {
        quantity: quantity ? format.decimal(quantity) : '',
        asset: baseOf(position.symbol),
      })}
      onSubmit={onSubmit}
      {...{ busy: submit.busy, late: submit.late, refusal: submit.refusal }}
      repeatable
      real={position.tradeMode === 'REAL'}
    >
      <ModeNotice mode={position.tradeMode} account={position.account.label} />
      <Segmented
        fill
        label={t('orderType')}
        value={form.orderType}
        onChange={(orderType) => change({ orderType })}
        options={[
          { value: 'MARKET', label: t('market') },
          { value: 'LIMIT', label: t('limit') },
        ]}
      />
      <SellAmount form={form} sellable={sellable} fault={isTried ? faults.amount : undefined} onChange={change} />
      {form.orderType === 'LIMIT' && (
        <SellLimit {...{ form, position }} faults={isTried ? faults : {}} onChange={change} />
      )}
      <SellEstimate form={form} position={position} quantity={quantity} />
    </FormDialog>
  );
}
