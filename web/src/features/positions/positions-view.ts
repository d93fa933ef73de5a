import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import type { LivePositionFragment } from '../../gql/generated';
import type { Sort } from '../../ui/data-table';

export type PositionsTab = 'open' | 'closed';

export interface PositionsView {
  tab: PositionsTab;
  query: string;
  sort: Sort;
  /** The chosen values of each filter; none means all. */
  chosen: Chosen;
  change: (change: Partial<{ tab: PositionsTab; query: string; sort: Sort } & Chosen>) => void;
  /** Removes every filter. */
  clear: () => void;
  isFiltered: boolean;
}

/** Filters of which several values can be chosen at once. */
export const CHOICES = ['account', 'symbol', 'source'] as const;
export type Choice = (typeof CHOICES)[number];
export type Chosen = Readonly<Record<Choice, readonly string[]>>;

const DEFAULT_SORT: Record<PositionsTab, Sort> = {
  open: { column: 'age', descending: false },
  closed: { column: 'closed', descending: true },
};

const readSort = (text: string | null): Sort | undefined =>
  text ? { column: text.replace(/^-/, ''), descending: text.startsWith('-') } : undefined;

/** The state of the positions page, kept in the address so that it can be shared and bookmarked. */
export const usePositionsView = (): PositionsView => {
  const [params, setParams] = useSearchParams();
  const tab: PositionsTab = params.get('tab') === 'closed' ? 'closed' : 'open';
  const sortText = params.get('sort');
  const sort = useMemo(() => readSort(sortText) ?? DEFAULT_SORT[tab], [sortText, tab]);
  const change = useCallback<PositionsView['change']>(
    (next) =>
      setParams(
        (old) => {
          const set = (key: string, value: string | undefined) => (value ? old.set(key, value) : old.delete(key));
          if (next.tab !== undefined) {
            set('tab', next.tab === 'open' ? undefined : next.tab);
            old.delete('sort');
          }
          if (next.query !== undefined) set('q', next.query);
          for (const name of CHOICES) {
            if (next[name]) old.delete(name);
            for (const value of next[name] ?? []) old.append(name, value);
          }
          if (next.sort) set('sort', `${next.sort.descending ? '-' : ''}${next.sort.column}`);
          return old;
        },
        { replace: true, preventScrollReset: true },
      ),
    [setParams],
  );
  const clear = useCallback(() => change({ query: '', ...NOTHING_CHOSEN }), [change]);
  const chosen = useMemo(() => chosenIn(params), [params]);
  const query = params.get('q') ?? '';
  const isFiltered = query !== '' || CHOICES.some((name) => chosen[name].length > 0);
  return { tab, query, sort, chosen, change, clear, isFiltered };
};

const chosenIn = (params: URLSearchParams): Chosen => ({
  ...{ account: params.getAll('account'), symbol: params.getAll('symbol'), source: params.getAll('source') },
});

/** What a row says to each filter. A position that was bought by hand has the source ''. */
export const choiceOf: Readonly<Record<Choice, (row: LivePositionFragment) => string>> = {
  account: (row) => row.account.id,
  symbol: (row) => row.symbol,
  source: (row) => row.sourceLabel ?? '',
};

const NOTHING_CHOSEN: Chosen = { account: [], symbol: [], source: [] };

/** Rows with one of the chosen values of each filter, whose symbol, account or source contains every word of the query. */
export const filterPositions = (
  rows: readonly LivePositionFragment[],
  query: string,
  chosen: Chosen,
): LivePositionFragment[] => {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    const isChosen = (name: Choice) => chosen[name].length === 0 || chosen[name].includes(choiceOf[name](row));
    if (!CHOICES.every(isChosen)) return false;
    const text =
      `${row.symbol} ${row.symbol.replace('/', '')} ${row.account.label} ${row.sourceLabel ?? ''}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
};
