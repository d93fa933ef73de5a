import { Controller, useForm, type UseFormReturn } from 'react-hook-form';
import { toast } from '../../ui/toast';
import { useTranslations } from 'use-intl';
import {
  useCreateExchangeAccountMutation,
  useExchangeRulesQuery,
  type ExchangeName,
  type ExchangeRulesQuery,
} from '../../gql/generated';
import { EXCHANGE_NAMES } from '../../lib/exchange-names';
import { useSubmit } from '../../lib/submit';
import { Field } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';
import { Input, Select } from '../../ui/input';
import { PasswordAgainField, usePasswordRule } from '../../ui/password-again';
import { Switch } from '../../ui/switch';
import { useAcceptWithdraw } from './accept-withdraw';
import { KeyFields, keysInput, NO_KEYS, type KeyForm } from './key-fields';
import { useLabelRule } from './label-rule';

interface RealAccountForm extends KeyForm {
  label: string;
  exchange: ExchangeName;
  testnet: boolean;
  proxyUrl: string;
  password: string;
}

type Rules = ExchangeRulesQuery['exchangeRules'][number];

/** Connects an account at a real exchange: the exchange, its keys, and the user's password. */
export function CreateRealAccountDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations('accounts.real');
  const submit = useSubmit();
  const withdraw = useAcceptWithdraw(submit.refusal?.reason);
  const passwordRule = usePasswordRule();
  const [create] = useCreateExchangeAccountMutation({ refetchQueries: ['ExchangeAccounts'] });
  const { data } = useExchangeRulesQuery({ fetchPolicy: 'cache-first' });
  const form = useForm<RealAccountForm>({
    defaultValues: { label: '', exchange: 'BINANCE_SPOT', testnet: false, proxyUrl: '', password: '', ...NO_KEYS },
  });
  const exchange = form.watch('exchange');
  const rules = data?.exchangeRules.find((one) => one.exchange === exchange);
  const needsPassphrase = rules?.needsPassphrase ?? false;
  const hasTestnet = rules?.hasTestnet ?? false;
  const save = form.handleSubmit(async (filled) => {
    const real = {
      keys: keysInput(filled, needsPassphrase),
      testnet: hasTestnet && filled.testnet,
      proxyUrl: filled.proxyUrl.trim() || null,
      password: filled.password,
      ...withdraw.input,
    };
    const input = { label: filled.label.trim(), exchange, isSimulation: false, real };
    if (!(await submit.run(() => create({ variables: { input } })))) {
      form.setValue('password', '');
      return;
    }
    toast.success(t('created', { account: input.label }));
    onClose();
  });
  return (
    <FormDialog
      sheet
      open
      real
      onClose={onClose}
      title={t('title')}
      description={t('description')}
      submitLabel={t('submit')}
      onSubmit={(event) => void save(event)}
      busy={submit.busy}
      late={submit.late}
      refusal={submit.refusal}
    >
      <AccountFields form={form} rules={rules} />
      {withdraw.field}
      <p className="border-t border-line pt-4 text-sm font-semibold">{t('confirmTitle')}</p>
      <PasswordAgainField
        registration={form.register('password', passwordRule)}
        error={form.formState.errors.password}
      />
    </FormDialog>
  );
}

/** Exchange, name, keys and proxy. */
function AccountFields({ form, rules }: { form: UseFormReturn<RealAccountForm>; rules: Rules | undefined }) {
  const t = useTranslations('accounts.real');
  const labelRule = useLabelRule();
  const { errors } = form.formState;
  return (
    <>
      <Field label={t('label')} hint={t('labelHint')} error={errors.label?.message} required>
        <Input autoComplete="off" {...form.register('label', labelRule)} />
      </Field>
      <Field label={t('exchange')}>
        <Select {...form.register('exchange')}>
          {Object.entries(EXCHANGE_NAMES).map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
      {rules?.hasTestnet && (
        <div className="flex items-start gap-3">
          <Controller
            control={form.control}
            name="testnet"
            render={({ field }) => (
              <Switch checked={field.value} onCheckedChange={field.onChange} label={t('testnet')} />
            )}
          />
          <span className="text-sm">
            {t('testnet')}
            <span className="block text-xs text-faint">{t('testnetHint')}</span>
          </span>
        </div>
      )}
      <p className="border-t border-line pt-4 text-sm font-semibold">{t('keysTitle')}</p>
      <KeyFields
        register={form.register}
        errors={errors}
        needsPassphrase={rules?.needsPassphrase ?? false}
        isPem={rules?.exchange === 'COINBASE_SPOT'}
      />
      <Field label={t('proxy')} hint={t('proxyHint')}>
        <Input
          autoComplete="off"
          spellCheck={false}
          className="font-mono"
          placeholder="socks5://proxy.example.com:1080"
          {...form.register('proxyUrl')}
        />
      </Field>
    </>
  );
}
