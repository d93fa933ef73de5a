import { useMemo } from 'react';
import {
  useMarketsQuery,
  useOpenPositionsQuery,
  type LivePositionFragment,
  type MarketsQuery,
} from '../../gql/generated';
import { multiply, sum, unrealizedPnl } from '../decimal';
import { useNow } from '../clock';
import { useTradeMode } from '../preferences';
import { useIsCut } from './connection';
import { useIsFrozen } from './frozen-prices';
import { priceStore } from './price-store';
import { useStaleLimit } from './stale-limit';
import { usePricePulse } from './throttled-prices';

export type OpenPosition = LivePositionFragment;

/** Every open position of the chosen mode, kept current by the live feed; with `skip`, nothing is read. */
export const useOpenPositions = ({ skip = false } = {}) => {
  const tradeMode = useTradeMode();
  const { data, error, loading, refetch } = useOpenPositionsQuery({ variables: { tradeMode }, skip });
  const hasMore = data?.positions?.pageInfo.hasNextPage === true;
  const positions = useMemo(
    () => (data?.positions?.edges ?? []).map((edge) => edge.node).filter((position) => position.status === 'OPEN'),
    [data],
  );
  return { positions, isKnown: data !== undefined, hasMore, error, loading, refetch };
};

export interface OpenTotals {
  count: number;
  /** Sum of price x quantity in the quote asset, null while any price is missing. */
  value: string | null;
  unrealized: string | null;
}

/** Sums positions at the newest prices, exactly. */
const totalsOf = (positions: readonly OpenPosition[]): OpenTotals => {
  const values: string[] = [];
  const profits: string[] = [];
  for (const { priceKey, qtyRemaining, costQuote } of positions) {
    const price = priceStore.get(priceKey)?.last;
    if (price === undefined) return { count: positions.length, value: null, unrealized: null };
    values.push(multiply(price, qtyRemaining));
    profits.push(unrealizedPnl({ costQuote, qtyRemaining }, price));
  }
  return { count: positions.length, value: sum(values), unrealized: sum(profits) };
};

// Several cells show the totals of the same rows at the same prices: the totals are computed once.
const known = new WeakMap<readonly OpenPosition[], { version: number; totals: OpenTotals }>();

const totalsAt = (positions: readonly OpenPosition[], version: number): OpenTotals => {
  const before = known.get(positions);
  if (before?.version === version) return before.totals;
  const totals = totalsOf(positions);
  known.set(positions, { version, totals });
  return totals;
};

/** Totals that follow the prices, updated at most every `everyMs`. */
export const useOpenTotals = (positions: readonly OpenPosition[], everyMs = 500): OpenTotals => {
  const pulse = usePricePulse(everyMs);
  return useMemo(() => totalsAt(positions, pulse), [positions, pulse]);
};

/** Whether a total over positions may be outdated: the page is disconnected, its prices are frozen, or one of them is old. */
export const useTotalsStale = (positions: readonly OpenPosition[]): boolean => {
  const limitMs = useStaleLimit();
  const now = useNow();
  const isCut = useIsCut();
  const isFrozen = useIsFrozen();
  const keys = useMemo(() => [...new Set(positions.map(({ priceKey }) => priceKey))], [positions]);
  const isOld = (key: string): boolean => now - (priceStore.get(key)?.seenAt ?? now) > limitMs;
  return isCut || isFrozen || keys.some(isOld);
};

type Market = MarketsQuery['markets'][number];

/** Markets by symbol; empty until known. */
export const useMarkets = (): ReadonlyMap<string, Market> => {
  const { data } = useMarketsQuery({ fetchPolicy: 'cache-first' });
  return useMemo(
    () => new Map((data?.markets ?? []).map((market) => [market.symbol as string, market as Market])),
    [data],
  );
};

/** The market of a position. The server sends only the simulated markets; a real price keeps all its digits. */
export const marketOf = (
  markets: ReadonlyMap<string, Market>,
  { tradeMode, symbol }: Pick<OpenPosition, 'tradeMode' | 'symbol'>,
): Market | undefined => (tradeMode === 'SIMULATION' ? markets.get(symbol) : undefined);

/** 'USDT' of 'BTC/USDT'. */
export const quoteOf = (symbol: string): string => symbol.split('/')[1] ?? '';
/** 'BTC' of 'BTC/USDT'. */
export const baseOf = (symbol: string): string => symbol.split('/')[0] ?? symbol;
