import type { ExchangeName, Market, OrderSide, OrderType, Price } from '../core/domain.js';
import type { RequestPriority } from '../core/exchange/request-budget.js';
import type { Refusal } from '../core/reasons.js';

/**
 * The exchange port: all that the rest of the system knows about an exchange. A real exchange (ccxt) and the
 * simulated one pass the same contract suite (exchange.contract.ts). Decimals are strings.
 */
export interface Exchange {
  readonly name: ExchangeName;
  /**
   * How absence can be proven after an unanswered order. `windowMs`: after this long past sending, an order that
   * the exchange did not admit can no longer be admitted (Binance: recvWindow).
   */
  readonly admission: { windowMs: number };
  /** The market's filters; undefined when the exchange does not trade the symbol. */
  market(symbol: string): Promise<Market | undefined>;
  markets(): Promise<Market[]>;
  balances(): Promise<ExchangeBalance[]>;
  /** The exchange's own current price; undefined when it has none. */
  price(symbol: string): Promise<Price | undefined>;
  /**
   * Sends one order, once. Never throws: every fault is an outcome. Sends again only what the exchange said it did not
   * look at; an id that was sent before is looked up instead.
   */
  place(order: OrderRequest): Promise<PlaceOutcome>;
  /**
   * Looks an order up by the id we gave it, then, unless `byIdOnly`, in the lists of about the time it was sent. Throws
   * only on a fault of the wire.
   */
  findOrder(order: OrderName, options?: ReadOptions & { byIdOnly?: boolean }): Promise<OrderSnapshot | undefined>;
  /** Cancels what is left and answers the order's final state; undefined when the exchange knows no such order. */
  cancel(order: OrderName, options?: ReadOptions): Promise<OrderSnapshot | undefined>;
  /** What an account has that others can move too; undefined for the simulated one, which only we trade on. */
  readonly remote?: RemoteAccount;
}

/** An exchange whose account others can move too: it is compared with our books, and its balances are read. */
export type RemoteExchange = Exchange & { readonly remote: RemoteAccount };
export const isRemote = (exchange: Exchange): exchange is RemoteExchange => exchange.remote !== undefined;

/** An order of ours; `sentAt` (ms since 1970, by our clock) spares an exchange that has to search a whole day of lists. */
export interface OrderName {
  clientOrderId: string;
  symbol: string;
  sentAt?: number | undefined;
}

/** How an exchange is asked. What `signal` gives up takes nothing more of what the exchange allows. */
export interface ReadOptions {
  signal?: AbortSignal | undefined;
  /** Who goes first when the exchange allows little; as recovery does unless said otherwise. */
  priority?: RequestPriority | undefined;
}

/** A part of a list. */
export interface ListOptions extends ReadOptions {
  /** Nothing later is wanted, ms since 1970. */
  until?: number | undefined;
  /** The times are by our clock; else by the exchange's. */
  byOurClock?: boolean | undefined;
}

/** The account at the exchange itself: who may do what there, and what was done there, by us or by hand. */
export interface RemoteAccount {
  /** Asks the exchange what the key may do, how far away it is and how its clock differs. Throws on a fault of the wire. */
  testConnection(): Promise<ConnectionReport>;
  /** Every order that rests there, of whoever placed it. */
  openOrders(options?: ReadOptions): Promise<ListedOrder[]>;
  /** Orders of a symbol made since (ms since 1970), open or over, as far back as the exchange tells. */
  ordersSince(symbol: string, since: number, options?: ListOptions): Promise<ListedOrder[]>;
  /** Trades of a symbol since (ms since 1970), of whoever made them, oldest first. */
  tradesSince(symbol: string, since: number, options?: ListOptions): Promise<ListedTrade[]>;
  /**
   * Pushes every order that changes, until stopped; dials again by itself with a growing, jittered pause. `onGap` is
   * called after each reconnect: what came meanwhile has to be asked for. Missing where ccxt has no user stream.
   */
  watchOrders?(listener: { onOrder(order: ListedOrder): void; onGap(): void }): { stop(): Promise<void> };
}

