/**
 * One reading of the database's time (ms since 1970), with the moments of the request and the answer by our monotonic
 * clock.
 */
export interface TimeSample {
  askedAt: number;
  answeredAt: number;
  databaseTime: number;
}

/** The offset to add to our monotonic clock to get the database's time, and its maximum error. */
export interface DatabaseOffset {
  offsetMs: number;
  /** The maximum error when it was measured. */
  errorMs: number;
  /** By our monotonic clock. */
  measuredAt: number;
}

/** The maximum drift between two quartz clocks, generously: 200 ppm are 12 ms per minute. */
const DRIFT = 2e-4;

/**
 * The database read its time somewhere between request and answer, so the middle is right to within half the round trip
 * (Cristian's algorithm).
 */
export function readSample({ askedAt, answeredAt, databaseTime }: TimeSample): DatabaseOffset {
  const middle = (askedAt + answeredAt) / 2;
  return { offsetMs: databaseTime - middle, errorMs: (answeredAt - askedAt) / 2, measuredAt: answeredAt };
}

/** The maximum error of an offset at `at`. */
const errorAt = ({ errorMs, measuredAt }: DatabaseOffset, at: number): number => errorMs + (at - measuredAt) * DRIFT;

/**
 * The offset after one more sample: the more exact of the two if both can be true. If not, the database's clock was
 * set, or ours stood still while the machine slept, and the new sample counts.
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

/** OFF: opens an alert. TOO_FAR_OFF: the process does not trade. */
export type ClockState = 'OK' | 'OFF' | 'TOO_FAR_OFF';

/** Beyond this, an alert opens. */
export const SKEW_ALERT_MS = 1_000;
/** Beyond this, the process does not trade. */
export const SKEW_MAX_MS = 5_000;

/** The consequence of a process's clock that is `skewMs` ahead of the database's (negative = behind). */
export function clockState(skewMs: number): ClockState {
  const apart = Math.abs(skewMs);
  if (apart > SKEW_MAX_MS) return 'TOO_FAR_OFF';
  return apart > SKEW_ALERT_MS ? 'OFF' : 'OK';
}
