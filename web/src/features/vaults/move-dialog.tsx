import { useForm, useWatch, type UseFormReturn } from 'react-hook-form';
import { toast } from '../../ui/toast';
import { useTranslations } from 'use-intl';
import { useDepositToVaultMutation, useWithdrawFromVaultMutation, type VaultRowFragment } from '../../gql/generated';
import { compareDecimals, sum } from '../../lib/decimal';
import { amountFault, type Fault } from '../../lib/field-rules';
import { useFormat } from '../../lib/format';
import { useIdempotencyKey } from '../../lib/idempotency';
import { useSubmit } from '../../lib/submit';
import { Button } from '../../ui/button';
import { DecimalField } from '../../ui/decimal-field';
import { Field } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';
import { Input, Select } from '../../ui/input';
import { PasswordAgainField, usePasswordRule } from '../../ui/password-again';
import { Quantity } from '../../ui/money';

export type MoveKind = 'deposit' | 'withdraw';

interface MoveForm {
  asset: string;
  amount: string | null;
  /** A withdrawal needs it. */
  password: string;
}

const assetIn = (text: string | undefined) => (text ?? '').trim().toUpperCase();
const availableOf = (vault: VaultRowFragment, asset: string) =>
  vault.balances.find((row) => row.asset === asset)?.available ?? '0';

/** Deposits or withdraws. Sending it twice, or again after a lost answer, books it once. */
export function MoveDialog({ kind, vault, onClose }: { kind: MoveKind; vault: VaultRowFragment; onClose: () => void }) {
  const t = useTranslations('vaults.move');
  const words = useTranslations('vaults');
  const format = useFormat();
  const [idempotencyKey, renewKey] = useIdempotencyKey();
  const submit = useSubmit(renewKey);
  const [deposit] = useDepositToVaultMutation({ refetchQueries: ['VaultTransactions'] });
  const [withdraw] = useWithdrawFromVaultMutation({ refetchQueries: ['VaultTransactions'] });
  const form = useForm<MoveForm>({
    defaultValues: { asset: vault.balances[0]?.asset ?? 'USDT', amount: '', password: '' },
  });
  const isDeposit = kind === 'deposit';
  const typed = useWatch({ control: form.control });
  const asset = assetIn(typed.asset);
  const available = availableOf(vault, asset);
  const passwordRule = usePasswordRule();
  const save = form.handleSubmit(async ({ asset: name, amount, password }) => {
    const input = { vaultId: vault.id, asset: assetIn(name), amount: amount ?? '', idempotencyKey };
    const send = () =>
      isDeposit ? deposit({ variables: { input } }) : withdraw({ variables: { input: { ...input, password } } });
    if (!(await submit.run(send))) return;
    toast.success(
      t(isDeposit ? 'deposited' : 'withdrawn', { amount: format.decimal(input.amount), asset: input.asset }),
    );
    onClose();
  });
  const amount = typed.amount ?? '';
  const isSound = amountFault(typed.amount ?? null) === undefined;
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t(isDeposit ? 'depositTitle' : 'withdrawTitle', { vault: vault.name })}
      description={t(isDeposit ? 'depositBody' : 'withdrawBody')}
      submitLabel={words(kind)}
      onSubmit={(event) => void save(event)}
      busy={submit.busy}
      late={submit.late}
      repeatable
      refusal={submit.refusal}
    >
      <MoveFields form={form} kind={kind} vault={vault} asset={asset} />
      <div className="flex min-h-9 flex-wrap items-center justify-between gap-2 rounded-lg bg-raised px-3 py-2 text-sm">
        <span className="text-muted">{t('after')}</span>
        <Quantity value={isSound ? sum([available, isDeposit ? amount : `-${amount}`]) : available} asset={asset} />
      </div>
      {!isDeposit && (
        <Button
          size="sm"
          className="self-start"
          onClick={() => form.setValue('amount', available, { shouldValidate: true })}
        >
          {t('all', { amount: format.decimal(available), asset })}
        </Button>
      )}
      {!isDeposit && (
        <PasswordAgainField
          registration={form.register('password', passwordRule)}
          error={form.formState.errors.password}
        />
      )}
    </FormDialog>
  );
}

interface MoveFieldsProps {
  form: UseFormReturn<MoveForm>;
  kind: MoveKind;
  vault: VaultRowFragment;
  asset: string;
}

function MoveFields({ form, kind, vault, asset }: MoveFieldsProps) {
  const t = useTranslations('vaults.move');
  const words = useTranslations('vaults');
  const format = useFormat();
  const isDeposit = kind === 'deposit';
  const rule = (value: string | null, values: MoveForm): Fault => {
    const fault = amountFault(value);
    if (fault || isDeposit || !value) return fault;
    const most = availableOf(vault, assetIn(values.asset));
    return compareDecimals(value, most) > 0 ? ['atMost', { most: format.decimal(most) }] : undefined;
  };
  return (
    <div className="grid grid-cols-[8rem_1fr] gap-3">
      <Field label={words('asset')} error={form.formState.errors.asset?.message} required>
        {isDeposit ? (
          <Input
            autoComplete="off"
            autoCapitalize="characters"
            className="uppercase"
            {...form.register('asset', {
              validate: (text) => /^[A-Z0-9]{1,32}$/i.test(text.trim()) || t('assetRule'),
            })}
          />
        ) : (
          <Select {...form.register('asset')}>
            {vault.balances.map((row) => (
              <option key={row.asset}>{row.asset}</option>
            ))}
          </Select>
        )}
      </Field>
      <DecimalField
        control={form.control}
        name="amount"
        label={t('amount')}
        rule={rule}
        required
        {...(asset ? { unit: asset } : {})}
      />
    </div>
  );
}
