import type { Market, OrderSide, OrderType, Price } from '../../core/domain.js';
import { ZERO, d, max, min, roundMoney, toText, type D } from '../../core/money/money.js';
import type { OrderRequest, OrderSnapshot, PlaceOutcome } from '../exchange.js';

/**
 * A fill as it is stored. Its trade id is not stored, because it follows from the order's row and the fill's position.
 */
export interface SimulatedFill {
  qty: string;
  price: string;
  feeAmount: string;
  feeAsset: string;
  at: number;
}

/** An order of the simulated exchange, before (id 0) or after it has a row. */
export interface SimulatedOrder {
  id: number;
  clientOrderId: string;
  symbol: string;
  side: OrderSide;
  type: OrderType;
  status: 'NEW' | 'PARTIALLY_FILLED' | 'FILLED' | 'CANCELED';
  quantity: D;
  /** The price used to lock funds: the limit of a LIMIT order, the price of a MARKET order. */
  lockPrice: D;
  limitPrice: D | null;
  executedQty: D;
  cummQuoteQty: D;
  lockedAsset: string;
  lockedAmount: D;
  fills: SimulatedFill[];
}

/** The change of one asset of the account. */
export interface BalanceChange {
  asset: string;
  free: D;
  locked: D;
}

/** An order and its changes of the account. */
export interface OrderStep {
  order: SimulatedOrder;
  changes: BalanceChange[];
}

type Refused = Extract<PlaceOutcome, { kind: 'refused' }>;
const refused = (code: Refused['code'], message: string): Refused => ({ kind: 'refused', code, message });

export const isOpenOrder = (order: SimulatedOrder): boolean =>
  order.status === 'NEW' || order.status === 'PARTIALLY_FILLED';

/** The price of an immediate fill: the other side of the order book if the feed has it, else the last price. */
export const takerPrice = (side: OrderSide, price: Price): D =>
  d((side === 'BUY' ? price.ask : price.bid) ?? price.last);

/**
 * How far a price reaches into the resting orders: it crosses buys at `low` or above and sells at `high` or below. A
 * trade at the limit fills a resting order even when the best offer is elsewhere.
 */
export const reachOf = (price: Price): { low: D; high: D } => ({
  low: min(d(price.last), d(price.ask ?? price.last)),
  high: max(d(price.last), d(price.bid ?? price.last)),
});

const isPositiveDecimal = (text: string | undefined): text is string =>
  text !== undefined && /^\d{1,18}(\.\d{1,18})?$/.test(text) && d(text).gt(0);
const isMultiple = (value: D, step: string): boolean => value.mod(step).isZero();

/**
 * Checks an order against the market's filters, as an exchange does: nothing is rounded. `price` is its current
 * execution price; undefined when no fresh price is known.
 */
export function checkFilters(request: OrderRequest, market: Market, price: D | undefined): Refused | undefined {
  const { quantity, limitPrice } = request;
  if (!/^[0-9A-Za-z_-]{1,36}$/.test(request.clientOrderId)) {
    return refused('EXCHANGE_REFUSED', 'A client order id has 1 to 36 letters, digits, - or _.');
  }
  if (!isPositiveDecimal(quantity) || d(quantity).lt(market.minQty) || !isMultiple(d(quantity), market.stepSize)) {
    return refused(
      'INVALID_LOT_SIZE',
      `${quantity} is not a multiple of ${market.stepSize} ${market.base}, at least ${market.minQty}.`,
    );
  }
  if (request.type === 'LIMIT' && !(isPositiveDecimal(limitPrice) && isMultiple(d(limitPrice), market.tickSize))) {
    return refused(
      'INVALID_PRICE',
      `${limitPrice ?? 'No price'} is not a positive multiple of the tick ${market.tickSize}.`,
    );
  }
  const unitPrice = request.type === 'LIMIT' ? d(limitPrice as string) : price;
  if (!unitPrice) return refused('PRICE_UNAVAILABLE', `No current price is known for ${market.symbol}.`);
  const notional = d(quantity).mul(unitPrice);
  if (notional.lt(market.minNotional)) {
    return refused(
      'MIN_NOTIONAL_NOT_MET',
      `The order is worth ${notional.toFixed()} ${market.quote}, the minimum is ${market.minNotional}.`,
    );
  }
  return undefined;
}

