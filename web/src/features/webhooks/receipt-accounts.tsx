import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useTranslations } from 'use-intl';
import type { OrderSide } from '../../gql/generated';
import { signOf } from '../../lib/decimal';
import { useFormat } from '../../lib/format';
import { baseOf, quoteOf } from '../../lib/live/open-positions';
import { Badge } from '../../ui/badge';
import { buttonClass } from '../../ui/button';
import { Money, Price, Quantity } from '../../ui/money';
import { Reason } from '../../ui/reason';
import { JobStatusBadge, SideBadge } from '../../ui/status-badge';
import { TraceList } from '../../ui/trace-list';
import type { ReceiptDetail } from './webhook-receipt.page';

type ReceiptEvent = ReceiptDetail['events'][number];
type ReceiptJob = ReceiptEvent['jobs'][number];

/** What each account did with a signal: the job, its reason, its order and the position it opened. */
export function ReceiptAccounts({ receipt }: { receipt: ReceiptDetail }) {
  const t = useTranslations('webhooks.receipt');
  if (receipt.events.length === 0) {
    return (
      <p className="px-4 py-6 text-sm text-muted">
        {receipt.outcome === 'REFUSED' ? t('noAccountsRefused') : t('noAccounts')}
      </p>
    );
  }
  return (
    <ul className="divide-y divide-line">
      {receipt.events.map((event) => (
        <li key={event.id} className="px-4 py-3.5">
          <h3 className="mb-1.5 text-sm font-semibold">{event.account?.label}</h3>
          <EventOutcome event={event} receipt={receipt} />
        </li>
      ))}
    </ul>
  );
}

function EventOutcome({ event, receipt }: { event: ReceiptEvent; receipt: ReceiptDetail }) {
  const t = useTranslations('webhooks.receipt');
  const { reasonCode: code } = receipt;
  if (event.dryRun) return <DryOutcome event={event} run={event.dryRun} receipt={receipt} />;
  if (event.jobs.length > 0)
    return event.jobs.map((job) => (
      <JobOutcome
        key={job.id}
        job={job}
        why={job.status === 'SKIPPED' && <WhyLink event={event} receipt={receipt} side={job.side} />}
      />
    ));
  const waits = event.status === 'RECEIVED' && event.action !== 'UNKNOWN';
  return (
    <p className="text-sm text-muted">
      {event.validationError ? (
        <Reason code={code} message={event.validationError} />
      ) : waits ? (
        t('waiting')
      ) : (
        t('noJob')
      )}
    </p>
  );
}

/** To the gates of this source, account and symbol. */
function WhyLink({ event, receipt, side }: { event: ReceiptEvent; receipt: ReceiptDetail; side: OrderSide }) {
  const t = useTranslations('webhooks.receipt');
  const where = new URLSearchParams({ source: receipt.source.id, side });
  if (event.account) where.set('account', event.account.id);
  where.set('symbol', event.symbolNormalized);
  if (event.priceReference) where.set('price', event.priceReference);
  return (
    <Link to={`/why?${where}`} className={buttonClass('plain', 'sm')}>
      {t('whyNot')}
    </Link>
  );
}

/** What the account would have done with a signal of a source that ran dry. */
function DryOutcome({
  event,
  run,
  receipt,
}: {
  event: ReceiptEvent;
  run: NonNullable<ReceiptEvent['dryRun']>;
  receipt: ReceiptDetail;
}) {
  const t = useTranslations('webhooks.receipt');
  const outcome = useTranslations('words.signalOutcome');
  if (run.status === 'PENDING') return <p className="text-sm text-muted">{t('waiting')}</p>;
  const isTraded = run.status === 'WOULD_TRADE';
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 text-sm">
      <SideBadge side={run.side} />
      <Badge tone={isTraded ? 'accent' : 'warn'}>{outcome(run.status)}</Badge>
      {run.baseQuantity !== null && <Quantity value={run.baseQuantity} asset={baseOf(run.symbol)} />}
      {run.quoteAmount !== null && <Money value={run.quoteAmount} asset={quoteOf(run.symbol)} />}
      {!isTraded && (
        <span className="ml-auto">
          <WhyLink event={event} receipt={receipt} side={run.side} />
        </span>
      )}
      {run.reasonCode && (
        <p className="w-full text-muted">
          <Reason code={run.reasonCode} message={run.reasonMessage} />
        </p>
      )}
      {isTraded && (run.limitPrice ?? run.price) !== null && (
        <p className="w-full text-xs text-muted">
          {run.limitPrice === null ? t('atMarketThen') : t('atLimitThen')}{' '}
          <Price value={run.limitPrice ?? run.price ?? '0'} /> {quoteOf(run.symbol)}
        </p>
      )}
      {run.trace.length > 0 && (
        <details className="w-full">
          <summary className="w-fit rounded py-1 text-xs font-medium text-muted hover:text-text">{t('trace')}</summary>
          <TraceList trace={run.trace} label={`${t('trace')}: ${event.account?.label ?? ''}`} />
        </details>
      )}
    </div>
  );
}

function JobOutcome({ job, why }: { job: ReceiptJob; why: ReactNode }) {
  const t = useTranslations('webhooks.receipt');
  const format = useFormat();
  const filled = job.executions.filter((execution) => signOf(execution.executedQty) > 0);
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 text-sm">
      <SideBadge side={job.side} />
      <JobStatusBadge status={job.status} />
      {job.baseQuantity !== null && <Quantity value={job.baseQuantity} asset={baseOf(job.symbol)} />}
      {job.quoteAmount !== null && <Money value={job.quoteAmount} asset={quoteOf(job.symbol)} />}
      <span className="ml-auto flex gap-2">
        {why}
        {job.position && (
          <Link to={`/positions/${job.position.id}`} className={buttonClass('plain', 'sm')}>
            {t('position')}
          </Link>
        )}
        <Link to={`/jobs/${job.id}`} className={buttonClass('plain', 'sm')}>
          {t('order', { id: job.id })}
        </Link>
      </span>
      {job.reasonCode && (
        <p className="w-full text-muted">
          <Reason code={job.reasonCode} message={job.reasonMessage} />
        </p>
      )}
      {filled.map((execution) => (
        <p key={execution.id} className="num w-full text-xs text-muted">
          {t('filled', {
            qty: `${format.decimal(execution.executedQty)} ${baseOf(job.symbol)}`,
            price: `${format.decimal(execution.avgPrice, { maxFraction: 8 })} ${quoteOf(job.symbol)}`,
          })}
        </p>
      ))}
    </div>
  );
}
