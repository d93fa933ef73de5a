import { Field, ID, InputType } from 'type-graphql';
import type { TradeMode as TradeModeText } from '../core/domain.js';
import { readSymbol } from '../core/signal/symbols.js';
import type { TradingFilter } from '../infra/database/owned-rows.store.js';
import { TradeMode } from './enums.js';
import { badInput } from './errors.js';
import { filterId } from './pages.js';
import { GraphQLDateTime } from './scalars.js';

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

  @Field(() => ID, { nullable: true, description: 'Only those that signals of this source led to.' })
  sourceId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Only those of this symbol, in any spelling: SOL/USDT, SOLUSDT, BINANCE:SOLUSDT.P.',
  })
  symbol?: string | null;
}

/** All pairs that a spelling of a symbol can mean; none when it is no symbol. */
export function symbolsOf(text: string | null | undefined): string[] | undefined {
  if (text === null || text === undefined) return undefined;
  const exact = /^[A-Z0-9]{1,20}\/[A-Z0-9]{1,20}$/i.test(text) ? [text.toUpperCase()] : [];
  return [...new Set([...exact, ...(readSymbol(text)?.candidates ?? [])])];
}

/** The dates of a filter. A range that ends before it begins is an error. */
export function datesOf({ from, to }: DatesFilter): Pick<TradingFilter, 'from' | 'to'> {
  if (from && to && from >= to) throw badInput({ path: 'filter.to', message: 'to must be later than from.' });
  return { from: from ?? undefined, to: to ?? undefined };
}

/** A filter as the stores take it. */
export const tradingFilter = (filter: TradingListFilter | null | undefined): TradingFilter => ({
  tradeMode: filter?.tradeMode ?? undefined,
  accountId: filterId(filter?.accountId),
  sourceId: filterId(filter?.sourceId),
  symbols: symbolsOf(filter?.symbol),
  ...datesOf(filter ?? {}),
});

/** The only value of a filter as the list of values a store takes; null and undefined allow all. */
export const onlyOf = <T>(value: T | null | undefined): T[] | undefined =>
  value === null || value === undefined ? undefined : [value];
