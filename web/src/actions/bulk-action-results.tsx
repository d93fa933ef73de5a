import { LoaderCircle, RotateCw } from 'lucide-react';
import { Link } from 'react-router';
import { useTranslations } from 'use-intl';
import { useRetryBulkActionMutation, type BulkActionFieldsFragment } from '../gql/generated';
import { signOf } from '../lib/decimal';
import { useIdempotencyKey } from '../lib/idempotency';
import { baseOf, quoteOf } from '../lib/live/open-positions';
import { useSubmit } from '../lib/submit';
import { Badge } from '../ui/badge';
import { Button } from '../ui/button';
import { Money, Quantity } from '../ui/money';
import { Notice } from '../ui/notice';
import { Reason } from '../ui/reason';
import { LateNotice, RefusalNotice } from '../ui/refusal-notice';
import { ModeBadge } from '../ui/signal-badges';
import { orderedItems, reasonsOf, TONES, type BulkActionItem } from './bulk-action-items';

interface PlanResultsProps {
  bulkAction: BulkActionFieldsFragment;
  /** Called with the new plan that tries the open items again. */
  onRetried: (bulkAction: BulkActionFieldsFragment) => void;
  /** Continues a plan that stopped halfway; undefined while the plan runs. */
  onContinue?: (() => void) | undefined;
}

/** The result of a plan: what was really sold, what is still open and why, and each item. */
export function BulkActionResults({ bulkAction, onRetried, onContinue }: PlanResultsProps) {
  const t = useTranslations('safety.results');
  return (
    <div className="flex flex-col gap-4" data-testid="plan-results" data-over={bulkAction.isTerminal || undefined}>
      <Outcome bulkAction={bulkAction} onRetried={onRetried} onContinue={onContinue} />
      <ul aria-label={t('accounts')} className="flex flex-col gap-2">
        {bulkAction.accounts.map((result) => (
          <AccountResult key={result.account.id} result={result} />
        ))}
      </ul>
      {bulkAction.items.length > 0 && (
        <ul aria-label={t('items')} className="divide-y divide-line border-t border-line text-sm">
          {orderedItems(bulkAction.items).map((item) => (
            <Item key={item.id} item={item} />
          ))}
        </ul>
      )}
    </div>
  );
}

/** The summary. Only fills count as sold; accepted sells do not. */
function Outcome({ bulkAction, onRetried, onContinue }: PlanResultsProps) {
  const t = useTranslations('safety.results');
  const open = bulkAction.items.filter(({ isStillOpen }) => isStillOpen);
  const positions = open.filter(({ action }) => action === 'CLOSE_POSITION').length;
  const left = { positions, orders: open.length - positions };
  if (bulkAction.items.length === 0 && bulkAction.isTerminal) return <Notice tone="info" title={t('nothing')} />;
  return (
    <div role="status" className="flex flex-col gap-3">
      {!bulkAction.isTerminal && (
        <p className="flex items-center gap-2 text-sm font-semibold">
          <LoaderCircle className="size-4 animate-spin text-muted" aria-hidden />
          {t('underWay', {
            done: bulkAction.items.filter(({ isTerminal }) => isTerminal).length,
            all: bulkAction.items.length,
          })}
        </p>
      )}
      {bulkAction.sold.map(({ asset, value, positions: count }) => (
        <p key={asset} className="text-sm">
          {t('soldFor', { count })} <Money value={value} asset={asset} />
        </p>
      ))}
      {bulkAction.isTerminal && open.length === 0 && <Notice tone="ok" title={t('allDone')} />}
      {bulkAction.isTerminal && open.length > 0 && (
        <Notice tone="danger" title={t('stillOpen', left)}>
          <Reasons items={open} />
          <Retry bulkAction={bulkAction} onRetried={onRetried} />
        </Notice>
      )}
      {bulkAction.state === 'RUNNING' && onContinue && (
        <Notice tone="warn" title={t('stopped')}>
          <Button size="sm" className="mt-2" onClick={onContinue}>
            {t('goOn')}
          </Button>
        </Notice>
      )}
      {bulkAction.closesPositions && bulkAction.buysUnderWay > 0 && (
        <Notice tone="warn" title={t('buysUnderWay', { count: bulkAction.buysUnderWay })}>
          {t('buysUnderWayBody')}
        </Notice>
      )}
    </div>
  );
}

