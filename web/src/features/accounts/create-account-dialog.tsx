import { Plus, Trash2 } from 'lucide-react';
import { useFieldArray, useForm, type UseFormReturn } from 'react-hook-form';
import { toast } from '../../ui/toast';
import { useTranslations } from 'use-intl';
import { useCreateExchangeAccountMutation, type ExchangeName } from '../../gql/generated';
import { EXCHANGE_NAMES } from '../../lib/exchange-names';
import { amountFault } from '../../lib/field-rules';
import { useSubmit } from '../../lib/submit';
import { Button, IconButton } from '../../ui/button';
import { DecimalField } from '../../ui/decimal-field';
import { Field } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';
import { Input, Select } from '../../ui/input';
import { useLabelRule } from './label-rule';

interface AccountForm {
  label: string;
  exchange: ExchangeName;
  balances: { asset: string; amount: string | null }[];
}

/** Creates a simulation account with its starting balances. */
export function CreateAccountDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations('accounts.form');
  const labelRule = useLabelRule();
  const submit = useSubmit();
  const [create] = useCreateExchangeAccountMutation({ refetchQueries: ['ExchangeAccounts'] });
  const form = useForm<AccountForm>({
    defaultValues: { label: '', exchange: 'BINANCE_SPOT', balances: [{ asset: 'USDT', amount: '10000' }] },
  });
  const { errors } = form.formState;
  const save = form.handleSubmit(async ({ label, exchange, balances }) => {
    const initialBalances = balances.map(({ asset, amount }) => ({
      asset: asset.trim().toUpperCase(),
      amount: amount ?? '',
    }));
    const input = { label: label.trim(), exchange, isSimulation: true, initialBalances };
    if (!(await submit.run(() => create({ variables: { input } })))) return;
    toast.success(t('created', { account: input.label }));
    onClose();
  });
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('title')}
      description={t('description')}
      submitLabel={t('submit')}
      onSubmit={(event) => void save(event)}
      busy={submit.busy}
      late={submit.late}
      refusal={submit.refusal}
    >
      <Field label={t('label')} hint={t('labelHint')} error={errors.label?.message} required>
        <Input autoComplete="off" {...form.register('label', labelRule)} />
      </Field>
      <Field label={t('exchange')} hint={t('exchangeHint')}>
        <Select {...form.register('exchange')}>
          {Object.entries(EXCHANGE_NAMES).map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
      <BalanceRows form={form} />
    </FormDialog>
  );
}

function BalanceRows({ form }: { form: UseFormReturn<AccountForm> }) {
  const t = useTranslations('accounts.form');
  const { fields, append, remove } = useFieldArray({ control: form.control, name: 'balances' });
  const assetRule = (text: string, { balances }: AccountForm) => {
    const asset = text.trim().toUpperCase();
    if (!/^[A-Z0-9]{1,32}$/.test(asset)) return t('assetRule');
    return balances.filter((row) => row.asset.trim().toUpperCase() === asset).length > 1 ? t('assetTwice') : true;
  };
  return (
    <fieldset className="min-w-0 border-t border-line pt-4">
      <legend className="sr-only">{t('balances')}</legend>
      <p aria-hidden className="text-sm font-semibold">
        {t('balances')}
      </p>
      <p className="mt-0.5 mb-3 text-xs text-faint">{t('balancesHint')}</p>
      {fields.map((row, index) => (
        <div key={row.id} className="grid grid-cols-[6.5rem_1fr_auto] items-start gap-2">
          <Field
            label={t('asset')}
            error={form.formState.errors.balances?.[index]?.asset?.message}
            hideLabel={index > 0}
          >
            <Input
              autoComplete="off"
              autoCapitalize="characters"
              className="uppercase"
              {...form.register(`balances.${index}.asset`, { validate: assetRule })}
            />
          </Field>
          <DecimalField
            control={form.control}
            name={`balances.${index}.amount`}
            label={index > 0 ? <span className="sr-only">{t('amount')}</span> : t('amount')}
            rule={(value) => amountFault(value)}
          />
          <span className={index === 0 ? 'pt-5.5' : 'phone:pt-0'}>
            <IconButton
              label={t('remove', { asset: form.watch(`balances.${index}.asset`) || String(index + 1) })}
              disabled={fields.length === 1}
              onClick={() => remove(index)}
            >
              <Trash2 aria-hidden />
            </IconButton>
          </span>
        </div>
      ))}
      <Button size="sm" onClick={() => append({ asset: '', amount: '' })}>
        <Plus className="size-3.5" aria-hidden />
        {t('add')}
      </Button>
    </fieldset>
  );
}
