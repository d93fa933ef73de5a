import type { SignalTrail, StrategyPosition } from './signal-trail.js';

/** A message of a source, with its place among the others. */
export interface TrailedSignal extends SignalTrail {
  receiptId: number;
}

export type MissedSignal =
  | { kind: 'POSITION'; receiptId: number; track: string; expected: StrategyPosition; found: StrategyPosition }
  | { kind: 'SEQUENCE'; receiptId: number; from: number; to: number };

/**
 * Where messages of a source are missing, in the order in which they came: a strategy that says it came from another
 * position than the one its message before left, and numbers of a sequence that never came. `signals`: oldest first.
 */
export const missedSignals = (signals: readonly TrailedSignal[]): MissedSignal[] => [
  ...missedPositions(signals),
  ...missedNumbers(signals),
];

function missedPositions(signals: readonly TrailedSignal[]): MissedSignal[] {
  const left = new Map<string, StrategyPosition>();
  return signals.flatMap(({ receiptId, track, position, previousPosition }): MissedSignal[] => {
    const before = left.get(track);
    if (position !== null) left.set(track, position);
    if (before === undefined || previousPosition === null || previousPosition === before) return [];
    return [{ kind: 'POSITION', receiptId, track, expected: before, found: previousPosition }];
  });
}

/** A number this much below the highest one is a sequence that began again. */
const RESTART_BELOW = 100;

/**
 * Some senders count all their messages, others each strategy and symbol. The reading that leaves fewer numbers
 * unexplained is taken.
 */
function missedNumbers(signals: readonly TrailedSignal[]): MissedSignal[] {
  const numbered = signals.flatMap(({ receiptId, track, sequence }) =>
    sequence === null ? [] : [{ receiptId, track, sequence }],
  );
  const together = readSequence(numbered);
  const tracks = [...new Set(numbered.map(({ track }) => track))];
  const apart = tracks.map((track) => readSequence(numbered.filter((one) => one.track === track)));
  const unexplained = apart.reduce((all, one) => all + one.unexplained, 0);
  return unexplained < together.unexplained ? apart.flatMap(({ gaps }) => gaps) : together.gaps;
}

function readSequence(numbered: readonly { receiptId: number; sequence: number }[]): {
  gaps: MissedSignal[];
  unexplained: number;
} {
  const seen = new Set(numbered.map(({ sequence }) => sequence));
  const gaps: MissedSignal[] = [];
  let unexplained = 0;
  let highest: number | undefined;
  for (const { receiptId, sequence } of numbered) {
    if (highest === undefined || sequence <= 1 || sequence < highest - RESTART_BELOW) {
      if (highest !== undefined) unexplained++;
      highest = sequence;
      continue;
    }
    if (sequence <= highest) {
      // It came late, or twice: a number that is there is not missing.
      unexplained++;
      continue;
    }
    // What came late is not missing.
    const gap = missingRange(seen, highest + 1, sequence - 1);
    if (gap) gaps.push({ kind: 'SEQUENCE', receiptId, ...gap });
    unexplained += sequence - highest - 1;
    highest = sequence;
  }
  return { gaps, unexplained };
}

const RANGE_MAX = 10_000;

/** The first and last number between these that was not seen. */
function missingRange(seen: ReadonlySet<number>, from: number, to: number): { from: number; to: number } | undefined {
  if (to - from > RANGE_MAX) return { from, to };
  const missing: number[] = [];
  for (let number = from; number <= to; number++) if (!seen.has(number)) missing.push(number);
  const [first] = missing;
  return first === undefined ? undefined : { from: first, to: missing.at(-1) ?? first };
}
