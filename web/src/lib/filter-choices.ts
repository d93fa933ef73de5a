import { useMemo, useState } from 'react';
import { useFilterChoicesQuery, type OrderSide, type TradeMode } from '../gql/generated';
import { useMarkets } from './live/open-positions';
import { useTradeMode } from './preferences';
import { severalOf } from './url-filters';
import { useWholeList } from './whole-list';

export interface FilterChoice {
  value: string;
  label: string;
}

type Choice = 'symbol' | 'account' | 'source';

/** What a list can be filtered by. */
export interface FilterChoices {
  /** By id, in the order of the server. */
  account: readonly FilterChoice[];
  source: readonly FilterChoice[];
  /** The markets that are known, and those of the rows that were shown. */
  symbol: readonly FilterChoice[];
  /** Whether the server has said which accounts and sources there are. */
  isKnown: boolean;
}

const NO_SYMBOLS: readonly string[] = [];
const named = (rows: readonly { id: string; label: string }[] | undefined): FilterChoice[] =>
  (rows ?? []).map(({ id, label }) => ({ value: id, label }));

/**
 * The accounts, sources and symbols of a mode, as the options of filters. Every filter bar takes them from here, so they
 * are read once and are the same everywhere.
 */
export function useFilterChoices({
  tradeMode,
  symbolsOfRows = NO_SYMBOLS,
}: { tradeMode?: TradeMode; symbolsOfRows?: readonly string[] } = {}): FilterChoices {
  const chosenMode = useTradeMode();
  const query = useFilterChoicesQuery({ variables: { tradeMode: tradeMode ?? chosenMode } });
  const accounts = useWholeList(query, 'exchangeAccounts', 'afterAccount');
  const sources = useWholeList(query, 'webhookSources', 'afterSource');
  const markets = useMarkets();
  // A filter takes rows away, and what it took away stays a choice.
  const [seen, setSeen] = useState(NO_SYMBOLS);
  const fresh = symbolsOfRows.filter((symbol) => !seen.includes(symbol));
  if (fresh.length > 0) setSeen([...new Set([...seen, ...fresh])].sort());
  return useMemo(() => {
    const symbols = [...new Set([...markets.keys(), ...seen])];
    return {
      account: named(accounts),
      source: named(sources),
      symbol: symbols.map((name) => ({ value: name, label: name })),
      isKnown: accounts !== undefined && sources !== undefined,
    };
  }, [accounts, sources, markets, seen]);
}

/** The filters of the address as the lists of the API take them: those without a value are left out. */
export function chosenFilters(values: Partial<Record<Choice | 'side', string>>): {
  symbols?: string[];
  accountIds?: string[];
  sourceIds?: string[];
  side?: OrderSide;
} {
  const { symbol = '', account = '', source = '', side = '' } = values;
  const [symbols, accountIds, sourceIds] = [severalOf(symbol), severalOf(account), severalOf(source)];
  // Both sides are all there is.
  const chosenSide = side === 'BUY' || side === 'SELL' ? side : undefined;
  return {
    ...(symbols.length > 0 && { symbols }),
    ...(accountIds.length > 0 && { accountIds }),
    ...(sourceIds.length > 0 && { sourceIds }),
    ...(chosenSide && { side: chosenSide }),
  };
}
