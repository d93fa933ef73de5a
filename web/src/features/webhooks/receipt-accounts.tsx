import { Link } from 'react-router';
import { useTranslations } from 'use-intl';
import { signOf } from '../../lib/decimal';
import { useFormat } from '../../lib/format';
import { baseOf, quoteOf } from '../../lib/live/open-positions';
import { buttonClass } from '../../ui/button';
import { Money, Quantity } from '../../ui/money';
import { Reason } from '../../ui/reason';
import { JobStatusBadge, SideBadge } from '../../ui/status-badge';
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
          <EventOutcome event={event} code={receipt.reasonCode} />
        </li>
      ))}
    </ul>
  );
}

function EventOutcome({ event, code }: { event: ReceiptEvent; code: ReceiptDetail['reasonCode'] }) {
  const t = useTranslations('webhooks.receipt');
  if (event.jobs.length > 0) return event.jobs.map((job) => <JobOutcome key={job.id} job={job} />);
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

function JobOutcome({ job }: { job: ReceiptJob }) {
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
