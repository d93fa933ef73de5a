import { useMemo, type ReactNode } from 'react';
import { Link } from 'react-router';
import { useTranslations } from 'use-intl';
import type { PositionDetailQuery } from '../../gql/generated';
import { Card } from '../../ui/card';
import { Missing } from '../../ui/money';
import { JobStatusBadge } from '../../ui/status-badge';
import { Age, Time } from '../../ui/time';
import { Timeline } from '../../ui/timeline';

type Position = NonNullable<PositionDetailQuery['position']>;

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex items-baseline justify-between gap-4 py-1">
      <dt className="shrink-0 text-muted">{name}</dt>
      <dd className="min-w-0 truncate text-right">{children}</dd>
    </div>
  );
}

/** The signal and the job that opened a position. */
export function PositionOrigin({ position }: { position: Position }) {
  const t = useTranslations('positions.origin');
  const words = useTranslations('words');
  const { openJob } = position;
  const execution = openJob.executions[0];
  const link = 'text-accent underline-offset-2 hover:underline';
  return (
    <Card title={t('title')}>
      <dl className="text-sm">
        <Line name={t('source')}>{position.sourceLabel ?? t('byHand')}</Line>
        <Line name={t('job')}>
          <Link to={`/jobs/${openJob.id}`} className={link}>
            {t('jobNumber', { id: openJob.id })}
          </Link>{' '}
          <JobStatusBadge status={openJob.status} />
        </Line>
        <Line name={t('order')}>
          {words(`side.${openJob.side}`)}, {words(`orderType.${openJob.orderType}`)}
        </Line>
        <Line name={t('clientOrderId')}>
          <span className="font-mono text-xs">{execution?.clientOrderId ?? <Missing />}</span>
        </Line>
        <Line name={t('vault')}>
          {position.vault ? (
            <Link to={`/vaults/${position.vault.id}`} className={link}>
              {position.vault.name}
            </Link>
          ) : (
            <Missing />
          )}
        </Line>
        <Line name={t('opened')}>
          <Time at={position.createdAt} withDay />
          <span className="block text-xs text-faint">
            <Age at={position.createdAt} ago />
          </span>
        </Line>
        {position.closedAt && (
          <Line name={t('closed')}>
            <Time at={position.closedAt} withDay />
          </Line>
        )}
      </dl>
      {openJob.event?.rawText && (
        <pre
          className="mt-3 max-h-32 overflow-auto rounded-lg border border-line bg-bg p-3 font-mono text-xs break-all whitespace-pre-wrap"
          tabIndex={0}
        >
          {openJob.event.rawText}
        </pre>
      )}
    </Card>
  );
}

/** From the signal's arrival to the booked fill, in milliseconds. */
export function PositionTimeline({ position }: { position: Position }) {
  const t = useTranslations('positions.origin');
  const words = useTranslations('words.stage');
  const { timeline } = position.openJob;
  const steps = useMemo(
    () => timeline.map(({ stage, at, offsetMs }) => ({ key: stage, label: words(stage), at, offsetMs })),
    [timeline, words],
  );
  if (steps.length === 0) return null;
  return (
    <Card title={t('timeline')}>
      <Timeline label={t('timeline')} steps={steps} />
    </Card>
  );
}
