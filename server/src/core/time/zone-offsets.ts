import { offsetMs } from './day-start.js';

/** A stretch of time in which a zone's clock had the same distance from UTC. */
export interface ZoneOffset {
  /** ms since 1970, exclusive; null = from then on. */
  until: number | null;
  offsetSec: number;
}

/** No zone has changed its clock twice within this time. */
const STEP_MS = 7 * 86_400_000;

/**
 * The offsets of a zone between two moments (ms since 1970), oldest first. The first also covers everything before
 * `fromMs`, the last everything after `toMs`. So SQL can find the local date of a row without time zone tables.
 */
export function zoneOffsets(fromMs: number, toMs: number, zone: string): ZoneOffset[] {
  const offsets: ZoneOffset[] = [];
  let current = offsetMs(fromMs, zone);
  for (let at = fromMs; at < toMs; at += STEP_MS) {
    const next = Math.min(at + STEP_MS, toMs);
    const after = offsetMs(next, zone);
    if (after === current) continue;
    offsets.push({ until: changeBetween(at, next, zone), offsetSec: current / 1_000 });
    current = after;
  }
  return [...offsets, { until: null, offsetSec: current / 1_000 }];
}

/** The first moment with the offset of `high`. */
function changeBetween(low: number, high: number, zone: string): number {
  const before = offsetMs(low, zone);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetMs(middle, zone) === before) low = middle;
    else high = middle;
  }
  return high;
}

/** The date of a moment, 'YYYY-MM-DD', by these offsets. */
export function dateAt(atMs: number, offsets: readonly ZoneOffset[]): string {
  const found = offsets.find(({ until }) => until === null || atMs < until);
  return new Date(atMs + (found?.offsetSec ?? 0) * 1_000).toISOString().slice(0, 10);
}
