import { useForm } from 'react-hook-form';
import { Link } from 'react-router';
import { toast } from '../../ui/toast';
import { useTranslations } from 'use-intl';
import { useBindableAccountsQuery, useBindAccountMutation, type SourceDetailFragment } from '../../gql/generated';
import { useWholeList } from '../../lib/whole-list';
import { compareDecimals } from '../../lib/decimal';
import { EXCHANGE_NAMES } from '../../lib/exchange-names';
import { amountFault, textOrNull, type Fault } from '../../lib/field-rules';
import { useSubmit } from '../../lib/submit';
import { DecimalField } from '../../ui/decimal-field';
import { ErrorPanel } from '../../ui/error-panel';
import { Field } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';
import { Select } from '../../ui/input';
import { Notice } from '../../ui/notice';
import type { Binding } from './bindings-card';

const WEIGHT_MOST = '1000';

const weightFault = (value: string | null): Fault => {
  const fault = amountFault(value, false);
  return fault || !value || compareDecimals(value, WEIGHT_MOST) <= 0 ? fault : ['atMost', { most: WEIGHT_MOST }];
};

interface BindDialogProps {
  source: SourceDetailFragment;
  /** The binding to change; without one, a new account is bound. */
  binding: Binding | undefined;
  onClose: () => void;
}

/** Binds an account of the source's mode, or changes its weight. */
export function BindDialog({ source, binding, onClose }: BindDialogProps) {
  const t = useTranslations('webhooks.bindings');
  const common = useTranslations('common');
  const mode = useTranslations('words.mode');
  const submit = useSubmit();
  const [bind] = useBindAccountMutation();
  const accounts = useBindableAccountsQuery({ variables: { tradeMode: source.tradeMode } });
  const bound = new Set(source.bindings.map(({ account }) => account.id));
  const free = (useWholeList(accounts, 'exchangeAccounts') ?? []).filter(({ id }) => !bound.has(id));
  const form = useForm<{ accountId: string; weight: string | null }>({
    defaultValues: { accountId: '', weight: binding?.weight ?? '' },
  });
  const save = form.handleSubmit(async ({ accountId, weight }) => {
    const account = binding?.account ?? free.find(({ id }) => id === (accountId || free[0]?.id));
    if (!account) return;
    const input = {
      sourceId: source.id,
      accountId: account.id,
      weight: textOrNull(weight),
      isActive: binding?.isActive ?? true,
    };
    if (!(await submit.run(() => bind({ variables: { input } })))) return;
    toast.success(t('saved', { account: account.label }));
    onClose();
  });
  const nothingFree = !binding && accounts.data !== undefined && free.length === 0;
  return (
    <FormDialog
      open
      onClose={onClose}
      title={
        binding
          ? t('editTitle', { account: binding.account.label, source: source.label })
          : t('addTitle', { source: source.label })
      }
      description={binding ? undefined : t('sameMode', { mode: mode(source.tradeMode) })}
      submitLabel={binding ? common('save') : t('add')}
      onSubmit={(event) => void save(event)}
      busy={submit.busy}
      late={submit.late}
      refusal={submit.refusal}
    >
      {accounts.error && (
        <ErrorPanel error={accounts.error} onRetry={() => void accounts.refetch().catch(() => undefined)} />
      )}
      {nothingFree && <NothingFree hasAccounts={bound.size > 0} />}
      {!binding && free.length > 0 && (
        <Field label={t('account')} required>
          <Select {...form.register('accountId')}>
            {free.map((account) => (
              <option key={account.id} value={account.id}>
                {account.label}, {EXCHANGE_NAMES[account.exchange]}
              </option>
            ))}
          </Select>
        </Field>
      )}
      {!nothingFree && (
        <DecimalField
          control={form.control}
          name="weight"
          label={t('weight')}
          hint={t('weightHint')}
          rule={weightFault}
        />
      )}
    </FormDialog>
  );
}

function NothingFree({ hasAccounts }: { hasAccounts: boolean }) {
  const t = useTranslations('webhooks.bindings');
  return (
    <Notice>
      {hasAccounts ? t('none') : t('noAccounts')}{' '}
      <Link to="/accounts" className="font-medium text-accent hover:underline">
        {t('toAccounts')}
      </Link>
    </Notice>
  );
}
