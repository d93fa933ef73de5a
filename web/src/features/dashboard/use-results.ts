import { useMemo, useState } from 'react';
import { useDashboardResultsQuery, type DashboardResultsQuery } from '../../gql/generated';
import { useLiveEvent } from '../../lib/live/events';
import { useTradeMode, useZoneName } from '../../lib/preferences';
import { useThrottledCall } from '../../lib/throttled-call';
import { dayIn, startOfPeriod } from '../../lib/zoned-days';
import type { ChosenFilter } from './dashboard-filter';

const RELOAD_MS = 5_000;

/** The results of the last 90 days that a filter allows, read again when a position is closed. */
export const useResults = (chosen: ChosenFilter) => {
  const [tradeMode, timeZone] = [useTradeMode(), useZoneName()];
  // The moment of opening: the period must not move, or the report would be read again and again.
  const [now] = useState(() => new Date());
  const from = useMemo(() => startOfPeriod('90d', timeZone, now), [timeZone, now]);
  const { data, error, refetch } = useDashboardResultsQuery({
    variables: { input: { tradeMode, timeZone, ...chosen, ...(from && { from: from.toISOString() }) } },
    fetchPolicy: 'cache-and-network',
  });
  const again = () => void refetch().catch(() => undefined);
  const reload = useThrottledCall(again, RELOAD_MS);
  useLiveEvent('position', (position) => position.status === 'CLOSED' && reload());
  // Not what was known before: results of another filter or mode would pass for those of this one.
  const report = data?.report as DashboardResultsQuery['report'] | undefined;
  return { report, error, again, today: dayIn(timeZone, now), first: from && dayIn(timeZone, from) };
};

export type Results = ReturnType<typeof useResults>;

/** The quote assets that have results, the one with the most days first. */
export const quotesOf = (report: Results['report']): string[] => {
  const counts = new Map<string, number>();
  for (const { quote } of report?.byDay ?? []) counts.set(quote, (counts.get(quote) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([quote]) => quote);
};
