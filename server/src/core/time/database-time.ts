/**
 * One question to the database for its time: when it was asked and answered by a monotonic clock of ours, and what it
 * said (ms since 1970).
 */
export interface TimeSample {
  askedAt: number;
  answeredAt: number;
  databaseTime: number;
}

/** What is to be added to our monotonic clock to have the database's time, and how wrong that can be. */
export interface DatabaseOffset {
  offsetMs: number;
  /** The true one was at most this far away when it was measured. */
  errorMs: number;
  /** By our monotonic clock. */
  measuredAt: number;
}

/** How far two quartz clocks run apart, generously: 200 ppm are 12 ms a minute. */
const DRIFT = 2e-4;

/**
 * The database said its time somewhere between question and answer, so the middle is right to within half the round
 * trip (Cristian's algorithm).
 */
export function readSample({ askedAt, answeredAt, databaseTime }: TimeSample): DatabaseOffset {
  const middle = (askedAt + answeredAt) / 2;
  return { offsetMs: databaseTime - middle, errorMs: (answeredAt - askedAt) / 2, measuredAt: answeredAt };
}

/** How wrong an offset can be by now. */
const errorAt = ({ errorMs, measuredAt }: DatabaseOffset, at: number): number => errorMs + (at - measuredAt) * DRIFT;

/**
 * What is known after one more sample: the more exact of the two while both can be true; when they cannot, the
 * database's clock was set (or ours stood still while the machine slept), and the sample is what holds from now on.
 */
export function nextOffset(
  known: DatabaseOffset | undefined,
  sample: TimeSample,
): { offset: DatabaseOffset; stepMs: number } {
  const read = readSample(sample);
  if (!known) return { offset: read, stepMs: 0 };
  const at = read.measuredAt;
  const apart = Math.abs(read.offsetMs - known.offsetMs);
  if (apart > read.errorMs + errorAt(known, at)) return { offset: read, stepMs: read.offsetMs - known.offsetMs };
  return { offset: read.errorMs <= errorAt(known, at) ? read : known, stepMs: 0 };
}

/** OFF: people are told. TOO_FAR_OFF: the process does not trade. */
export type ClockState = 'OK' | 'OFF' | 'TOO_FAR_OFF';

/** Beyond this somebody is told. */
export const SKEW_ALERT_MS = 1_000;
/** Beyond this the process does not trade. */
export const SKEW_MAX_MS = 5_000;

/** What a process's clock being `skewMs` ahead of the database's (negative = behind) means. */
export function clockState(skewMs: number): ClockState {
  const apart = Math.abs(skewMs);
  if (apart > SKEW_MAX_MS) return 'TOO_FAR_OFF';
  return apart > SKEW_ALERT_MS ? 'OFF' : 'OK';
}
