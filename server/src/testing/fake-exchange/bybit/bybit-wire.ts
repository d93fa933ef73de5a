// Bybit's JSON: https://bybit-exchange.github.io/docs/v5/intro
import { d } from '../../../core/money/money.js';
import type { FakeMarket, FakeOrder, FakePrice, FakeTrade, RefusalKind } from '../engine-types.js';
import type { FakeAccount, WireAnswer, World } from '../world.js';

/** Bybit's order and trade ids are long numbers written as text. */
const ID_BASE = 1_700_000_000_000_000n;
export const bybitId = (id: number): string => String(ID_BASE + BigInt(id));
export const fromBybitId = (text: string): number => (/^\d{1,18}$/.test(text) ? Number(BigInt(text) - ID_BASE) : 0);

/** Every answer has HTTP 200; retCode has the result. */
export const say = (
  { now }: Pick<World, 'now'>,
  retCode: number,
  retMsg: string,
  result: unknown = {},
): WireAnswer => ({
  status: 200,
  body: { retCode, retMsg, result, retExtInfo: {}, time: now() },
});
export const ok = (world: Pick<World, 'now'>, result: unknown): WireAnswer => say(world, 0, 'OK', result);

const REFUSALS: Record<RefusalKind, [number, string]> = {
  UNKNOWN_MARKET: [170121, 'Invalid symbol.'],
  BAD_QUANTITY: [170130, "Data sent for parameter 'qty' is not valid."],
  BAD_PRICE: [170130, "Data sent for parameter 'price' is not valid."],
  LOT_SIZE: [170137, 'Order quantity has too many decimals.'],
  PRICE_FILTER: [170134, 'Order price has too many decimals.'],
  NOTIONAL: [170140, 'Order value exceeded lower limit.'],
  MAX_NUM_ORDERS: [170810, 'Cannot exceed maximum of 500 active orders.'],
  NO_PRICE: [170210, 'New order rejected.'],
  DUPLICATE: [170141, 'Duplicate clientOrderId.'],
  BALANCE: [170131, 'Insufficient balance.'],
  NO_SUCH_ORDER: [170213, 'Order does not exist.'],
};

/** The code of a refusal. Bybit has several codes where the engine has one filter. */
export function refusalWords(refusal: RefusalKind, market?: FakeMarket, qty?: string): [number, string] {
  if (refusal === 'LOT_SIZE' && market && qty !== undefined) {
    if (d(qty).lt(d(market.minQty))) return [170136, 'Order quantity exceeded lower limit.'];
    if (d(qty).gt(d(market.maxQty))) return [170135, 'Order quantity exceeded upper limit.'];
  }
  return REFUSALS[refusal];
}

export const instrumentJson = (market: FakeMarket) => ({
  symbol: market.id,
  baseCoin: market.base,
  quoteCoin: market.quote,
  innovation: '0',
  status: 'Trading',
  marginTrading: 'none',
  stTag: '0',
  lotSizeFilter: {
    basePrecision: market.stepSize,
    quotePrecision: '0.00000001',
    minOrderQty: market.minQty,
    maxOrderQty: market.maxQty,
    minOrderAmt: market.minNotional,
    maxOrderAmt: '8000000',
    maxLimitOrderQty: market.maxQty,
    maxMarketOrderQty: market.maxQty,
  },
  priceFilter: { tickSize: market.tickSize },
  riskParameters: { priceLimitRatioX: '0.01', priceLimitRatioY: '0.02' },
});

const NO_PRICE: FakePrice = { last: '', bid: '', ask: '' };
export const tickerJson = (market: FakeMarket, price: FakePrice = NO_PRICE) => ({
  symbol: market.id,
  bid1Price: price.bid,
  bid1Size: '10',
  ask1Price: price.ask,
  ask1Size: '10',
  lastPrice: price.last,
  prevPrice24h: price.last,
  price24hPcnt: '0',
  highPrice24h: price.last,
  lowPrice24h: price.last,
  turnover24h: '1000000',
  volume24h: '1000',
  usdIndexPrice: price.last,
});

const isOver = ({ status }: FakeOrder): boolean => status === 'CANCELED' || status === 'EXPIRED';
/** https://bybit-exchange.github.io/docs/v5/enum#orderstatus */
function statusOf(order: FakeOrder): string {
  if (isOver(order)) return order.executedQty.isZero() ? 'Cancelled' : 'PartiallyFilledCanceled';
  return { NEW: 'New', PARTIALLY_FILLED: 'PartiallyFilled', FILLED: 'Filled', CANCELED: '', EXPIRED: '' }[order.status];
}

