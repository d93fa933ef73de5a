import type { IncomingHttpHeaders } from 'node:http';
import type { ExchangeName, OrderSide, OrderType } from '../../../core/domain.js';
import type { BudgetRule } from '../../../core/exchange/request-budget.js';
import type { PlaceOutcome } from '../../exchange.js';
import type { ClientIdRule } from '../orders/client-id-rules.js';

export type JsonObject = Record<string, unknown>;

/** A market of ccxt, opened with `number: String`, so its numbers are texts. */
export interface CcxtMarket {
  id: string;
  symbol: string;
  base: string;
  quote: string;
  spot?: boolean;
  active?: boolean;
  precision: { amount?: string; price?: string };
  limits: { amount?: { min?: string }; cost?: { min?: string }; price?: { min?: string } };
  info: unknown;
}

/** A request: ccxt's name of the endpoint, and the parameters as sent. */
export interface ExchangeRequest {
  call: string;
  params: JsonObject;
  /** In the exchange's own unit of request weight; default 1. */
  weight?: number;
}

/** A request that returns rows, page by page if `next` is set. */
export interface RowsRequest extends ExchangeRequest {
  rows(answer: JsonObject): JsonObject[];
  next?(rows: JsonObject[], answer: JsonObject, sent: JsonObject): JsonObject | undefined;
}

/** An order to send. The id is the one sent to the exchange; a market order has no price. */
export interface WireOrder {
  wireId: string;
  market: CcxtMarket;
  side: OrderSide;
  type: OrderType;
  quantity: string;
  price?: string;
  /** A LIMIT order that fills what it can at once and ends. It buys a base quantity where a market buy cannot. */
  ioc: boolean;
  /** The exchange's number of the spot account, if orders must name it. */
  accountId?: string;
  /** The time of signing by the exchange's clock (ms since 1970). */
  signedAt: number;
}

export interface OrderKey {
  wireId: string;
  market: CcxtMarket;
  /** Set if it is already known. */
  exchangeOrderId?: string;
}

export interface PlacedKey extends OrderKey {
  exchangeOrderId: string;
  raw: JsonObject;
}

type RefusalCode = Extract<PlaceOutcome, { kind: 'refused' }>['code'];
/**
 * The meaning of an exchange's error code. Only codes that its documentation defines as "not placed" have one here. For an
 * order, all others mean unknown.
 *
 * DUPLICATE  an order with this id exists
 * ABSENT     there is no such order
 * OVER       the order has ended and cannot be canceled any more
 * CLOCK      the timestamp was not accepted; the request was not processed
 * LIMITED    too many requests or orders; this one was not processed
 * KEY        the key, its signature, the source address or its permissions were not accepted
 */
export type ErrorMeaning = RefusalCode | 'DUPLICATE' | 'ABSENT' | 'OVER' | 'CLOCK' | 'LIMITED' | 'KEY';
export type ErrorMeanings = Readonly<Record<string, ErrorMeaning | ((text: string) => ErrorMeaning | undefined)>>;

/** The documented rate limits of an exchange, and where its answers report more. */
export interface BudgetRules {
  /** Per source address, in the exchange's unit of weight. */
  requests: BudgetRule;
  /** Per account. */
  orders: BudgetRule;
  /** Per account, for everything that is not an order; missing where only `requests` are counted. */
  polls?: BudgetRule;
  /** Each endpoint has its own allowance of `polls`. */
  pollsByEndpoint?: true;
  /** How the exchange bans an address, if not by status 418 or 429. */
  ban?: { status: number; words: RegExp; forMs: number };
  /** The weights of requests that ccxt makes; default 1. */
  weights?: { markets?: number; balances?: number; ticker?: number };
  /** Reads from the headers of an answer which usage the exchange has counted. */
  usageIn?(headers: IncomingHttpHeaders, isOrder: boolean): ReportedUsage;
  /** Reads the limits from the answer that lists the markets. */
  limitsIn?(body: string): ReportedUsage;
  /** Codes for too many orders, not for too many requests. */
  orderCodes?: readonly string[];
}
export type ReportedUsage = Partial<
  Record<'requests' | 'orders' | 'polls', { used?: number | undefined; limit?: number | undefined }>
>;

/** A message of a user stream: the subscription is active, it has ended, or orders in the format of lists. */
export type StreamMessage = { kind: 'ready' } | { kind: 'over' } | { kind: 'orders'; rows: JsonObject[] };

/** How an exchange pushes the orders of an account. ccxt connects, signs and subscribes. */
export interface UserStream {
  /** A message that the exchange answers. */
  ping: JsonObject;
  /** Creates the reader of one connection. It may keep data of earlier messages. */
  listen(): (message: unknown) => StreamMessage | undefined;
}

