import type { ExchangeName, Market, OrderSide, OrderType, Price } from '../core/domain.js';
import type { RequestPriority } from '../core/exchange/request-budget.js';
import type { Refusal } from '../core/reasons.js';

/**
 * The exchange port: everything that the rest of the system knows about an exchange. A real exchange (ccxt) and the
 * simulated one pass the same contract suite (exchange.contract.ts). Decimals are strings.
 */
export interface Exchange {
  readonly name: ExchangeName;
  /**
   * How to prove that an unanswered order was not placed. `windowMs`: this long after sending, an order can no longer
   * be admitted (Binance: recvWindow).
   */
  readonly admission: { windowMs: number };
  /** The market's filters; undefined when the exchange does not trade the symbol. */
  market(symbol: string): Promise<Market | undefined>;
  markets(): Promise<Market[]>;
  balances(): Promise<ExchangeBalance[]>;
  /** The exchange's own current price; undefined when it has none. */
  price(symbol: string): Promise<Price | undefined>;
  /**
   * Sends one order, once. Never throws: every fault is an outcome. Sends again only if the exchange said that it did
   * not process the order. An id that was sent before is looked up instead.
   */
  place(order: OrderRequest): Promise<PlaceOutcome>;
  /**
   * Looks an order up by our id, then, unless `byIdOnly`, in the lists of about the time it was sent. Throws only on a
   * network fault.
   */
  findOrder(order: OrderName, options?: ReadOptions & { byIdOnly?: boolean }): Promise<OrderSnapshot | undefined>;
  /** Cancels the rest of an order and returns its final state; undefined when the exchange does not know the order. */
  cancel(order: OrderName, options?: ReadOptions): Promise<OrderSnapshot | undefined>;
  /** The part of an account that others can change too; undefined for the simulated exchange, which only we use. */
  readonly remote?: RemoteAccount;
}

/** An exchange whose account others can change too: it is compared with our records, and its balances are read. */
export type RemoteExchange = Exchange & { readonly remote: RemoteAccount };
export const isRemote = (exchange: Exchange): exchange is RemoteExchange => exchange.remote !== undefined;

/** One of our orders. With `sentAt` (ms since 1970, by our clock) the lookup need not search a whole day of lists. */
export interface OrderName {
  clientOrderId: string;
  symbol: string;
  sentAt?: number | undefined;
}

/** Options of a read. A read aborted by `signal` uses no more of the rate budget. */
export interface ReadOptions {
  signal?: AbortSignal | undefined;
  /** The priority when the rate budget runs short; default `recovery`. */
  priority?: RequestPriority | undefined;
}

/** Limits a list to a time window. */
export interface ListOptions extends ReadOptions {
  /** The end of the window, ms since 1970. */
  until?: number | undefined;
  /** True when the times are by our clock, else by the exchange's. */
  byOurClock?: boolean | undefined;
}

/** The account at the exchange itself: permissions, and what was done there, by us or by hand. */
export interface RemoteAccount {
  /** Reads the permissions of the key, the latency and the clock difference. Throws on a network fault. */
  testConnection(): Promise<ConnectionReport>;
  /** All resting orders, including external ones. */
  openOrders(options?: ReadOptions): Promise<ListedOrder[]>;
  /** Orders of a symbol created since then (ms since 1970), open or ended, as far back as the exchange reports. */
  ordersSince(symbol: string, since: number, options?: ListOptions): Promise<ListedOrder[]>;
  /** Trades of a symbol since then (ms since 1970), including external ones, oldest first. */
  tradesSince(symbol: string, since: number, options?: ListOptions): Promise<ListedTrade[]>;
  /**
   * Pushes every changed order until stopped. Reconnects by itself with a growing, jittered pause. `onGap` is called
   * after each reconnect: the caller must read what it missed. Missing where ccxt has no user stream.
   */
  watchOrders?(listener: { onOrder(order: ListedOrder): void; onGap(): void }): { stop(): Promise<void> };
}

export interface ConnectionReport {
  canRead: boolean;
  canTrade: boolean;
  /** null = the exchange does not report it. */
  canWithdraw: boolean | null;
  latencyMs: number;
  /** How far the exchange's clock is ahead of ours. */
  clockOffsetMs: number;
}

/** An order from a list of the exchange. `clientOrderId` may belong to an external order, or be empty. */
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
  /** The end of the caller's time to send (performance.now()). `admission` counts from then. */
  leaveBefore?: number;
  /** For a market sell: the price that triggered it, and when the feed saw it. Real exchanges do not need it. */
  seen?: { price: string; at: number };
}

export interface ExchangeBalance {
  asset: string;
  free: string;
  locked: string;
}

/** The current state of an order at the exchange. */
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
 * refused    definitely not placed: the exchange refused with a code from the list of refusals, or we did not send it
 * notSent    it did not leave, or the exchange did not process it (rate limit, clock): another attempt
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

/** Identifies the account for which an exchange is requested. */
export interface AccountRef {
  id: number;
  exchange: ExchangeName;
  isSimulation: boolean;
  /** The account is at the exchange's test network, with separate money, orders and prices. */
  testnet: boolean;
}

/** The exchange of an account, or why there is none: a value, so that it can be stored with a job. */
export type ExchangeOrRefusal = { ok: true; exchange: Exchange } | Refusal;

/** The ONLY place that distinguishes REAL from SIMULATION. */
export interface ExchangeRegistry {
  /** For trading. Refuses real accounts while trading with real money is switched off. */
  forAccount(account: AccountRef): ExchangeOrRefusal;
  /** For reading only (permissions, balances). Works also while trading with real money is switched off. */
  forReading(account: AccountRef): ExchangeOrRefusal;
  /**
   * Reads what keys may do that are not stored yet. Rejects when the exchange cannot be asked or refuses the keys.
   * Missing where there are no real accounts.
   */
  testKeys?(account: Pick<AccountRef, 'exchange' | 'testnet'>, keys: KeysToTest): Promise<ConnectionReport>;
}

/** Decrypted keys that belong to no account yet: never logged, queued, answered or put into an error. */
export interface KeysToTest {
  apiKey: string;
  apiSecret: string;
  passphrase: string | null;
  proxyUrl: string | null;
}
