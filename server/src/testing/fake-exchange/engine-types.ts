import type { OrderSide, OrderType } from '../../core/domain.js';
import type { D } from '../../core/money/money.js';

/** A market of the fake exchange with the filters that its orders must pass. Decimals are strings. */
export interface FakeMarket {
  /** The exchange's form: BTCUSDT. */
  id: string;
  /** ccxt's form: BTC/USDT. */
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
  /** The maximum number of open orders of one account. */
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
  /** The amount that a MARKET buy spends, when it was sized in the quote asset. */
  quoteBudget: D | null;
  executedQty: D;
  executedQuote: D;
  /** The amount that is still locked for it. */
  locked: D;
  status: FakeOrderStatus;
  createdAt: number;
  updatedAt: number;
  /** Lookups and lists do not show it before this time. */
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
  /** How long lookups and lists do not show it. */
  hiddenMs?: number;
}

/** The exchange's reasons for a refusal; each dialect has its own words for them. */
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
 * open    an id cannot be used again while its order is open (Binance, Kraken)
 * always  an id can never be used again (Bybit)
 * none    ids are not checked (HTX)
 */
export type DuplicateIds = 'open' | 'always' | 'none';

/**
 * received: base for a buy, quote for a sell. When the account has too little of another fee asset, the fee is taken
 * from the received asset.
 */
export type FeeAsset = 'received' | 'base' | 'quote' | 'BNB';

export type EngineEvent =
  | { type: 'order'; order: FakeOrder; cause: 'NEW' | 'CANCELED' | 'EXPIRED'; cancelId?: string }
  | { type: 'trade'; order: FakeOrder; trade: FakeTrade }
  | { type: 'balance'; account: string; assets: string[] }
  | { type: 'price'; market: FakeMarket; price: FakePrice };
