import type { OrderSide, OrderType } from '../../core/domain.js';
import type { D } from '../../core/money/money.js';

/** A market of the fake exchange with the filters it holds orders to. Decimals are strings. */
export interface FakeMarket {
  /** As the exchange writes it: BTCUSDT. */
  id: string;
  /** As ccxt writes it: BTC/USDT. */
  symbol: string;
  base: string;
  quote: string;
  tickSize: string;
  minPrice: string;
  maxPrice: string;
  stepSize: string;
  minQty: string;
  maxQty: string;
  minNotional: string;
  /** Open orders one account may have here. */
  maxNumOrders: number;
}

export interface FakePrice {
  last: string;
  bid: string;
  ask: string;
}

export type FakeOrderStatus = 'NEW' | 'PARTIALLY_FILLED' | 'FILLED' | 'CANCELED' | 'EXPIRED';
export type TimeInForce = 'GTC' | 'IOC' | 'FOK';

export interface FakeTrade {
  id: number;
  orderId: number;
  clientId: string;
  market: FakeMarket;
  side: OrderSide;
  price: D;
  qty: D;
  quoteQty: D;
  fee: D;
  feeAsset: string;
  at: number;
  isMaker: boolean;
}

export interface FakeOrder {
  id: number;
  account: string;
  clientId: string;
  market: FakeMarket;
  side: OrderSide;
  type: OrderType;
  timeInForce: TimeInForce;
  /** 0 for a MARKET order. */
  price: D;
  qty: D;
  /** What a MARKET buy was told to spend, when it was sized in the quote asset. */
  quoteBudget: D | null;
  executedQty: D;
  executedQuote: D;
  /** What of the account is still locked for it. */
  locked: D;
  status: FakeOrderStatus;
  createdAt: number;
  updatedAt: number;
  /** Lookups and lists do not show it before. */
  visibleAt: number;
  trades: FakeTrade[];
}

export interface PlaceInput {
  account: string;
  clientId: string;
  /** The exchange's id of the market or ccxt's symbol. */
  market: string;
  side: OrderSide;
  type: OrderType;
  timeInForce?: TimeInForce;
  quantity?: string | undefined;
  /** A MARKET buy sized in the quote asset. */
  quoteQuantity?: string | undefined;
  price?: string | undefined;
  /** For so long lookups and lists do not show it. */
  hiddenMs?: number;
}

/** Why the exchange says no; each dialect has its own words for them. */
export type RefusalKind =
  | 'UNKNOWN_MARKET'
  | 'BAD_QUANTITY'
  | 'BAD_PRICE'
  | 'LOT_SIZE'
  | 'PRICE_FILTER'
  | 'NOTIONAL'
  | 'MAX_NUM_ORDERS'
  | 'NO_PRICE'
  | 'DUPLICATE'
  | 'BALANCE'
  | 'NO_SUCH_ORDER';
export interface Refusal {
  refusal: RefusalKind;
}
export const isRefusal = (value: object): value is Refusal => 'refusal' in value;

/**
 * open    an id is taken while its order is open (Binance, Kraken)
 * always  an id is taken for ever (Bybit)
 * none    nobody looks (HTX)
 */
export type DuplicateIds = 'open' | 'always' | 'none';

/** received: base for a buy, quote for a sell. What the account lacks of the others is taken from what it receives. */
export type FeeAsset = 'received' | 'base' | 'quote' | 'BNB';

export type EngineEvent =
  | { type: 'order'; order: FakeOrder; cause: 'NEW' | 'CANCELED' | 'EXPIRED'; cancelId?: string }
  | { type: 'trade'; order: FakeOrder; trade: FakeTrade }
  | { type: 'balance'; account: string; assets: string[] }
  | { type: 'price'; market: FakeMarket; price: FakePrice };