function feeDetail({ trades }: FakeOrder): Record<string, string> {
  const fees = new Map<string, ReturnType<typeof d>>();
  for (const { fee, feeAsset } of trades) fees.set(feeAsset, (fees.get(feeAsset) ?? d('0')).add(fee));
  return Object.fromEntries([...fees].map(([asset, fee]) => [asset, fee.toFixed()]));
}

export function orderJson(order: FakeOrder) {
  const { executedQty, executedQuote, qty, quoteBudget } = order;
  const left = isOver(order) ? d('0') : qty.sub(executedQty);
  const fees = feeDetail(order);
  return {
    category: 'spot',
    symbol: order.market.id,
    orderId: bybitId(order.id),
    orderLinkId: order.clientId,
    blockTradeId: '',
    side: order.side === 'BUY' ? 'Buy' : 'Sell',
    orderType: order.type === 'MARKET' ? 'Market' : 'Limit',
    timeInForce: order.type === 'MARKET' ? 'IOC' : order.timeInForce,
    price: order.price.toFixed(),
    qty: (quoteBudget ?? qty).toFixed(),
    marketUnit: order.type === 'MARKET' ? (quoteBudget ? 'quoteCoin' : 'baseCoin') : '',
    orderStatus: statusOf(order),
    cancelType: order.status === 'CANCELED' ? 'CancelByUser' : 'UNKNOWN',
    rejectReason: 'EC_NoError',
    avgPrice: executedQty.isZero() ? '' : executedQuote.div(executedQty).toDecimalPlaces(8).toFixed(),
    leavesQty: left.toFixed(),
    leavesValue: left.mul(order.price).toFixed(),
    cumExecQty: executedQty.toFixed(),
    cumExecValue: executedQuote.toFixed(),
    cumExecFee: Object.values(fees)[0] ?? '0',
    cumFeeDetail: fees,
    stopOrderType: '',
    triggerPrice: '0',
    takeProfit: '0',
    stopLoss: '0',
    isLeverage: '0',
    createdTime: String(order.createdAt),
    updatedTime: String(order.updatedAt),
  };
}

export const executionJson = (trade: FakeTrade, order: FakeOrder) => ({
  category: 'spot',
  symbol: trade.market.id,
  execId: bybitId(trade.id),
  orderId: bybitId(trade.orderId),
  orderLinkId: trade.clientId,
  side: trade.side === 'BUY' ? 'Buy' : 'Sell',
  orderType: order.type === 'MARKET' ? 'Market' : 'Limit',
  orderPrice: order.price.toFixed(),
  orderQty: order.qty.toFixed(),
  leavesQty: '0',
  execType: 'Trade',
  execPrice: trade.price.toFixed(),
  execQty: trade.qty.toFixed(),
  execValue: trade.quoteQty.toFixed(),
  execFee: trade.fee.toFixed(),
  feeCurrency: trade.feeAsset,
  feeRate: '0.001',
  isMaker: trade.isMaker,
  execTime: String(trade.at),
});

export function walletJson({ engine }: World, account: string) {
  const coin = engine.balances.of(account).map(({ asset, free, locked }) => {
    const total = d(free).add(d(locked)).toFixed();
    return {
      ...{ coin: asset, equity: total, walletBalance: total, locked, free: '', availableToWithdraw: '' },
      ...{ borrowAmount: '0', accruedInterest: '0', spotHedgingQty: '0', usdValue: '0', bonus: '0' },
    };
  });
  const totals = { totalEquity: '0', totalWalletBalance: '0', totalAvailableBalance: '0', totalMarginBalance: '0' };
  return { accountType: 'UNIFIED', accountIMRate: '0', accountMMRate: '0', ...totals, coin };
}

/** GET /v5/user/query-api: the permissions of the key. */
export const keyJson = (account: FakeAccount) => ({
  id: '13770661',
  note: account.name,
  apiKey: account.apiKey,
  readOnly: account.canTrade ? 0 : 1,
  secret: '',
  permissions: {
    ContractTrade: [],
    Spot: account.canTrade ? ['SpotTrade'] : [],
    Wallet: account.canWithdraw ? ['AccountTransfer', 'Withdraw'] : [],
    Options: [],
    Derivatives: [],
    Exchange: [],
  },
  ips: account.allowedIps ?? ['*'],
  type: 1,
  deadlineDay: 83,
  expiredAt: '2030-05-15T03:21:05Z',
  createdAt: '2022-10-16T02:24:40Z',
  unified: 0,
  uta: 1,
  userID: 24_600_000,
  isMaster: true,
});
