import { ArrowRight, Inbox, Zap } from 'lucide-react';
import { Link } from 'react-router';
import { useTranslations } from 'use-intl';
import { Card } from '../../ui/card';
import { cx } from '../../ui/class-names';
import { ErrorPanel } from '../../ui/error-panel';
import { Reason } from '../../ui/reason';
import { Skeleton } from '../../ui/skeleton';
import { JobStatusBadge, SignalOutcomeBadge } from '../../ui/status-badge';
import { Age } from '../../ui/time';
import type { ActivityEntry, useActivity } from './use-activity';

interface ActivityProps {
  activity: ReturnType<typeof useActivity>;
  isFiltered: boolean;
  /** The list of events with the same filter. */
  to: string;
}

/** The latest signals and jobs. */
export function Activity({ activity, isFiltered, to }: ActivityProps) {
  const t = useTranslations('dashboard.activity');
  const { entries, isKnown, error, retry } = activity;
  return (
    <Card
      title={t('title')}
      flush
      actions={
        <Link to={to} className="flex items-center gap-1 rounded text-xs text-muted hover:text-text phone:min-h-11">
          {t('all')}
          <ArrowRight className="size-3.5" aria-hidden />
        </Link>
      }
    >
      {error && (
        <div className="p-4">
          <ErrorPanel error={error} onRetry={retry} />
        </div>
      )}
      {!isKnown && !error && (
        <div className="flex flex-col gap-3 p-4">
          {[0, 1, 2, 3, 4].map((index) => (
            <Skeleton key={index} className="h-9 w-full" />
          ))}
        </div>
      )}
      {isKnown && entries.length === 0 && (
        <p className="px-4 py-10 text-center text-sm text-muted">{t(isFiltered ? 'emptyFiltered' : 'empty')}</p>
      )}
      <ol aria-label={t('title')} className="divide-y divide-line/60">
        {entries.map((entry) => (
          <Entry key={entry.key} entry={entry} />
        ))}
      </ol>
    </Card>
  );
}

function Entry({ entry }: { entry: ActivityEntry }) {
  const words = useTranslations('words');
  const t = useTranslations('dashboard.activity');
  const isJob = entry.kind === 'job';
  const to = isJob ? `/jobs/${entry.job.id}` : `/events/${entry.receipt.receipt}`;
  const title = isJob
    ? `${words(`side.${entry.job.side}`)} ${entry.job.symbol}`
    : t('signal', {
        action: entry.receipt.action ? words(`action.${entry.receipt.action}`) : '',
        symbol: entry.receipt.symbol ?? '',
      });
  const { reasonCode, reasonMessage } = isJob ? entry.job : entry.receipt.result;
  const Icon = isJob ? Zap : Inbox;
  return (
    <li>
      <Link to={to} className="flex items-center gap-3 px-4 py-2.5 hover:bg-hover focus-visible:-outline-offset-2">
        <span className={cx('rounded-lg p-1.5', isJob ? 'bg-accent-soft text-accent' : 'bg-hover text-muted')}>
          <Icon className="size-4" aria-hidden />
        </span>
        <span className="min-w-0 flex-1">
          <span className="block truncate text-sm font-medium">{title}</span>
          <span className="block truncate text-xs text-faint">
            {reasonCode || reasonMessage ? (
              <Reason code={reasonCode} message={reasonMessage} short />
            ) : isJob ? (
              entry.job.account.label
            ) : (
              t('from', { source: entry.receipt.source.label })
            )}
          </span>
        </span>
        <span className="flex shrink-0 flex-col items-end gap-0.5">
          {isJob ? (
            <JobStatusBadge status={entry.job.status} />
          ) : (
            <SignalOutcomeBadge outcome={entry.receipt.result.outcome} />
          )}
          <span className="text-2xs text-faint">
            <Age at={entry.at} ago />
          </span>
        </span>
      </Link>
    </li>
  );
}
