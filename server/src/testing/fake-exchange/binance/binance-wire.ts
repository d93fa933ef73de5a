// Binance's JSON: https://developers.binance.com/docs/binance-spot-api-docs/rest-api
import { d, type D } from '../../../core/money/money.js';
import type { FakeMarket, FakeOrder, FakePrice, FakeTrade, Refusal, RefusalKind } from '../engine-types.js';
import type { FakeAccount, WireAnswer, World } from '../world.js';

export const eight = (value: D): string => value.toFixed(8);
const eightOf = (text: string): string => eight(d(text));

export const ok = (body: unknown): WireAnswer => ({ status: 200, body });
export const refuse = (code: number, msg: string, status = 400): WireAnswer => ({ status, body: { code, msg } });

const REFUSALS: Record<RefusalKind, [number, string]> = {
  UNKNOWN_MARKET: [-1121, 'Invalid symbol.'],
  BAD_QUANTITY: [-1013, 'Invalid quantity.'],
  BAD_PRICE: [-1013, 'Invalid price.'],
  LOT_SIZE: [-1013, 'Filter failure: LOT_SIZE'],
  PRICE_FILTER: [-1013, 'Filter failure: PRICE_FILTER'],
  NOTIONAL: [-1013, 'Filter failure: NOTIONAL'],
  MAX_NUM_ORDERS: [-1013, 'Filter failure: MAX_NUM_ORDERS'],
  NO_PRICE: [-1013, 'Market is closed.'],
  DUPLICATE: [-2010, 'Duplicate order sent.'],
  BALANCE: [-2010, 'Account has insufficient balance for requested action.'],
  NO_SUCH_ORDER: [-2011, 'Unknown order sent.'],
};
export const refusedAs = ({ refusal }: Refusal): WireAnswer => refuse(...REFUSALS[refusal]);

export const symbolInfo = (market: FakeMarket) => ({
  symbol: market.id,
  status: 'TRADING',
  baseAsset: market.base,
  baseAssetPrecision: 8,
  quoteAsset: market.quote,
  quotePrecision: 8,
  quoteAssetPrecision: 8,
  baseCommissionPrecision: 8,
  quoteCommissionPrecision: 8,
  orderTypes: ['LIMIT', 'MARKET'],
  icebergAllowed: false,
  ocoAllowed: false,
  quoteOrderQtyMarketAllowed: true,
  cancelReplaceAllowed: false,
  isSpotTradingAllowed: true,
  isMarginTradingAllowed: false,
  filters: [
    { filterType: 'PRICE_FILTER', minPrice: market.minPrice, maxPrice: market.maxPrice, tickSize: market.tickSize },
    { filterType: 'LOT_SIZE', minQty: market.minQty, maxQty: market.maxQty, stepSize: market.stepSize },
    {
      filterType: 'NOTIONAL',
      minNotional: market.minNotional,
      applyMinToMarket: true,
      maxNotional: '9000000.00000000',
      applyMaxToMarket: false,
      avgPriceMins: 0,
    },
    { filterType: 'MAX_NUM_ORDERS', maxNumOrders: market.maxNumOrders },
  ],
  permissions: [],
  permissionSets: [['SPOT']],
  defaultSelfTradePreventionMode: 'EXPIRE_MAKER',
  allowedSelfTradePreventionModes: ['EXPIRE_MAKER'],
});

const NO_PRICE: FakePrice = { last: '0', bid: '0', ask: '0' };

export function ticker24h(market: FakeMarket, price: FakePrice = NO_PRICE, at: number) {
  const [last, bid, ask] = [price.last, price.bid, price.ask].map(eightOf);
  return {
    symbol: market.id,
    priceChange: '0.00000000',
    priceChangePercent: '0.000',
    weightedAvgPrice: last,
    prevClosePrice: last,
    lastPrice: last,
    lastQty: '1.00000000',
    bidPrice: bid,
    bidQty: '10.00000000',
    askPrice: ask,
    askQty: '10.00000000',
    openPrice: last,
    highPrice: last,
    lowPrice: last,
    volume: '1000.00000000',
    quoteVolume: '1000000.00000000',
    openTime: at - 86_400_000,
    closeTime: at,
    firstId: 1,
    lastId: 2,
    count: 2,
  };
}

