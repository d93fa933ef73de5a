import { offsetMs } from '../time/day-start.js';

const MINUTE_MS = 60_000;
const QUARTER_MS = 15 * MINUTE_MS;
export const DAY_MIN = 1_440;

const minuteAt = (atMs: number, offset: number): number => {
  const minute = Math.floor((atMs + offset) / MINUTE_MS);
  return ((minute % DAY_MIN) + DAY_MIN) % DAY_MIN;
};

/** The minute of the day that a clock in this zone shows. */
export const minuteOfDay = (atMs: number, zone: string): number => minuteAt(atMs, offsetMs(atMs, zone));

/**
 * The first moment after `atMs` at which a clock in this zone shows a minute of the day that `isWanted` accepts, on a
 * full minute. A minute that a change of the clock skips is passed over, like every clock does.
 */
export function nextMinute(atMs: number, zone: string, isWanted: (minute: number) => boolean): number {
  let at = (Math.floor(atMs / MINUTE_MS) + 1) * MINUTE_MS;
  // Two days contain every minute of the day at least once, also where a change of the clock skips it.
  const end = at + 2 * DAY_MIN * MINUTE_MS + 120 * MINUTE_MS;
  const first = offsetMs(at, zone);
  const isSteady = offsetMs(end, zone) === first;
  for (let offset = first; at < end; at += MINUTE_MS) {
    // Clocks change on a quarter of an hour. Asking for the offset is slow, so it is done only where it may change.
    if (!isSteady && at % QUARTER_MS === 0) offset = offsetMs(at, zone);
    if (isWanted(minuteAt(at, offset))) return at;
  }
  return at;
}
