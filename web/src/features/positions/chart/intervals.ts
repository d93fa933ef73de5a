import type { CandleInterval } from '../../../gql/generated';

/** The intervals of the chart with their seconds, shortest first. */
export const INTERVALS = [
  ['S1', 1],
  ['S5', 5],
  ['S15', 15],
  ['M1', 60],
  ['M5', 300],
  ['M15', 900],
  ['H1', 3_600],
  ['H4', 14_400],
  ['D1', 86_400],
] as const satisfies readonly (readonly [CandleInterval, number])[];

const SECONDS = new Map<CandleInterval, number>(INTERVALS);
export const secondsOf = (interval: CandleInterval): number => SECONDS.get(interval) ?? 60;

/** At first, so many candles stand between the opening of a position and now, at most. */
const CANDLES_BACK = 120;

/** The interval in which the opening of a position is in view. Seconds are only shown on request. */
export const intervalSince = (openedAt: number, now: number): CandleInterval =>
  INTERVALS.find(([, seconds]) => seconds >= 60 && (now - openedAt) / 1000 / seconds <= CANDLES_BACK)?.[0] ?? 'D1';
