import { useEffect, useMemo, useRef } from 'react';
import { chosenFilters } from '../../lib/filter-choices';
import type { OpenPosition } from '../../lib/live/open-positions';
import { useTradeMode } from '../../lib/preferences';
import { useUrlFilters } from '../../lib/url-filters';

const NAMES = ['symbol', 'account', 'source'] as const;

export type ChosenFilter = ReturnType<typeof chosenFilters>;

/** What the dashboard is about, kept in the address. */
export const useDashboardFilter = () => {
  const { values, set, clear } = useUrlFilters(NAMES);
  const chosen = useMemo(() => chosenFilters(values), [values]);
  // Accounts and sources belong to one mode: in the other one they would match nothing.
  const tradeMode = useTradeMode();
  const shown = useRef(tradeMode);
  useEffect(() => {
    if (shown.current === tradeMode) return;
    shown.current = tradeMode;
    set({ account: '', source: '' });
  }, [tradeMode, set]);
  return { values, set, clear, chosen, isFiltered: isFilter(chosen) };
};

export type DashboardFilter = ReturnType<typeof useDashboardFilter>;

export const isFilter = (chosen: ChosenFilter): boolean => Object.keys(chosen).length > 0;

const plain = (symbol: string): string => symbol.replace('/', '').toUpperCase();

/** The positions that a filter allows, as the server would select them. The list itself when it allows all. */
export const filterOpen = (
  positions: readonly OpenPosition[],
  { accountIds, sourceIds, symbols }: ChosenFilter,
): readonly OpenPosition[] => {
  if (!accountIds && !sourceIds && !symbols) return positions;
  const wanted = symbols?.map(plain);
  return positions.filter(
    ({ account, sourceId, symbol }) =>
      (accountIds?.includes(account.id) ?? true) &&
      (sourceIds ? sourceId != null && sourceIds.includes(sourceId) : true) &&
      (wanted?.includes(plain(symbol)) ?? true),
  );
};
