/** An exchange's answers about one market and one order, in its own format (from its documentation and ccxt's). */
export interface WireSample {
  /** Answers by method and path. `order` and `trades` are filled in from below. */
  routes: Record<string, unknown>;
  /** The request that places, and the value it has for a market buy of 0.00123 BTC (or what replaces one). */
  place: { path: string; params: Record<string, unknown> };
  /** The requests that look it up by our id, in their order. */
  lookups: { path: string; params: Record<string, unknown> }[];
  quote: string;
  fee: { feeAmount: string; feeAsset: string };
}

/** The order of all samples: a buy of 0.00123 BTC at the market, filled in one trade. */
export const SAMPLE_ID = 'x123456789ABCDEFGH';
export const QTY = '0.00123';
export const PRICE = '100000.5';
export const AT = 1_795_000_000_000;
export const TRADED_AT = AT + 1;
export const TICKER = { ask: '100000.5', bid: '99999.5', last: '100000' };
export const FEE_IN_BASE = { feeAmount: '0.00000123', feeAsset: 'BTC' };
