import { useMemo, type ReactNode } from 'react';
import { Link } from 'react-router';
import { useTranslations } from 'use-intl';
import type { PositionDetailQuery } from '../../gql/generated';
import { Card } from '../../ui/card';
import { Missing } from '../../ui/money';
import { JobStatusBadge } from '../../ui/status-badge';
import { Time } from '../../ui/time';
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

/** The signal and the job a position came from, and how long each step took. */
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
        </Line>
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

/** Where every number of the decision came from. */
export function PositionTrace({ position }: { position: Position }) {
  const t = useTranslations('positions.origin');
  const { trace } = position.openJob;
  if (trace.length === 0) return null;
  return (
    <Card title={t('trace')} flush>
      <div className="overflow-x-auto" role="group" aria-label={t('trace')} tabIndex={0}>
        <table className="w-full text-sm">
          <caption className="sr-only">{t('trace')}</caption>
          <thead>
            <tr className="text-left text-xs text-muted">
              <th scope="col" className="px-4 py-2 font-medium">
                {t('what')}
              </th>
              <th scope="col" className="px-4 py-2 text-right font-medium">
                {t('value')}
              </th>
              <th scope="col" className="px-4 py-2 font-medium">
                {t('from')}
              </th>
            </tr>
          </thead>
          <tbody>
            {trace.map((entry, index) => (
              <tr key={`${entry.name}-${index}`} className="border-t border-line/60">
                <th scope="row" className="px-4 py-2 text-left font-medium">
                  {entry.name}
                </th>
                <td className="num px-4 py-2 text-right">{entry.value}</td>
                <td className="px-4 py-2 text-muted">{entry.source}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