export interface ConnectionReport {
  canRead: boolean;
  canTrade: boolean;
  /** null = the exchange does not tell. */
  canWithdraw: boolean | null;
  latencyMs: number;
  /** How far the exchange's clock is ahead of ours. */
  clockOffsetMs: number;
}

/** An order as a list of the exchange has it; `clientOrderId` may be somebody else's, or empty. */
export interface ListedOrder extends OrderSnapshot {
  symbol: string;
  side: OrderSide;
  type: OrderType;
  quantity: string;
  limitPrice: string | null;
  /** ms since 1970 */
  createdAt: number;
}

export interface ListedTrade extends ExchangeFill {
  exchangeOrderId: string;
  symbol: string;
  side: OrderSide;
}

export interface OrderRequest {
  clientOrderId: string;
  symbol: string;
  side: OrderSide;
  type: OrderType;
  /** In the base asset, already rounded to the market's step. */
  quantity: string;
  /** LIMIT only, already rounded to the market's tick. */
  limitPrice?: string;
  /** When the caller's time to send is over (performance.now()); `admission` counts from then. */
  leaveBefore?: number;
  /** A sell by the market: the price that made it and when the feed saw it. Real exchanges need none. */
  seen?: { price: string; at: number };
}

export interface ExchangeBalance {
  asset: string;
  free: string;
  locked: string;
}

/** An order as the exchange sees it now. */
export interface OrderSnapshot {
  exchangeOrderId: string;
  clientOrderId: string;
  status: 'NEW' | 'PARTIALLY_FILLED' | 'FILLED' | 'CANCELED' | 'EXPIRED' | 'REJECTED';
  executedQty: string;
  cummQuoteQty: string;
  fills: ExchangeFill[];
  raw?: unknown;
}

export interface ExchangeFill {
  tradeId: string;
  qty: string;
  price: string;
  feeAmount: string;
  feeAsset: string;
  /** ms since 1970 */
  at: number;
}

/**
 * accepted   the exchange has the order
 * refused    definitively not placed: the exchange said no with a code of the white list, or we did not send it
 * unsent     it did not leave, or the exchange said that it looked at nothing (too many requests, the clock): another attempt
 *            may be made while the signal is fresh
 * unknown    it may or may not have been placed; only a lookup can tell. Never send again on this.
 */
export type PlaceOutcome =
  | { kind: 'accepted'; order: OrderSnapshot }
  | {
      kind: 'refused';
      code:
        | 'INSUFFICIENT_BALANCE'
        | 'MIN_NOTIONAL_NOT_MET'
        | 'INVALID_LOT_SIZE'
        | 'INVALID_PRICE'
        | 'PRICE_UNAVAILABLE'
        | 'UNKNOWN_MARKET'
        | 'EXCHANGE_REFUSED';
      message: string;
    }
  | { kind: 'notSent'; message: string }
  | { kind: 'unknown'; message: string };

/** The account an exchange is asked for. */
export interface AccountRef {
  id: number;
  exchange: ExchangeName;
  isSimulation: boolean;
  /** It is at the exchange's test network: other money, other orders, other prices. */
  testnet: boolean;
}

/** The exchange behind an account, or why there is none: a value, so that a job can be told. */
export type ExchangeOrRefusal = { ok: true; exchange: Exchange } | Refusal;

/** The ONLY place that knows REAL from SIMULATION. */
export interface ExchangeRegistry {
  /** For trading; refuses real accounts while trading with real money is switched off. */
  forAccount(account: AccountRef): ExchangeOrRefusal;
  /** For looking only (what a key may do, balances): also while trading with real money is switched off. */
  forReading(account: AccountRef): ExchangeOrRefusal;
}