export const bookTicker = (market: FakeMarket, price: FakePrice = NO_PRICE) => ({
  symbol: market.id,
  bidPrice: eightOf(price.bid),
  bidQty: '10.00000000',
  askPrice: eightOf(price.ask),
  askQty: '10.00000000',
});

const orderHead = (order: FakeOrder) => ({
  symbol: order.market.id,
  orderId: order.id,
  orderListId: -1,
  clientOrderId: order.clientId,
});
const orderBody = (order: FakeOrder) => ({
  price: eight(order.price),
  origQty: eight(order.qty),
  executedQty: eight(order.executedQty),
  origQuoteOrderQty: order.quoteBudget ? eight(order.quoteBudget) : '0.00000000',
  cummulativeQuoteQty: eight(order.executedQuote),
  status: order.status,
  timeInForce: order.timeInForce,
  type: order.type,
  side: order.side,
  selfTradePreventionMode: 'EXPIRE_MAKER',
});

export const orderJson = (order: FakeOrder) => ({
  ...orderHead(order),
  ...orderBody(order),
  stopPrice: '0.00000000',
  icebergQty: '0.00000000',
  time: order.createdAt,
  updateTime: order.updatedAt,
  isWorking: true,
  workingTime: order.createdAt,
});

export function placedJson(order: FakeOrder, respType: string) {
  const ack = { ...orderHead(order), transactTime: order.createdAt };
  if (respType === 'ACK') return ack;
  const result = { ...ack, ...orderBody(order), workingTime: order.createdAt };
  if (respType === 'RESULT') return result;
  const fills = order.trades.map((trade) => ({
    price: eight(trade.price),
    qty: eight(trade.qty),
    commission: eight(trade.fee),
    commissionAsset: trade.feeAsset,
    tradeId: trade.id,
  }));
  return { ...result, fills };
}

/** The answer for a canceled order has the id of the cancel request; the order's own id is `origClientOrderId`. */
export const canceledJson = (order: FakeOrder, cancelId: string) => ({
  ...orderHead(order),
  origClientOrderId: order.clientId,
  clientOrderId: cancelId,
  transactTime: order.updatedAt,
  ...orderBody(order),
});

export const tradeJson = (trade: FakeTrade) => ({
  symbol: trade.market.id,
  id: trade.id,
  orderId: trade.orderId,
  orderListId: -1,
  price: eight(trade.price),
  qty: eight(trade.qty),
  quoteQty: eight(trade.quoteQty),
  commission: eight(trade.fee),
  commissionAsset: trade.feeAsset,
  time: trade.at,
  isBuyer: trade.side === 'BUY',
  isMaker: trade.isMaker,
  isBestMatch: true,
});

export const accountJson = ({ engine, now }: World, account: FakeAccount) => ({
  makerCommission: 10,
  takerCommission: 10,
  buyerCommission: 0,
  sellerCommission: 0,
  commissionRates: { maker: '0.00100000', taker: '0.00100000', buyer: '0.00000000', seller: '0.00000000' },
  canTrade: true,
  canWithdraw: true,
  canDeposit: true,
  brokered: false,
  requireSelfTradePrevention: false,
  preventSor: false,
  updateTime: now(),
  accountType: 'SPOT',
  balances: engine.balances
    .of(account.name)
    .map(({ asset, free, locked }) => ({ asset, free: eightOf(free), locked: eightOf(locked) })),
  permissions: ['SPOT'],
  uid: 354937868,
});

/** GET /sapi/v1/account/apiRestrictions: the permissions of this key, which are separate from those of the account. */
export const apiRestrictionsJson = (account: FakeAccount) => ({
  ipRestrict: account.allowedIps !== null,
  createTime: 1_764_000_000_000,
  enableReading: account.canRead,
  enableWithdrawals: account.canWithdraw,
  enableInternalTransfer: false,
  enableMargin: false,
  enableFutures: false,
  permitsUniversalTransfer: false,
  enableVanillaOptions: false,
  enableFixApiTrade: false,
  enableFixReadOnly: false,
  enableSpotAndMarginTrading: account.canTrade,
  enablePortfolioMarginTrading: false,
});
