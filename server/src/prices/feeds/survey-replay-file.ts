import { D, d, max } from '../../core/money/money.js';
import type { DemoMarket } from '../../exchange/simulated/demo-markets.js';
import { readReplayFile, ReplayFileError, type RecordedTick } from './replay-file.js';

/** The contents of a recording for one symbol. */
export interface RecordedSymbol {
  /** When its last price was recorded, ms since 1970. */
  lastAt: number;
  /** A market with filters that match the recorded numbers. */
  market: DemoMarket;
}

interface Seen {
  first: string;
  lastAt: number;
  priceDecimals: number;
  quantityDecimals: number | undefined;
}

/** The minimum order value by quote asset, as on Binance spot; 5 for other assets. */
const MIN_NOTIONAL: Readonly<Record<string, string>> = {
  BTC: '0.0001',
  ETH: '0.001',
  BNB: '0.01',
  TRY: '10',
  BRL: '10',
};
const MIN_NOTIONAL_ELSE = '5';
const STEP_DECIMALS_MAX = 8;

/**
 * Reads a whole recording once and returns its symbols. Throws a ReplayFileError when a line is wrong or there is none.
 */
export async function surveyReplayFile(file: string): Promise<Map<string, RecordedSymbol>> {
  const seen = new Map<string, Seen>();
  for await (const tick of readReplayFile(file)) note(seen, tick);
  if (seen.size === 0) throw new ReplayFileError(file, 'there is no price in it');
  return new Map(
    [...seen].map(([symbol, facts]) => [symbol, { lastAt: facts.lastAt, market: toMarket(symbol, facts) }]),
  );
}

function note(seen: Map<string, Seen>, { symbol, at, price, bid, ask, quantity }: RecordedTick): void {
  let facts = seen.get(symbol);
  if (!facts) {
    facts = { first: price, lastAt: at, priceDecimals: 0, quantityDecimals: undefined };
    seen.set(symbol, facts);
  }
  facts.lastAt = at;
  for (const text of [price, bid, ask]) if (text) facts.priceDecimals = Math.max(facts.priceDecimals, decimalsOf(text));
  if (quantity) facts.quantityDecimals = Math.max(facts.quantityDecimals ?? 0, decimalsOf(quantity));
}

/**
 * The tick is the last decimal of the prices, the step that of the quantities. Without quantities, a step is worth at
 * most a fifth of the minimum order, similar to what exchanges choose.
 */
function toMarket(symbol: string, { first, priceDecimals, quantityDecimals }: Seen): DemoMarket {
  const [base = '', quote = ''] = symbol.split('/');
  const minNotional = MIN_NOTIONAL[quote] ?? MIN_NOTIONAL_ELSE;
  const fitting = max(d('1'), d(first).mul('5').div(minNotional)).log(10).ceil().toNumber();
  const stepSize = unit(quantityDecimals ?? Math.min(fitting, STEP_DECIMALS_MAX));
  return {
    symbol,
    base,
    quote,
    tickSize: unit(priceDecimals),
    stepSize,
    minQty: stepSize,
    minNotional,
    basePrice: first,
  };
}

const unit = (decimals: number): string => new D(10).pow(-decimals).toFixed();
/** Recorded numbers have no trailing zeros, so these decimals were really used. */
const decimalsOf = (text: string): number => (text.includes('.') ? text.length - text.indexOf('.') - 1 : 0);