function Reasons({ items }: { items: readonly BulkActionItem[] }) {
  return (
    <ul className="mt-1 list-disc space-y-1 pl-5">
      {reasonsOf(items).map(({ code, message, count }) => (
        <li key={code}>
          {count > 1 && <span className="num">{count} × </span>}
          <Reason code={code} message={count > 1 ? null : message} />
        </li>
      ))}
    </ul>
  );
}

function Retry({ bulkAction, onRetried }: Pick<PlanResultsProps, 'bulkAction' | 'onRetried'>) {
  const t = useTranslations('safety.results');
  const common = useTranslations('common');
  const [idempotencyKey, renewKey] = useIdempotencyKey();
  const submit = useSubmit(renewKey);
  const [retry] = useRetryBulkActionMutation();
  const onRetry = () =>
    submit.run(async () => {
      const answer = await retry({ variables: { input: { bulkActionId: bulkAction.id, idempotencyKey } } });
      if (answer.data) onRetried(answer.data.retryBulkAction.bulkAction);
    });
  return (
    <div className="mt-3 flex flex-col items-start gap-2">
      <Button size="sm" busy={submit.busy && !submit.late} onClick={() => void onRetry()}>
        {!submit.busy && <RotateCw className="size-3.5" aria-hidden />}
        {submit.late ? common('sendAgain') : t('retry')}
      </Button>
      <LateNotice late={submit.late} repeatable />
      <RefusalNotice refusal={submit.refusal} repeatable />
    </div>
  );
}

const COUNTS = [
  'positionsClosed',
  'positionsPartlySold',
  'positionsUnderWay',
  'positionsRefused',
  'ordersCanceled',
  'ordersUnderWay',
  'ordersRefused',
  'pending',
] as const;

function AccountResult({ result }: { result: BulkActionFieldsFragment['accounts'][number] }) {
  const t = useTranslations('safety.results');
  return (
    <li className="rounded-lg border border-line bg-raised px-3.5 py-2.5 text-sm">
      <p className="flex flex-wrap items-center gap-2 font-semibold">
        <span className="min-w-0 break-words">{result.account.label}</span>
        <ModeBadge mode={result.account.tradeMode} />
      </p>
      <p className="num mt-1 text-muted">
        {COUNTS.filter((name) => result[name] > 0)
          .map((name) => t(`counts.${name}`, { count: result[name] }))
          .join(' · ')}
      </p>
    </li>
  );
}

function Item({ item }: { item: BulkActionItem }) {
  const t = useTranslations('safety.results');
  const name = `${t(`action.${item.action}`)} ${item.symbol}`;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2" data-state={item.state}>
      {item.job ? (
        <Link to={`/jobs/${item.job.id}`} className="rounded font-medium hover:text-accent">
          {name}
        </Link>
      ) : (
        <span className="font-medium">{name}</span>
      )}
      <span className="min-w-0 text-xs break-words text-muted">{item.account.label}</span>
      <span className="ml-auto">
        <Badge tone={TONES[item.state]}>{t(`state.${item.state}`)}</Badge>
      </span>
      {signOf(item.soldQty) > 0 && (
        <span className="basis-full text-xs text-muted">
          {t('sold')} <Quantity value={item.soldQty} asset={baseOf(item.symbol)} />
          {' = '}
          <Money value={item.soldQuote} asset={quoteOf(item.symbol)} />
        </span>
      )}
      {item.reasonCode && (
        <span className="basis-full text-xs text-muted">
          <Reason code={item.reasonCode} message={item.reasonMessage} />
        </span>
      )}
    </li>
  );
}
