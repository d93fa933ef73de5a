import { useApolloClient } from '@apollo/client/react';
import { useState, type FormEvent, type ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import {
  PreviewOrderDocument,
  useBuyChoicesQuery,
  usePlaceOrderMutation,
  type LivePositionFragment,
  type PreviewOrderQuery,
} from '../../gql/generated';
import { useFormat } from '../../lib/format';
import { useIdempotencyKey } from '../../lib/idempotency';
import { useMovingPrices } from '../../lib/live/frozen-prices';
import { baseOf } from '../../lib/live/open-positions';
import { useTradeMode } from '../../lib/preferences';
import { accepted, useSubmit } from '../../lib/submit';
import { nodesOf } from '../../lib/whole-list';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { FormDialog } from '../../ui/form-dialog';
import { ModeNotice } from '../../ui/mode-notice';
import { BuyFields, type BuyChoices } from './buy-fields';
import { buyFaults, firstForm, orderInput, type BuyForm } from './buy-order';
import { BuyPreview } from './buy-preview';
import { JobProgress } from './job-progress';

export type Preview = Extract<PreviewOrderQuery['previewOrder'], { __typename: 'OrderPreview' }>;

interface BuyDialogProps {
  /** The open position to add to; without it, a new one is opened. */
  position?: LivePositionFragment;
  onClose: () => void;
}

/** Buys by hand: a form, the preview of exactly what will be sent, and then the progress of the order. */
export function BuyDialog({ position, onClose }: BuyDialogProps) {
  useMovingPrices();
  const t = useTranslations('buy');
  const mode = useTradeMode();
  const tradeMode = position?.tradeMode ?? mode;
  const [form, setForm] = useState(() => firstForm(position));
  const [preview, setPreview] = useState<Preview>();
  const [jobId, setJobId] = useState<string>();
  const { data } = useBuyChoicesQuery({ variables: { tradeMode } });
  const choices: BuyChoices = {
    accounts: nodesOf(data?.exchangeAccounts),
    vaults: nodesOf(data?.vaults),
    isKnown: data !== undefined,
  };
  const label = position?.account.label ?? choices.accounts.find(({ id }) => id === form.accountId)?.label ?? '';
  const shared = { form, position, onClose, notice: <ModeNotice mode={tradeMode} account={label} /> };
  if (jobId !== undefined)
    return (
      <Dialog
        open
        onOpenChange={(open) => !open && onClose()}
        title={t('titleOf', { symbol: preview?.symbol ?? form.symbol })}
        footer={
          <Button tone="primary" onClick={onClose}>
            {t('done')}
          </Button>
        }
      >
        <div className="flex flex-col gap-4">
          {shared.notice}
          <JobProgress jobId={jobId} />
        </div>
      </Dialog>
    );
  if (preview)
    return (
      <OrderRequest
        {...shared}
        preview={preview}
        onPreview={setPreview}
        onBack={() => setPreview(undefined)}
        onPlaced={setJobId}
      />
    );
  return <OrderForm {...shared} choices={choices} onForm={setForm} onPreview={setPreview} />;
}

interface StepProps {
  form: BuyForm;
  position: LivePositionFragment | undefined;
  notice: ReactNode;
  onClose: () => void;
  onPreview: (preview: Preview) => void;
}

const usePreview = ({ form, position, onPreview }: Pick<StepProps, 'form' | 'position' | 'onPreview'>) => {
  const client = useApolloClient();
  return async () => {
    const { data } = await client.query({
      ...{ query: PreviewOrderDocument, variables: { input: orderInput(form, position) }, fetchPolicy: 'no-cache' },
    });
    onPreview(accepted(data?.previewOrder) as Preview);
  };
};

function OrderForm({
  choices,
  onForm,
  ...step
}: StepProps & { choices: BuyChoices; onForm: (change: (old: BuyForm) => BuyForm) => void }) {
  const t = useTranslations('buy');
  const { form, position, notice, onClose } = step;
  const submit = useSubmit();
  const [isTried, setIsTried] = useState(false);
  const faults = buyFaults(form);
  const preview = usePreview(step);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    setIsTried(true);
    if (Object.keys(faults).length === 0) void submit.run(preview);
  };
  return (
    <FormDialog
      open
      onClose={onClose}
      title={position ? t('addTitle', { symbol: position.symbol }) : t('title')}
      description={position ? t('addBody') : t('body')}
      submitLabel={t('preview')}
      onSubmit={onSubmit}
      {...{ busy: submit.busy, late: submit.late, refusal: submit.refusal }}
      repeatable
    >
      {notice}
      <BuyFields
        {...{ form, choices }}
        isAdding={position !== undefined}
        faults={isTried ? faults : {}}
        onChange={(part) => onForm((old) => ({ ...old, ...part }))}
      />
    </FormDialog>
  );
}

function OrderRequest({
  preview,
  onBack,
  onPlaced,
  ...step
}: StepProps & { preview: Preview; onBack: () => void; onPlaced: (jobId: string) => void }) {
  const t = useTranslations('buy');
  const format = useFormat();
  const { form, position, notice, onClose } = step;
  const [idempotencyKey, renewKey] = useIdempotencyKey();
  const submit = useSubmit(renewKey);
  const [place] = usePlaceOrderMutation();
  const previewAgain = usePreview(step);
  const order = async () => {
    const expected = { price: preview.price, quantity: preview.quantity };
    const input = { ...orderInput(form, position), expected, idempotencyKey };
    const { job } = accepted((await place({ variables: { input } })).data?.placeOrder);
    if (job) onPlaced(job.id);
  };
  const size = { quantity: format.decimal(preview.quantity), asset: baseOf(preview.symbol) };
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('titleOf', { symbol: preview.symbol })}
      description={t('previewBody')}
      submitLabel={t(preview.orderType === 'MARKET' ? 'submitMarket' : 'submitLimit', size)}
      onSubmit={(event) => {
        event.preventDefault();
        void submit.run(order);
      }}
      {...{ busy: submit.busy, late: submit.late, refusal: submit.refusal }}
      repeatable
      real={preview.tradeMode === 'REAL'}
    >
      {notice}
      <BuyPreview preview={preview} isAdding={position !== undefined} />
      <div className="flex flex-wrap gap-2">
        <Button size="sm" onClick={onBack} disabled={submit.busy}>
          {t('change')}
        </Button>
        <Button size="sm" onClick={() => void submit.run(previewAgain)} disabled={submit.busy}>
          {t('again')}
        </Button>
      </div>
    </FormDialog>
  );
}
