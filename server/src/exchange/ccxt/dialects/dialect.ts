import type { IncomingHttpHeaders } from 'node:http';
import type { ExchangeName, OrderSide, OrderType } from '../../../core/domain.js';
import type { BudgetRule } from '../../../core/exchange/request-budget.js';
import type { PlaceOutcome } from '../../exchange.js';
import type { ClientIdRule } from '../orders/client-id-rules.js';

export type JsonObject = Record<string, unknown>;

/** A market of ccxt, opened with `number: String`: its numbers are texts. */
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

/** A request, by the name that ccxt gives the endpoint, with the parameters as they go over the wire. */
export interface ExchangeRequest {
  call: string;
  params: JsonObject;
  /** In the exchange's own unit of request weight; 1 unless said otherwise. */
  weight?: number;
}

/** A question whose answer is rows, page by page where `next` says how to go on. */
export interface RowsRequest extends ExchangeRequest {
  rows(answer: JsonObject): JsonObject[];
  next?(rows: JsonObject[], answer: JsonObject, sent: JsonObject): JsonObject | undefined;
}

/** An order on its way: the id is the one on the wire, a market order has no price. */
export interface WireOrder {
  wireId: string;
  market: CcxtMarket;
  side: OrderSide;
  type: OrderType;
  quantity: string;
  price?: string;
  /** A LIMIT order that ends at once with what it could get: our way to buy a base quantity where a market buy cannot. */
  ioc: boolean;
  /** The exchange's number of the spot account, where orders have to name it. */
  accountId?: string;
  /** Of the moment of signing, at the exchange's clock (ms since 1970). */
  signedAt: number;
}

export interface OrderKey {
  wireId: string;
  market: CcxtMarket;
  /** When it is known already. */
  exchangeOrderId?: string;
}

export interface PlacedKey extends OrderKey {
  exchangeOrderId: string;
  raw: JsonObject;
}

type RefusalCode = Extract<PlaceOutcome, { kind: 'refused' }>['code'];
/**
 * What a code of an exchange means. Only codes that its documentation gives for "not placed" have a meaning here; of an
 * order all others are unknown.
 *
 * DUPLICATE  an order of this id is there
 * ABSENT     there is no such order
 * OVER       it has ended and cannot be canceled any more
 * CLOCK      the timestamp was not accepted; the request was not looked at
 * LIMITED    too many requests or orders; this one was not looked at
 * KEY        the key, its signature, its address or its rights were not accepted
 */
export type ErrorMeaning = RefusalCode | 'DUPLICATE' | 'ABSENT' | 'OVER' | 'CLOCK' | 'LIMITED' | 'KEY';
export type ErrorMeanings = Readonly<Record<string, ErrorMeaning | ((text: string) => ErrorMeaning | undefined)>>;

/** How much an exchange takes, as it documents it, and where its answers tell more. */
export interface BudgetRules {
  /** By address, in the exchange's unit of weight. */
  requests: BudgetRule;
  /** By account. */
  orders: BudgetRule;
  /** By account, all that is no order; missing where only `requests` are counted. */
  polls?: BudgetRule;
  /** Each endpoint has an allowance of `polls` of its own. */
  pollsByEndpoint?: true;
  /** How the exchange says that this address may not ask at all any more, where that is neither 418 nor 429. */
  ban?: { status: number; words: RegExp; forMs: number };
  /** What requests that ccxt makes weigh; 1 unless said otherwise. */
  weights?: { markets?: number; balances?: number; ticker?: number };
  /** What the headers of an answer say has been used, and of what. */
  heard?(headers: IncomingHttpHeaders, isOrder: boolean): ReportedUsage;
  /** Limits that stand in the answer that lists the markets. */
  limitsIn?(body: string): ReportedUsage;
  /** A refusal for too many orders, not for too many requests. */
  orderCodes?: readonly string[];
}
export type ReportedUsage = Partial<
  Record<'requests' | 'orders' | 'polls', { used?: number | undefined; limit?: number | undefined }>
>;

/** What a message of a user stream says: the subscription stands, it has ended, or orders as lists would have them. */
export type StreamMessage = { kind: 'ready' } | { kind: 'over' } | { kind: 'orders'; rows: JsonObject[] };

/** How an exchange pushes the orders of an account. Dialling, signing and subscribing are ccxt's. */
export interface UserStream {
  /** A message that is answered. */
  ping: JsonObject;
  /** The reader of one connection; it may keep what earlier messages said. */
  listen(): (message: unknown) => StreamMessage | undefined;
}

