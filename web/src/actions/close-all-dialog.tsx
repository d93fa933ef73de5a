import { useState, type FormEvent } from 'react';
import { useTranslations } from 'use-intl';
import {
  useCloseAllChoicesQuery,
  useConfirmCloseAllMutation,
  usePreviewCloseAllMutation,
  type BulkActionFieldsFragment,
} from '../gql/generated';
import { nodesOf } from '../lib/whole-list';
import { useOpenPositions } from '../lib/live/open-positions';
import { useTradeMode } from '../lib/preferences';
import { useSubmit, type Submit } from '../lib/submit';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Field } from '../ui/field';
import { FormDialog } from '../ui/form-dialog';
import { Select } from '../ui/input';
import { Money } from '../ui/money';
import { ModeNotice } from '../ui/mode-notice';
import { Notice } from '../ui/notice';
import { BulkActionResults } from './bulk-action-results';
import { useBulkAction } from './use-bulk-action';

/** Closes many positions in two steps: it shows a plan with counts and values, then executes exactly that plan, once. */
export function CloseAllDialog({ onClose }: { onClose: () => void }) {
  const [bulkAction, setPlan] = useState<BulkActionFieldsFragment>();
  if (!bulkAction) return <MakePlan onClose={onClose} onPlan={setPlan} />;
  return <RunPlan key={bulkAction.id} bulkAction={bulkAction} onClose={onClose} onPlan={setPlan} />;
}

function MakePlan({
  onClose,
  onPlan,
}: {
  onClose: () => void;
  onPlan: (bulkAction: BulkActionFieldsFragment) => void;
}) {
  const t = useTranslations('safety.closeAll');
  const tradeMode = useTradeMode();
  const { positions } = useOpenPositions();
  const { data } = useCloseAllChoicesQuery({ variables: { tradeMode } });
  const [chosen, setChosen] = useState({ accountId: '', sourceId: '', symbol: '' });
  const [makePlan] = usePreviewCloseAllMutation();
  const submit = useSubmit();
  const symbols = [...new Set(positions.map(({ symbol }) => symbol))].sort();
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    const given = Object.fromEntries(Object.entries(chosen).filter(([, value]) => value));
    void submit.run(async () => {
      const answer = await makePlan({ variables: { input: { filter: { ...given, tradeMode } } } });
      if (answer.data) onPlan(answer.data.previewCloseAll.bulkAction);
    });
  };
  const choice = (name: keyof typeof chosen, label: string, options: readonly { value: string; label: string }[]) => (
    <Field label={label}>
      <Select value={chosen[name]} onChange={(event) => setChosen({ ...chosen, [name]: event.target.value })}>
        <option value="">{t('any')}</option>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </Select>
    </Field>
  );
  const named = (rows: readonly { id?: string; label?: string }[] | undefined) =>
    (rows ?? []).map(({ id = '', label = '' }) => ({ value: id, label }));
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('title')}
      description={t('planBody')}
      submitLabel={t('plan')}
      onSubmit={onSubmit}
      busy={submit.busy}
      late={submit.late}
      repeatable
      refusal={submit.refusal}
    >
      <ModeNotice mode={tradeMode} />
      {choice('accountId', t('account'), named(nodesOf(data?.exchangeAccounts)))}
      {choice(
        'symbol',
        t('symbol'),
        symbols.map((symbol) => ({ value: symbol, label: symbol })),
      )}
      {choice('sourceId', t('source'), named(nodesOf(data?.webhookSources)))}
    </FormDialog>
  );
}

interface RunPlanProps {
  bulkAction: BulkActionFieldsFragment;
  onClose: () => void;
  onPlan: (bulkAction: BulkActionFieldsFragment | undefined) => void;
}

/** Asks for confirmation with counts and values, runs the plan, and shows the results while it runs. */
function RunPlan({ bulkAction: made, onClose, onPlan }: RunPlanProps) {
  const t = useTranslations('safety.closeAll');
  const [execute] = useConfirmCloseAllMutation();
  const submit = useSubmit();
  const bulkAction = useBulkAction(made);
  const run = () => submit.run(() => execute({ variables: { input: { bulkActionId: bulkAction.id } } }));
  if (bulkAction.state !== 'READY' && bulkAction.state !== 'EXPIRED') {
    return (
      <Dialog
        open
        onOpenChange={(open) => !open && onClose()}
        title={t('resultTitle')}
        width="md"
        footer={
          <Button tone="primary" onClick={onClose}>
            {t('done')}
          </Button>
        }
      >
        <BulkActionResults
          bulkAction={bulkAction}
          onRetried={onPlan}
          onContinue={submit.busy ? undefined : () => void run()}
        />
      </Dialog>
    );
  }
  return (
    <ConfirmPlan
      bulkAction={bulkAction}
      submit={submit}
      onRun={() => void run()}
      onClose={onClose}
      onBack={() => onPlan(undefined)}
    />
  );
}

interface ConfirmPlanProps {
  bulkAction: BulkActionFieldsFragment;
  submit: Submit;
  onRun: () => void;
  onClose: () => void;
  onBack: () => void;
}

function ConfirmPlan({ bulkAction, submit, onRun, onClose, onBack }: ConfirmPlanProps) {
  const t = useTranslations('safety.closeAll');
  const tradeMode = useTradeMode();
  const count = bulkAction.items.length;
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('confirmTitle', { count })}
      description={t('confirmBody')}
      submitLabel={t('execute', { count })}
      onSubmit={(event) => {
        event.preventDefault();
        onRun();
      }}
      busy={submit.busy}
      late={submit.late}
      repeatable
      blocked={count === 0}
      refusal={submit.refusal}
      danger
      real={tradeMode === 'REAL'}
    >
      <ModeNotice mode={tradeMode} />
      <dl className="flex flex-col gap-2 rounded-lg bg-raised px-3.5 py-3 text-sm" data-testid="plan-totals">
        {bulkAction.totals.map((total) => (
          <div key={total.asset} className="grid grid-cols-[1fr_auto] gap-x-4 gap-y-1">
            <dt>{t('worth', { count: total.positions })}</dt>
            <dd className="text-right font-semibold">
              <Money value={total.value} asset={total.asset} />
            </dd>
            <dt className="text-muted">{t('profit')}</dt>
            <dd className="text-right">
              <Money value={total.profit} asset={total.asset} result />
            </dd>
          </div>
        ))}
        {count === 0 && (
          <div>
            <dt>{t('none')}</dt>
          </div>
        )}
      </dl>
      {bulkAction.totals.some(({ unpricedPositions }) => unpricedPositions > 0) && (
        <Notice tone="warn">{t('unpricedPositions')}</Notice>
      )}
      <Button size="sm" tone="quiet" className="self-start" onClick={onBack} disabled={submit.busy}>
        {t('back')}
      </Button>
    </FormDialog>
  );
}
