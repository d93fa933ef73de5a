import { useTranslations } from 'use-intl';
import type { TimelineStage } from '../gql/generated';
import { formatSpan, useFormat } from '../lib/format';
import { cx } from './class-names';

interface StageEntry {
  stage: TimelineStage;
  /** ISO 8601. */
  at: string;
  /** Milliseconds since the first stage. */
  offsetMs: number;
}

const STAGES: readonly TimelineStage[] = [
  'RECEIVED',
  'VERIFIED',
  'READ',
  'COMMITTED',
  'QUEUED',
  'CLAIMED',
  'SENT',
  'ACKNOWLEDGED',
  'FILLED',
  'BOOKED',
];

const LONG_MS = 10_000;

/**
 * A signal's way through the stages: how long each step took and where the time went. Stages that were not reached are
 * named too; `note` says why the way ended.
 */
export function StageTimeline({
  label,
  entries,
  first = 'RECEIVED',
}: {
  label: string;
  entries: readonly StageEntry[];
  first?: TimelineStage;
}) {
  const t = useTranslations('common.timeline');
  const words = useTranslations('words.stage');
  const format = useFormat();
  const span = (ms: number) => (ms >= LONG_MS ? formatSpan(ms) : `${format.count(ms)} ms`);
  const total = Math.max(1, ...entries.map((entry) => entry.offsetMs));
  const known = new Map(entries.map((entry) => [entry.stage, entry]));
  const stages = STAGES.slice(STAGES.indexOf(first));
  let before = 0;
  return (
    <ol aria-label={label} className="flex flex-col text-sm">
      {stages.map((stage, index) => {
        const entry = known.get(stage);
        const start = before;
        if (entry) before = entry.offsetMs;
        const gap = entry ? entry.offsetMs - start : 0;
        return (
          <li key={stage} className="relative grid grid-cols-[7.5rem_1fr_4.5rem_4.5rem] items-center gap-2 py-1.5">
            {index > 0 && (
              <span
                aria-hidden
                className={cx('absolute -top-3 left-[3.5px] h-5 w-px', entry ? 'bg-accent-solid' : 'bg-line-strong')}
              />
            )}
            <span className={cx('flex items-center gap-2.5 truncate', !entry && 'text-faint')}>
              <span
                aria-hidden
                className={cx(
                  'relative size-2 shrink-0 rounded-full',
                  entry ? 'bg-accent-solid' : 'border border-line-strong bg-panel',
                )}
              />
              {words(stage)}
            </span>
            {entry ? (
              <>
                <span aria-hidden className="relative h-1.5 rounded-full bg-hover">
                  <span
                    className="absolute inset-y-0 rounded-full bg-accent-solid"
                    style={{
                      left: `${Math.min((start / total) * 100, 99)}%`,
                      width: `${Math.max(1, (gap / total) * 100)}%`,
                    }}
                  />
                </span>
                <span className="num text-right text-xs font-medium" title={t('gap')}>
                  {index === 0 ? '' : `+${span(gap)}`}
                </span>
                <time dateTime={entry.at} title={format.full(entry.at)} className="num text-right text-xs text-muted">
                  {span(entry.offsetMs)}
                </time>
              </>
            ) : (
              <span className="col-span-3 text-right text-xs text-faint">{t('notReached')}</span>
            )}
          </li>
        );
      })}
    </ol>
  );
}
