/** Whether this is the name of a time zone, such as America/Sao_Paulo. */
export function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** How far the zone's clock is ahead of UTC at a moment. */
function offsetMs(atMs: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    hourCycle: 'h23',
    ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
  }).formatToParts(atMs);
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((entry) => entry.type === type)?.value);
  const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return local - Math.floor(atMs / 1000) * 1000;
}

const DAY_MS = 86_400_000;

/** The moment (ms since 1970) at which the day of `nowMs` began in `zone`, right also on days the clocks change. */
export function dayStart(nowMs: number, zone: string): number {
  const midnight = Math.floor((nowMs + offsetMs(nowMs, zone)) / DAY_MS) * DAY_MS;
  // The offset at midnight may differ from the one now; where midnight does not exist the second guess lands after it.
  const guess = midnight - offsetMs(nowMs, zone);
  return midnight - offsetMs(guess, zone);
}
