/** The date of an instant in a zone, YYYY-MM-DD. */
export const dayIn = (zone: string, at: Date): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);

/** How far the clocks of a zone are ahead of UTC at an instant, in ms. */
const offsetMs = (zone: string, at: Date): number => {
  const parts = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  }).formatToParts(at);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  const shown = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return shown - Math.floor(at.getTime() / 1000) * 1000;
};

/** The instant at which a day (YYYY-MM-DD) begins in a zone. */
export const startOfDay = (zone: string, day: string): Date => {
  const utc = new Date(`${day}T00:00:00Z`).getTime();
  // The offset may differ between the guess and the result, on the day on which the clocks change.
  const guess = new Date(utc - offsetMs(zone, new Date(utc)));
  return new Date(utc - offsetMs(zone, guess));
};

export const PERIODS = ['7d', '30d', '90d', 'month', 'year', 'all'] as const;
export type Period = (typeof PERIODS)[number];

/** When a period begins, in the days of a zone; undefined = from the beginning. */
export const startOfPeriod = (period: Period, zone: string, now: Date): Date | undefined => {
  if (period === 'all') return undefined;
  const today = dayIn(zone, now);
  if (period === 'month') return startOfDay(zone, `${today.slice(0, 8)}01`);
  if (period === 'year') return startOfDay(zone, `${today.slice(0, 5)}01-01`);
  const days = { '7d': 7, '30d': 30, '90d': 90 }[period];
  const first = new Date(new Date(`${today}T00:00:00Z`).getTime() - (days - 1) * 86_400_000);
  return startOfDay(zone, first.toISOString().slice(0, 10));
};
