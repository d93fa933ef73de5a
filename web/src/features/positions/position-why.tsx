import { Link } from 'react-router';
import { useTranslations } from 'use-intl';
import type { PositionDetailQuery } from '../../gql/generated';
import { Card } from '../../ui/card';
import { JobStatusBadge } from '../../ui/status-badge';
import { Time } from '../../ui/time';
import { TraceList } from '../../ui/trace-list';

type Position = NonNullable<PositionDetailQuery['position']>;

/** Every decision about a position, with its numbers at that time; newest first. */
export function PositionWhy({ position }: { position: Position }) {
  const t = useTranslations('positions.why');
  const exits = useTranslations('words.exitReason');
  const decisions = position.decisions
    .map((decision, index) => ({ ...decision, key: `${decision.kind} ${index}` }))
    .toReversed();
  return (
    <Card title={t('title')} flush>
      <ol aria-label={t('title')} className="divide-y divide-line">
        {decisions.map(({ key, kind, at, exitReason, job, trace }, index) => (
          <li key={key}>
            <details open={index === 0} className="group px-4 py-3">
              <summary className="flex cursor-pointer flex-wrap items-center gap-x-3 gap-y-1 rounded text-sm phone:min-h-11">
                <span className="font-semibold">
                  {t.has(`what.${kind}`) ? t(`what.${kind}`) : kind}
                  {exitReason && `: ${exits(exitReason)}`}
                </span>
                {job && <JobStatusBadge status={job.status} />}
                <span className="ml-auto text-xs text-muted">
                  <Time at={at} withDay />
                </span>
              </summary>
              <div className="mt-2">
                {trace.length > 0 ? (
                  <TraceList trace={trace} label={t('numbers')} />
                ) : (
                  <p className="text-sm text-muted">{t('nothing')}</p>
                )}
                {job && (
                  <Link
                    to={`/jobs/${job.id}`}
                    className="mt-2 inline-block rounded text-sm text-accent hover:underline"
                  >
                    {t('job', { id: job.id })}
                  </Link>
                )}
              </div>
            </details>
          </li>
        ))}
      </ol>
    </Card>
  );
}