/** Opens a new order and locks its maximum cost. `price` counts only for MARKET orders. */
export function openOrder(request: OrderRequest, market: Market, price: D): OrderStep {
  const quantity = d(request.quantity);
  const limitPrice = request.type === 'LIMIT' ? d(request.limitPrice as string) : null;
  const lockPrice = limitPrice ?? price;
  const isBuy = request.side === 'BUY';
  const lockedAsset = isBuy ? market.quote : market.base;
  const lockedAmount = isBuy ? quantity.mul(lockPrice) : quantity;
  return {
    order: {
      id: 0,
      clientOrderId: request.clientOrderId,
      symbol: request.symbol,
      side: request.side,
      type: request.type,
      status: 'NEW',
      quantity,
      lockPrice,
      limitPrice,
      executedQty: ZERO,
      cummQuoteQty: ZERO,
      lockedAsset,
      lockedAmount,
      fills: [],
    },
    changes: [{ asset: lockedAsset, free: lockedAmount.neg(), locked: lockedAmount }],
  };
}

/**
 * Fills a part of an open order from its locked funds. The fee is taken from the received asset, as Binance does: base
 * for a BUY, quote for a SELL. A BUY filled below its limit gets the difference back.
 */
export function fillOrder(
  { order, changes }: OrderStep,
  { market, qty, price, feePct, at }: { market: Market; qty: D; price: D; feePct: string; at: number },
): OrderStep {
  const isBuy = order.side === 'BUY';
  const traded = qty.mul(price);
  const received = isBuy ? qty : traded;
  const receivedAsset = isBuy ? market.base : market.quote;
  const fee = roundMoney(received.mul(feePct).div(100));
  const release = isBuy ? qty.mul(order.lockPrice) : qty;
  const unspent = isBuy ? release.sub(traded) : ZERO;
  const executedQty = order.executedQty.add(qty);
  const fill = { qty: toText(qty), price: toText(price), feeAmount: toText(fee), feeAsset: receivedAsset, at };
  return {
    order: {
      ...order,
      status: executedQty.eq(order.quantity) ? 'FILLED' : 'PARTIALLY_FILLED',
      executedQty,
      cummQuoteQty: order.cummQuoteQty.add(traded),
      lockedAmount: order.lockedAmount.sub(release),
      fills: [...order.fills, fill],
    },
    changes: [
      ...changes,
      { asset: order.lockedAsset, free: unspent, locked: release.neg() },
      { asset: receivedAsset, free: received.sub(fee), locked: ZERO },
    ],
  };
}

/** Ends an open order and releases its locked funds. */
export function cancelOrder(order: SimulatedOrder): OrderStep {
  const { lockedAsset: asset, lockedAmount } = order;
  return {
    order: { ...order, status: 'CANCELED', lockedAmount: ZERO },
    changes: [{ asset, free: lockedAmount, locked: lockedAmount.neg() }],
  };
}

/** One change for each asset, sorted by asset name, which is the order in which rows are locked. */
export function mergeChanges(changes: readonly BalanceChange[]): BalanceChange[] {
  const merged = new Map<string, BalanceChange>();
  for (const { asset, free, locked } of changes) {
    const before = merged.get(asset);
    merged.set(asset, { asset, free: free.add(before?.free ?? ZERO), locked: locked.add(before?.locked ?? ZERO) });
  }
  return [...merged.values()].filter(({ free, locked }) => !(free.isZero() && locked.isZero())).sort(byAsset);
}

const byAsset = (a: BalanceChange, b: BalanceChange): number => (a.asset < b.asset ? -1 : 1);

/** How the exchange reports the order. */
export const snapshotOf = (order: SimulatedOrder): OrderSnapshot => ({
  exchangeOrderId: `SIM-${order.id}`,
  clientOrderId: order.clientOrderId,
  status: order.status,
  executedQty: toText(order.executedQty),
  cummQuoteQty: toText(order.cummQuoteQty),
  fills: order.fills.map((fill, index) => ({ tradeId: `SIM-T${order.id}-${index + 1}`, ...fill })),
});
