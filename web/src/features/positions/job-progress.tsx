import { Check, LoaderCircle, X } from 'lucide-react';
import { useEffect, type ReactNode } from 'react';
import { Link } from 'react-router';
import { useTranslations } from 'use-intl';
import { useJobStateQuery, type JobStatus } from '../../gql/generated';
import { signOf } from '../../lib/decimal';
import { baseOf } from '../../lib/live/open-positions';
import { cx } from '../../ui/class-names';
import { Quantity } from '../../ui/money';
import { Reason } from '../../ui/reason';
import { JobStatusBadge } from '../../ui/status-badge';

const ASK_MS = 2_000;
const OVER: ReadonlySet<JobStatus> = new Set(['FILLED', 'CANCELED', 'FAILED', 'SKIPPED']);

type StepState = 'done' | 'waiting' | 'refused';

function Step({ state, children }: { state: StepState; children: ReactNode }) {
  const Icon = { done: Check, waiting: LoaderCircle, refused: X }[state];
  const color = { done: 'bg-ok-soft text-ok', waiting: 'bg-hover text-muted', refused: 'bg-danger-soft text-danger' };
  return (
    <li className="flex items-start gap-3 py-2">
      <span aria-hidden className={cx('grid size-6 shrink-0 place-items-center rounded-full', color[state])}>
        <Icon className={cx('size-3.5', state === 'waiting' && 'animate-spin')} />
      </span>
      <div className="min-w-0 flex-1 pt-0.5">{children}</div>
    </li>
  );
}

/**
 * The progress of an order as confirmed by the server: accepted, then filled, resting or refused. Live events update the
 * cache; polling covers an event that was missed.
 */
export function JobProgress({ jobId }: { jobId: string }) {
  const t = useTranslations('actions.progress');
  const { data, startPolling, stopPolling } = useJobStateQuery({
    variables: { id: jobId },
    fetchPolicy: 'cache-and-network',
  });
  const job = data?.tradeJob;
  const isOver = job?.status !== undefined && OVER.has(job.status);
  useEffect(() => {
    if (isOver) return;
    startPolling(ASK_MS);
    return stopPolling;
  }, [isOver, startPolling, stopPolling]);
  const isResting = job?.status === 'PENDING_LIMIT';
  const last: StepState = job?.status === 'FILLED' || isResting ? 'done' : isOver ? 'refused' : 'waiting';
  const words = { done: isResting ? t('resting') : t('filled'), waiting: t('executing'), refused: t('refused') }[last];
  return (
    <div data-testid="job-progress" data-status={job?.status ?? 'PENDING'}>
      <ol className="text-sm">
        <Step state="done">{t('sent')}</Step>
        <Step state="done">
          {t('accepted')}{' '}
          <Link to={`/jobs/${jobId}`} className="rounded text-accent hover:underline">
            {t('job', { id: jobId })}
          </Link>
        </Step>
        <Step state={last}>
          <span role="status" className="flex flex-wrap items-center gap-2 font-semibold">
            {words}
            {job?.status && <JobStatusBadge status={job.status} />}
          </span>
          {job?.executedQty && job.symbol && signOf(job.executedQty) > 0 && (
            <span className="mt-0.5 block text-xs text-muted">
              {t(job.side === 'BUY' ? 'bought' : 'executed')}{' '}
              <Quantity value={job.executedQty} asset={baseOf(job.symbol)} />
            </span>
          )}
          {job?.reasonCode && (
            <span className="mt-1 block">
              <Reason code={job.reasonCode} message={job.reasonMessage} />
              <span className="block font-mono text-2xs text-muted">{job.reasonCode}</span>
            </span>
          )}
        </Step>
      </ol>
    </div>
  );
}
