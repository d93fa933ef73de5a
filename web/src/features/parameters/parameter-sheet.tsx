import { useForm, useWatch } from 'react-hook-form';
import { toast } from '../../ui/toast';
import { useTranslations } from 'use-intl';
import {
  useCreateTradeParameterMutation,
  useParameterChoicesQuery,
  useUpdateTradeParameterMutation,
  type ParameterRowFragment,
} from '../../gql/generated';
import { nodesOf } from '../../lib/whole-list';
import { EXCHANGE_NAMES } from '../../lib/exchange-names';
import { useTradeMode } from '../../lib/preferences';
import { useSubmit } from '../../lib/submit';
import { ErrorPanel } from '../../ui/error-panel';
import { FormDialog } from '../../ui/form-dialog';
import { Notice } from '../../ui/notice';
import { formOf, inputOf, NEW_PARAMETER, neverSells, normalSymbol, type ParameterForm } from './parameter-form';
import { FrequencyFields, OrderFields, SizeFields, WhatFields } from './parameter-fields';
import { useParameterSentence } from './parameter-sentence';
import { ProtectionFields } from './protection-fields';

/** Creates or changes a trade parameter, and says in a sentence what it will do. */
export function ParameterSheet({ row, onClose }: { row: ParameterRowFragment | undefined; onClose: () => void }) {
  const t = useTranslations('parameters.form');
  const common = useTranslations('common');
  const tradeMode = useTradeMode();
  const submit = useSubmit();
  const sentence = useParameterSentence();
  const choices = useParameterChoicesQuery({ variables: { tradeMode } });
  const [create] = useCreateTradeParameterMutation({ refetchQueries: ['TradeParameters'] });
  const [update] = useUpdateTradeParameterMutation();
  const accounts = nodesOf(choices.data?.exchangeAccounts);
  const vaults = nodesOf(choices.data?.vaults);
  const markets = choices.data?.markets ?? [];
  const form = useForm<ParameterForm>({ defaultValues: row ? formOf(row) : NEW_PARAMETER });
  // The sentence and the rules over two fields are evaluated at every key press.
  const values = { ...NEW_PARAMETER, ...useWatch({ control: form.control }) } as ParameterForm;
  const accountId = values.accountId || accounts[0]?.id || '';
  const save = form.handleSubmit(async (filled) => {
    const parameter = inputOf(filled);
    const done = await submit.run(() =>
      row
        ? update({ variables: { input: { id: row.id, parameter } } })
        : create({ variables: { input: { accountId, parameter } } }),
    );
    if (!done) return;
    toast.success(t('saved', { symbol: parameter.symbol }));
    onClose();
  });
  const market = markets.find((candidate) => candidate.symbol === normalSymbol(values.symbol));
  const refusal = submit.refusal?.code === 'CONFLICT' ? { ...submit.refusal, message: t('conflict') } : submit.refusal;
  return (
    <FormDialog
      sheet
      open
      onClose={onClose}
      title={row ? t('editTitle', { symbol: row.symbol, account: row.account.label }) : t('createTitle')}
      submitLabel={row ? common('save') : t('submit')}
      onSubmit={(event) => void save(event)}
      busy={submit.busy}
      late={submit.late}
      refusal={refusal}
    >
      {choices.error && (
        <ErrorPanel error={choices.error} onRetry={() => void choices.refetch().catch(() => undefined)} />
      )}
      <WhatFields
        form={form}
        isNew={!row}
        accounts={accounts.map((account) => ({
          id: account.id,
          name: `${account.label}, ${EXCHANGE_NAMES[account.exchange]}`,
        }))}
        symbols={markets.map((candidate) => candidate.symbol)}
        market={market}
      />
      <SizeFields
        form={form}
        values={values}
        vaults={vaults.filter((vault) => vault.isActive || vault.id === values.vaultId)}
        market={market}
      />
      <OrderFields form={form} />
      {values.side !== 'SELL' && <ProtectionFields form={form} values={values} />}
      {neverSells(values) && <Notice tone="warn">{t('minProfitAboveTp')}</Notice>}
      <FrequencyFields form={form} />
      <Preview text={sentence(values, vaults.find((vault) => vault.id === values.vaultId)?.name)} />
    </FormDialog>
  );
}

/** A polite live region: the sentence changes at every key press, and only its last version matters. */
function Preview({ text }: { text: string | null }) {
  const t = useTranslations('parameters.preview');
  return (
    <section
      aria-label={t('label')}
      className="sticky -bottom-4 -mx-5 border-t border-line bg-accent-soft px-5 py-3 text-sm"
    >
      <p className="mb-0.5 text-2xs font-medium text-muted">{t('label')}</p>
      <output aria-live="polite" className={text ? 'block min-h-10 font-medium' : 'block min-h-10 text-muted'}>
        {text ?? t('incomplete')}
      </output>
    </section>
  );
}
