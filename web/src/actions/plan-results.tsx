import { LoaderCircle, RotateCw } from 'lucide-react';
import { Link } from 'react-router';
import { useTranslations } from 'use-intl';
import { useRetryOwnerPlanMutation, type PlanFieldsFragment } from '../gql/generated';
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
import { orderedItems, reasonsOf, TONES, type PlanItem } from './plan-items';

interface PlanResultsProps {
  plan: PlanFieldsFragment;
  /** What was left was asked for anew, as this plan. */
  onRetried: (plan: PlanFieldsFragment) => void;
  /** Goes on with a plan that stopped half way; absent while it is being run. */
  onContinue?: (() => void) | undefined;
}

/** What became of a plan: what was really sold, what is still open and why, and each thing by itself. */
export function PlanResults({ plan, onRetried, onContinue }: PlanResultsProps) {
  const t = useTranslations('safety.results');
  return (
    <div className="flex flex-col gap-4" data-testid="plan-results" data-over={plan.isOver || undefined}>
      <Outcome plan={plan} onRetried={onRetried} onContinue={onContinue} />
      <ul aria-label={t('accounts')} className="flex flex-col gap-2">
        {plan.accounts.map((result) => (
          <AccountResult key={result.account.id} result={result} />
        ))}
      </ul>
      {plan.items.length > 0 && (
        <ul aria-label={t('items')} className="divide-y divide-line border-t border-line text-sm">
          {orderedItems(plan.items).map((item) => (
            <Item key={item.id} item={item} />
          ))}
        </ul>
      )}
    </div>
  );
}

/** The sum of it, in words that hold: fills count, accepted sells do not. */
function Outcome({ plan, onRetried, onContinue }: PlanResultsProps) {
  const t = useTranslations('safety.results');
  const open = plan.items.filter(({ isStillOpen }) => isStillOpen);
  const positions = open.filter(({ action }) => action === 'CLOSE_POSITION').length;
  const left = { positions, orders: open.length - positions };
  if (plan.items.length === 0 && plan.isOver) return <Notice tone="info" title={t('nothing')} />;
  return (
    <div role="status" className="flex flex-col gap-3">
      {!plan.isOver && (
        <p className="flex items-center gap-2 text-sm font-semibold">
          <LoaderCircle className="size-4 animate-spin text-muted" aria-hidden />
          {t('underWay', { done: plan.items.filter(({ isOver }) => isOver).length, all: plan.items.length })}
        </p>
      )}
      {plan.sold.map(({ asset, value, positions: count }) => (
        <p key={asset} className="text-sm">
          {t('soldFor', { count })} <Money value={value} asset={asset} />
        </p>
      ))}
      {plan.isOver && open.length === 0 && <Notice tone="ok" title={t('allDone')} />}
      {plan.isOver && open.length > 0 && (
        <Notice tone="danger" title={t('stillOpen', left)}>
          <Reasons items={open} />
          <Retry plan={plan} onRetried={onRetried} />
        </Notice>
      )}
      {plan.state === 'RUNNING' && onContinue && (
        <Notice tone="warn" title={t('stopped')}>
          <Button size="sm" className="mt-2" onClick={onContinue}>
            {t('goOn')}
          </Button>
        </Notice>
      )}
      {plan.closesPositions && plan.buysUnderWay > 0 && (
        <Notice tone="warn" title={t('buysUnderWay', { count: plan.buysUnderWay })}>
          {t('buysUnderWayBody')}
        </Notice>
      )}
    </div>
  );
}

function Reasons({ items }: { items: readonly PlanItem[] }) {
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

function Retry({ plan, onRetried }: Pick<PlanResultsProps, 'plan' | 'onRetried'>) {
  const t = useTranslations('safety.results');
  const common = useTranslations('common');
  const [idempotencyKey, renewKey] = useIdempotencyKey();
  const submit = useSubmit(renewKey);
  const [retry] = useRetryOwnerPlanMutation();
  const onRetry = () =>
    submit.run(async () => {
      const answer = await retry({ variables: { input: { planId: plan.id, idempotencyKey } } });
      if (answer.data) onRetried(answer.data.retryOwnerPlan.plan);
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

function AccountResult({ result }: { result: PlanFieldsFragment['accounts'][number] }) {
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

function Item({ item }: { item: PlanItem }) {
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
