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
  'WAITING',
  'CLAIMED',
  'SENT',
  'ACKNOWLEDGED',
  'FILLED',
  'BOOKED',
];

/** A source that runs dry places no order: its signals are stored and planned. */
const DRY_STAGES: readonly TimelineStage[] = ['RECEIVED', 'VERIFIED', 'READ', 'COMMITTED', 'PLANNED'];

const LONG_MS = 10_000;

/**
 * The stages of a signal: how long each step took and where the time went. Stages that were not reached are also
 * listed. `first` is the first stage: an order that was placed by hand has no RECEIVED stage. `dry`: the source ran dry.
 */
export function StageTimeline({
  label,
  entries,
  first = 'RECEIVED',
  dry = false,
}: {
  label: string;
  entries: readonly StageEntry[];
  first?: TimelineStage;
  dry?: boolean;
}) {
  const total = Math.max(1, ...entries.map((entry) => entry.offsetMs));
  // Most signals do not wait for another one, so the stage is shown only when it happened.
  const didWait = entries.some((entry) => entry.stage === 'WAITING');
  const ofOrder = STAGES.slice(STAGES.indexOf(first)).filter((stage) => stage !== 'WAITING' || didWait);
  const stages = dry ? DRY_STAGES : ofOrder;
  return (
    <ol aria-label={label} className="flex flex-col text-sm">
      {stages.map((stage, index) => {
        const at = entries.findIndex((entry) => entry.stage === stage);
        const entry = entries[at];
        return (
          <Stage
            key={stage}
            stage={stage}
            entry={entry}
            startMs={entries[at - 1]?.offsetMs ?? 0}
            totalMs={total}
            isFirst={index === 0}
          />
        );
      })}
    </ol>
  );
}

interface StageProps {
  stage: TimelineStage;
  /** Undefined when the stage was not reached. */
  entry: StageEntry | undefined;
  startMs: number;
  totalMs: number;
  isFirst: boolean;
}

function Stage({ stage, entry, startMs, totalMs, isFirst }: StageProps) {
  const words = useTranslations('words.stage');
  const t = useTranslations('common.timeline');
  return (
    <li className="relative grid grid-cols-[7.5rem_1fr_4.5rem_4.5rem] items-center gap-2 py-1.5 phone:grid-cols-[7.25rem_1fr_4rem]">
      {!isFirst && (
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
        <Reached entry={entry} startMs={startMs} totalMs={totalMs} isFirst={isFirst} />
      ) : (
        <span className="col-span-3 text-right text-xs text-faint phone:col-span-2">{t('notReached')}</span>
      )}
    </li>
  );
}

function Reached({ entry, startMs, totalMs, isFirst }: Omit<StageProps, 'stage' | 'entry'> & { entry: StageEntry }) {
  const t = useTranslations('common.timeline');
  const format = useFormat();
  const span = (ms: number) => (ms >= LONG_MS ? formatSpan(ms) : `${format.count(ms)} ms`);
  const gap = entry.offsetMs - startMs;
  const left = `${Math.min((startMs / totalMs) * 100, 99)}%`;
  const width = `${Math.max(1, (gap / totalMs) * 100)}%`;
  return (
    <>
      <span aria-hidden className="relative h-1.5 rounded-full bg-hover">
        <span className="absolute inset-y-0 rounded-full bg-accent-solid" style={{ left, width }} />
      </span>
      <span className="num text-right text-xs font-medium" title={t('gap')}>
        {isFirst ? '' : `+${span(gap)}`}
      </span>
      <time
        dateTime={entry.at}
        title={format.full(entry.at)}
        className="num text-right text-xs text-muted phone:hidden"
      >
        {span(entry.offsetMs)}
      </time>
    </>
  );
}
