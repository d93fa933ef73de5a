import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import type { LivePositionFragment } from '../../gql/generated';
import type { Sort } from '../../ui/data-table';

export type PositionsTab = 'open' | 'closed';

export interface PositionsView {
  tab: PositionsTab;
  query: string;
  account: string;
  sort: Sort;
  change: (change: Partial<{ tab: PositionsTab; query: string; account: string; sort: Sort }>) => void;
}

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
          if (next.account !== undefined) set('account', next.account);
          if (next.sort) set('sort', `${next.sort.descending ? '-' : ''}${next.sort.column}`);
          return old;
        },
        { replace: true, preventScrollReset: true },
      ),
    [setParams],
  );
  return { tab, query: params.get('q') ?? '', account: params.get('account') ?? '', sort, change };
};

/** Rows of an account whose symbol, account or source contains every word of the query. */
export const filterPositions = (
  rows: readonly LivePositionFragment[],
  query: string,
  account: string,
): LivePositionFragment[] => {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    if (account && row.account.id !== account) return false;
    const text =
      `${row.symbol} ${row.symbol.replace('/', '')} ${row.account.label} ${row.sourceLabel ?? ''}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
};
