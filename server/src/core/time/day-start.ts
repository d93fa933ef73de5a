/** Whether this is the name of a time zone, such as America/Sao_Paulo. */
export function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

const formats = new Map<string, Intl.DateTimeFormat>();
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    // Without it, the locale may select another calendar.
    calendar: 'gregory',
    hourCycle: 'h23',
    ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
  });
  formats.set(zone, format);
  return format;
}

/** How far the zone's clock is ahead of UTC at a moment. */
export function offsetMs(atMs: number, zone: string): number {
  const parts = formatOf(zone).formatToParts(atMs);
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((entry) => entry.type === type)?.value);
  const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return local - Math.floor(atMs / 1000) * 1000;
}

const DAY_MS = 86_400_000;

/** The date of a moment in the zone, as days since 1970. */
const dayOf = (atMs: number, zone: string): number => Math.floor((atMs + offsetMs(atMs, zone)) / DAY_MS);

/**
 * The moment (ms since 1970) at which the day of `nowMs` began in `zone`: the first moment of its date. If the clocks
 * go back over midnight, it is the first of two midnights; if they go forward over it, the first moment after the gap.
 */
export function dayStart(nowMs: number, zone: string): number {
  const day = dayOf(nowMs, zone);
  const midnight = day * DAY_MS;
  // No clock is further from UTC than this, and none changes twice within two days.
  const [before, after] = [midnight - DAY_MS, midnight + DAY_MS].map((at) => offsetMs(at, zone)) as [number, number];
  const candidates = [midnight - Math.max(before, after), midnight - Math.min(before, after)];
  const first = candidates.find((at) => dayOf(at, zone) === day && dayOf(at - 1, zone) !== day);
  return first ?? changeOfDay(day, zone);
}

/** The day begins at the clock change, found by bisection: the moment before it has another date. */
function changeOfDay(day: number, zone: string): number {
  let [low, high] = [(day - 1) * DAY_MS - DAY_MS / 2, day * DAY_MS + DAY_MS / 2];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (dayOf(middle, zone) >= day) high = middle;
    else low = middle;
  }
  return high;
}