/** How to talk to one exchange: requests, parameters and codes. ccxt signs and parses. */
export interface Dialect {
  exchange: ExchangeName;
  ccxtId: string;
  /** The name for people. */
  title: string;
  clientId: ClientIdRule;
  /** The exchange admits no request older than this, counted from signing. */
  admissionMs: number;
  budget: BudgetRules;
  options?: JsonObject;
  /** Methods of ccxt that read lists we do not need. */
  skips?: readonly string[];
  /** ccxt parameters for reading the markets. */
  marketParams?: JsonObject;
  /** A market buy cannot name a base quantity, so a limit order that ends at once replaces it. */
  buysByIoc?: true;
  place(order: WireOrder): ExchangeRequest;
  /** The order in the answer, with its state; undefined when the exchange only acknowledges it. */
  placedOrder?(answer: JsonObject): JsonObject | undefined;
  /** The exchange's id in an answer that only acknowledges. The order is then looked up. */
  acknowledgedId(answer: JsonObject): string | undefined;
  /** An acknowledged order may still be rejected later. */
  acknowledgesEarly?: true;
  /**
   * The requests that find an order by our id, the most reliable first. Requests without our id follow, the same for
   * all exchanges.
   */
  lookups(key: OrderKey): RowsRequest[];
  /**
   * All orders of a market created since then, open or ended, including external ones. Orders after `until` may be left
   * out.
   */
  ordersSince(market: CcxtMarket, since: number, until: number): RowsRequest[];
  /** All resting orders; undefined where the exchange lists only one market at a time. */
  openOrders(): RowsRequest | undefined;
  /** Several windows if one window has a maximum length. */
  tradesSince(market: CcxtMarket, since: number, until: number): RowsRequest[];
  /** By the exchange's id, for trades without our id. */
  byExchangeId(key: Required<OrderKey>): RowsRequest;
  /** The trades of an order, from several sources if one of them forgets. */
  fills(order: PlacedKey): RowsRequest[];
  cancel(order: PlacedKey): ExchangeRequest;
  /** The code and the text of a refusal; undefined when the answer is not one. */
  faultIn(answer: unknown): { code: string; text: string } | undefined;
  errorMeanings: ErrorMeanings;
  /** Its requests carry increasing numbers instead of times. */
  countsRequests?: true;
  /** Checks the account's settings. `fault` returns a sentence for people when spot orders cannot work with them. */
  checkMode?: { ask: ExchangeRequest; fault(answer: JsonObject): string | undefined };
  /** The exchange's number of the spot account, if orders name it. */
  accountId?(ask: (ask: ExchangeRequest) => Promise<JsonObject>): Promise<string>;
  /** Missing where the exchange does not push orders. */
  userStream?: UserStream;
  /** The permissions of the key. */
  rights: { ask: ExchangeRequest; read(answer: JsonObject): { canTrade: boolean; canWithdraw: boolean | null } };
}

/** The same meaning for many codes. */
export const meaning = (errorMeaning: ErrorMeaning, ...codes: (number | string)[]): ErrorMeanings =>
  Object.fromEntries(codes.map((code) => [String(code), errorMeaning]));

/**
 * Splits the time from `since` to `now` into windows of at most `lengthMs`. If there are more than `most`, the newest
 * are kept.
 */
export function windowsOf(since: number, now: number, lengthMs: number, most: number): { from: number; to: number }[] {
  const count = Math.min(most, Math.max(1, Math.ceil((now - since) / lengthMs)));
  const first = Math.max(since, now - count * lengthMs);
  return Array.from({ length: count }, (_, n) => ({
    from: Math.floor(first + n * lengthMs),
    to: Math.ceil(Math.min(now, first + (n + 1) * lengthMs)),
  }));
}

const isRaw = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object at a path of an answer; an empty object where there is none. */
export function objectAt(answer: unknown, ...path: (string | number)[]): JsonObject {
  const value = valueAt(answer, ...path);
  return isRaw(value) ? value : {};
}
export function listAt(answer: unknown, ...path: (string | number)[]): JsonObject[] {
  const value = valueAt(answer, ...path);
  return Array.isArray(value) ? value.filter(isRaw) : [];
}
/** A header as a whole number; undefined when it is not one. */
export function countIn(headers: IncomingHttpHeaders, name: string): number | undefined {
  const value = headers[name];
  return typeof value === 'string' && /^\d{1,12}$/.test(value) ? Number(value) : undefined;
}
/** The text or number at a path, as text; undefined when it is missing or empty. */
export function textAt(answer: unknown, ...path: (string | number)[]): string | undefined {
  const value = valueAt(answer, ...path);
  return (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : undefined;
}
const valueAt = (answer: unknown, ...path: (string | number)[]): unknown =>
  path.reduce<unknown>(
    (value, step) => (typeof value === 'object' && value !== null ? (value as JsonObject)[step] : undefined),
    answer,
  );
