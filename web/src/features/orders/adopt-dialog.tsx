import { useForm, type UseFormReturn } from 'react-hook-form';
import { toast } from '../../ui/toast';
import { useTranslations } from 'use-intl';
import {
  useAccountHoldingsQuery,
  useAdoptHoldingMutation,
  type AdoptHoldingInput,
  type ExternalOrderRowFragment,
} from '../../gql/generated';
import { useFilterChoices } from '../../lib/filter-choices';
import { signOf } from '../../lib/decimal';
import { amountFault, percentFault, PROFIT_MAX, textOrNull } from '../../lib/field-rules';
import { useIdempotencyKey } from '../../lib/idempotency';
import { baseOf } from '../../lib/live/open-positions';
import { useSubmit } from '../../lib/submit';
import { DecimalField } from '../../ui/decimal-field';
import { Facts } from '../../ui/facts';
import { Field } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';
import { Input, Select } from '../../ui/input';
import { Price, Quantity } from '../../ui/money';
import { ModeBadge } from '../../ui/signal-badges';

interface AdoptForm {
  accountId: string;
  asset: string;
  quote: string;
  quantity: string | null;
  entryPrice: string | null;
  slPct: string | null;
  tpPct: string | null;
}

interface AdoptDialogProps {
  /** An external buy order whose trades give quantity and price; without it the user enters them. */
  order?: ExternalOrderRowFragment;
  onClose: () => void;
  onDone: () => void;
}

/** Adopts coins that were bought outside mvcashnode as a position. Nothing is sent to the exchange. */
export function AdoptDialog({ order, onClose, onDone }: AdoptDialogProps) {
  const t = useTranslations('foreign.form');
  const [idempotencyKey, renewKey] = useIdempotencyKey();
  const submit = useSubmit(renewKey);
  const [adopt] = useAdoptHoldingMutation();
  const accounts = useFilterChoices({ tradeMode: 'REAL' }).account;
  const form = useForm<AdoptForm>({
    defaultValues: { accountId: '', asset: '', quote: 'USDT', quantity: '', entryPrice: '', slPct: '', tpPct: '' },
  });
  const accountId = order?.account.id ?? (form.watch('accountId') || accounts[0]?.value);
  const label = accounts.find(({ value }) => value === accountId)?.label ?? order?.account.label ?? '';
  const save = form.handleSubmit(async ({ asset, quote, quantity, entryPrice, slPct, tpPct }) => {
    const bought = order
      ? { symbol: order.symbol, externalOrderId: order.id }
      : { symbol: `${asset}/${quote.trim().toUpperCase()}`, quantity, entryPrice };
    const input: AdoptHoldingInput = {
      ...{ ...bought, accountId: accountId ?? '', idempotencyKey },
      ...{ slPct: textOrNull(slPct), tpPct: textOrNull(tpPct) },
    };
    if (!(await submit.run(() => adopt({ variables: { input } })))) return;
    toast.success(t('adopted', { symbol: input.symbol }));
    onDone();
    onClose();
  });
  return (
    <FormDialog
      open
      real
      onClose={onClose}
      title={t('title')}
      description={t('description')}
      submitLabel={t('submit')}
      onSubmit={(event) => void save(event)}
      {...{ busy: submit.busy, late: submit.late, refusal: submit.refusal }}
      repeatable
    >
      <p className="flex items-center gap-2 text-sm">
        <ModeBadge mode="REAL" />
        {label}
      </p>
      {order ? (
        <OrderFacts order={order} />
      ) : (
        <>
          <Field label={t('account')} required>
            <Select {...form.register('accountId')}>
              {accounts.map((account) => (
                <option key={account.value} value={account.value}>
                  {account.label}
                </option>
              ))}
            </Select>
          </Field>
          {accountId && <HoldingFields key={accountId} form={form} accountId={accountId} />}
        </>
      )}
      <div className="grid gap-4 sm:grid-cols-2">
        <DecimalField
          {...{ control: form.control, name: 'slPct', label: t('stopLoss'), hint: t('exitHint'), unit: '%' }}
          rule={(value) => percentFault(value, false)}
        />
        <DecimalField
          {...{ control: form.control, name: 'tpPct', label: t('takeProfit'), hint: t('exitHint'), unit: '%' }}
          rule={(value) => percentFault(value, false, PROFIT_MAX)}
        />
      </div>
    </FormDialog>
  );
}

function OrderFacts({ order }: { order: ExternalOrderRowFragment }) {
  const t = useTranslations('foreign.form');
  const { symbol, executedQty, avgPrice } = order;
  return (
    <Facts
      facts={[
        [t('symbol'), symbol],
        [t('bought'), <Quantity key="bought" value={executedQty} asset={baseOf(symbol)} />],
        [t('paid'), <Price key="paid" value={avgPrice} tickSize={undefined} />],
      ]}
    />
  );
}

/** Which coin (free, and not in a position), how many, and the price paid for one. */
function HoldingFields({ form, accountId }: { form: UseFormReturn<AdoptForm>; accountId: string }) {
  const t = useTranslations('foreign.form');
  const rules = useTranslations('common.rules');
  const { data, loading, error } = useAccountHoldingsQuery({ variables: { accountId }, fetchPolicy: 'network-only' });
  const free = (data?.accountHoldings ?? []).filter(({ adoptable }) => signOf(adoptable) > 0);
  const asset = form.watch('asset');
  const chosen = free.find((holding) => holding.asset === asset);
  const { errors } = form.formState;
  if (error) return <p className="text-sm text-danger">{t('unreachable')}</p>;
  return (
    <>
      <div className="grid grid-cols-[1fr_7rem] gap-4">
        <Field label={t('asset')} hint={loading ? t('asking') : t('assetHint')} error={errors.asset?.message} required>
          <Select {...form.register('asset', { validate: (value) => value !== '' || rules('required') })}>
            <option value="">{t('choose')}</option>
            {free.map((holding) => (
              <option key={holding.asset} value={holding.asset}>
                {holding.asset}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={t('quote')} error={errors.quote?.message} required>
          <Input
            autoComplete="off"
            className="uppercase"
            {...form.register('quote', { validate: (value) => value.trim() !== '' || rules('required') })}
          />
        </Field>
      </div>
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <DecimalField
          {...{ control: form.control, name: 'quantity', label: t('quantity'), required: true, unit: asset }}
          hint={chosen && <Free amount={chosen.adoptable} asset={chosen.asset} />}
          rule={(value) => amountFault(value)}
        />
        <DecimalField
          {...{ control: form.control, name: 'entryPrice', label: t('price'), required: true, hint: t('priceHint') }}
          rule={(value) => amountFault(value)}
        />
      </div>
    </>
  );
}

function Free({ amount, asset }: { amount: string; asset: string }) {
  const t = useTranslations('foreign.form');
  return (
    <>
      {t('free')} <Quantity value={amount} asset={asset} />
    </>
  );
}
