import { useMemo } from 'react';
import { useFilterChoicesQuery, type TradeMode } from '../gql/generated';
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
  /** The markets that are known, and those of the rows that are shown. */
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
  // The rows are a new array at each drawing; what they name changes seldom.
  const more = symbolsOfRows.join();
  return useMemo(() => {
    const symbols = [...new Set([...markets.keys(), ...more.split(',').filter(Boolean).sort()])];
    return {
      account: named(accounts),
      source: named(sources),
      symbol: symbols.map((name) => ({ value: name, label: name })),
      isKnown: accounts !== undefined && sources !== undefined,
    };
  }, [accounts, sources, markets, more]);
}

/** The filters of the address as the lists of the API take them: those without a value are left out. */
export function chosenFilters({ symbol = '', account = '', source = '' }: Partial<Record<Choice, string>>): {
  symbols?: string[];
  accountIds?: string[];
  sourceIds?: string[];
} {
  const [symbols, accountIds, sourceIds] = [severalOf(symbol), severalOf(account), severalOf(source)];
  return {
    ...(symbols.length > 0 && { symbols }),
    ...(accountIds.length > 0 && { accountIds }),
    ...(sourceIds.length > 0 && { sourceIds }),
  };
}
