import { Field, ID, InputType } from 'type-graphql';
import type { TradeMode as TradeModeText } from '../core/domain.js';
import { readSymbol } from '../core/signal/symbols.js';
import type { TradingFilter } from '../infra/database/owned-rows.store.js';
import { TradeMode } from './enums.js';
import { badInput } from './errors.js';
import { filterId } from './pages.js';
import { GraphQLDateTime } from './scalars.js';

/** How many values a list of a filter may have. */
export const FILTER_VALUES_MAX = 100;

/** Describes a field that selects by several values. */
export const SEVERAL = (things: string, single: string): string =>
  `Only those of one of these ${things}, at most ${FILTER_VALUES_MAX}; an empty list matches nothing. Together with \`${single}\`, both must match.`;

/** The fields that the filters of all lists of trading data share. */
@InputType({ description: 'The dates of a list.' })
export abstract class DatesFilter {
  @Field(() => GraphQLDateTime, { nullable: true, description: 'Only those created at this time or later.' })
  from?: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'Only those created before this time.' })
  to?: Date | null;
}

@InputType({ description: 'What every list of trading data can be filtered by.' })
export abstract class TradingListFilter extends DatesFilter {
  @Field(() => TradeMode, { nullable: true, description: 'Only those of this mode.' })
  tradeMode?: TradeModeText | null;

  @Field(() => ID, { nullable: true, description: 'Only those of this account.' })
  accountId?: string | null;

  @Field(() => [ID], { nullable: true, description: SEVERAL('accounts', 'accountId') })
  accountIds?: string[] | null;

  @Field(() => ID, { nullable: true, description: 'Only those that signals of this source led to.' })
  sourceId?: string | null;

  @Field(() => [ID], { nullable: true, description: SEVERAL('sources', 'sourceId') })
  sourceIds?: string[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'Only those of this symbol, in any spelling: SOL/USDT, SOLUSDT, BINANCE:SOLUSDT.P.',
  })
  symbol?: string | null;

  @Field(() => [String], { nullable: true, description: SEVERAL('symbols', 'symbol') })
  symbols?: string[] | null;
}

/** All pairs that a spelling of a symbol can mean; none when it is no symbol. */
export function symbolsOf(text: string | null | undefined): string[] | undefined {
  if (text === null || text === undefined) return undefined;
  const exact = /^[A-Z0-9]{1,20}\/[A-Z0-9]{1,20}$/i.test(text) ? [text.toUpperCase()] : [];
  return [...new Set([...exact, ...(readSymbol(text)?.candidates ?? [])])];
}

interface OneOrSeveral {
  accountId?: string | null;
  accountIds?: readonly string[] | null;
  sourceId?: string | null;
  sourceIds?: readonly string[] | null;
  symbol?: string | null;
  symbols?: readonly string[] | null;
}

/** What a field for one value and a field for several allow together; undefined allows all. */
function both<T>(one: readonly T[] | undefined, several: readonly T[] | undefined): readonly T[] | undefined {
  if (!one || !several) return one ?? several;
  return several.filter((value) => one.includes(value));
}

function listOf<T>(path: string, texts: readonly string[] | null | undefined, read: (text: string) => readonly T[]) {
  if (texts === null || texts === undefined) return undefined;
  if (texts.length > FILTER_VALUES_MAX)
    throw badInput({
      path,
      message: `At most ${FILTER_VALUES_MAX} values, or filter in several requests.`,
    });
  return texts.flatMap(read);
}

const idsOf = (text: string): number[] => onlyOf(filterId(text)) ?? [];

/** The accounts, sources and symbols of a filter as the stores take them. `argument` is its name in the request. */
export const scopesOf = (
  filter: OneOrSeveral,
  argument = 'filter',
): Pick<TradingFilter, 'accountIds' | 'sourceIds' | 'symbols'> => ({
  accountIds: both(onlyOf(filterId(filter.accountId)), listOf(`${argument}.accountIds`, filter.accountIds, idsOf)),
  sourceIds: both(onlyOf(filterId(filter.sourceId)), listOf(`${argument}.sourceIds`, filter.sourceIds, idsOf)),
  symbols: both(
    symbolsOf(filter.symbol),
    listOf(`${argument}.symbols`, filter.symbols, (text) => symbolsOf(text) ?? []),
  ),
});

/** The dates of a filter. A range that ends before it begins is an error. */
export function datesOf({ from, to }: DatesFilter): Pick<TradingFilter, 'from' | 'to'> {
  if (from && to && from >= to) throw badInput({ path: 'filter.to', message: 'to must be later than from.' });
  return { from: from ?? undefined, to: to ?? undefined };
}

/** A filter as the stores take it. */
export const tradingFilter = (filter: TradingListFilter | null | undefined): TradingFilter => ({
  tradeMode: filter?.tradeMode ?? undefined,
  ...scopesOf(filter ?? {}),
  ...datesOf(filter ?? {}),
});

/** The only value of a filter as the list of values a store takes; null and undefined allow all. */
export const onlyOf = <T>(value: T | null | undefined): T[] | undefined =>
  value === null || value === undefined ? undefined : [value];