/** How one exchange is spoken to: which requests, which words for what. Signing and parsing are ccxt's. */
export interface Dialect {
  exchange: ExchangeName;
  ccxtId: string;
  /** For people. */
  title: string;
  clientId: ClientIdRule;
  /** So long after it was signed, the exchange admits no request any more. */
  admissionMs: number;
  budget: BudgetRules;
  options?: JsonObject;
  /** Methods of ccxt that would read lists we have no use for. */
  skips?: readonly string[];
  /** Parameters of ccxt's own for reading the markets. */
  marketParams?: JsonObject;
  /** A market buy cannot name a quantity of the base asset; a limit order that ends at once stands in for it. */
  buysByIoc?: true;
  place(order: WireOrder): ExchangeRequest;
  /** The order in the answer, with its state; undefined when the exchange only says that it took it. */
  placedOrder?(answer: JsonObject): JsonObject | undefined;
  /** The exchange's id in an answer that says no more; it is looked up then. */
  acknowledgedId(answer: JsonObject): string | undefined;
  /** An acknowledged order can still turn out never to have been taken. */
  acknowledgesEarly?: true;
  /** Where an order is found by our id, the surest first; lists without it come after, of all exchanges alike. */
  lookups(key: OrderKey): RowsRequest[];
  /** Orders of a market that were made since, open or over, of whoever made them; those after `until` may be left out. */
  ordersSince(market: CcxtMarket, since: number, until: number): RowsRequest[];
  /** All that rest at the exchange; undefined where it tells only of one market at a time. */
  openOrders(): RowsRequest | undefined;
  /** In several windows where one may not be as long. */
  tradesSince(market: CcxtMarket, since: number, until: number): RowsRequest[];
  /** By the exchange's id: for trades that tell no more. */
  byExchangeId(key: Required<OrderKey>): RowsRequest;
  /** The trades of an order; from several places where one forgets. */
  fills(order: PlacedKey): RowsRequest[];
  cancel(order: PlacedKey): ExchangeRequest;
  /** The code and the words of a refusal in an answer; undefined when it is none. */
  faultIn(answer: unknown): { code: string; text: string } | undefined;
  errorMeanings: ErrorMeanings;
  /** Its requests carry numbers that have to grow, not times. */
  countsRequests?: true;
  /** What the account is set to, when spot orders cannot work with it: a sentence for people. */
  checkMode?: { ask: ExchangeRequest; fault(answer: JsonObject): string | undefined };
  /** The exchange's number of the spot account, where orders name it. */
  accountId?(ask: (ask: ExchangeRequest) => Promise<JsonObject>): Promise<string>;
  /** Missing where orders are not pushed. */
  userStream?: UserStream;
  /** What the key may do. */
  rights: { ask: ExchangeRequest; read(answer: JsonObject): { canTrade: boolean; canWithdraw: boolean | null } };
}

/** The same meaning for many codes. */
export const meaning = (errorMeaning: ErrorMeaning, ...codes: (number | string)[]): ErrorMeanings =>
  Object.fromEntries(codes.map((code) => [String(code), errorMeaning]));

/** Windows of at most so long from then to now, the newest ones when they are more than `most`. */
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

/** What lies at a path of an answer; an empty object where there is nothing. */
export function objectAt(answer: unknown, ...path: (string | number)[]): JsonObject {
  const value = valueAt(answer, ...path);
  return isRaw(value) ? value : {};
}
export function listAt(answer: unknown, ...path: (string | number)[]): JsonObject[] {
  const value = valueAt(answer, ...path);
  return Array.isArray(value) ? value.filter(isRaw) : [];
}
/** A header that is a whole number. */
export function countIn(headers: IncomingHttpHeaders, name: string): number | undefined {
  const value = headers[name];
  return typeof value === 'string' && /^\d{1,12}$/.test(value) ? Number(value) : undefined;
}
/** A text or number as text; undefined when there is none or it is empty. */
export function textAt(answer: unknown, ...path: (string | number)[]): string | undefined {
  const value = valueAt(answer, ...path);
  return (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : undefined;
}
const valueAt = (answer: unknown, ...path: (string | number)[]): unknown =>
  path.reduce<unknown>(
    (value, step) => (typeof value === 'object' && value !== null ? (value as JsonObject)[step] : undefined),
    answer,
  );
