import { ZERO, d, floorToStep, max, min, type D } from '../../core/money/money.js';
import { paysWith, receives, type EngineState } from './engine-state.js';
import type { FakeOrder, FakePrice, FakeTrade } from './engine-types.js';

const FEE_PLACES = 8;
/** The value of BNB while it has no price. */
const BNB_PRICE = '500';

/** Takes the fee from the account. An asset other than the received one is used only while there is enough of it. */
function takeFee(state: EngineState, order: FakeOrder, qty: D, quoteQty: D): { fee: D; feeAsset: string } {
  const { market, account } = order;
  const rate = d(state.rules.feeRate);
  const bnbPrice = d(state.prices.get(`BNB/${market.quote}`)?.last ?? BNB_PRICE);
  const feeIn = (asset: string): D => {
    const fee = asset === market.base ? qty.mul(rate) : quoteQty.mul(rate);
    const isThird = asset !== market.base && asset !== market.quote;
    return (isThird ? fee.div(bnbPrice) : fee).toDecimalPlaces(FEE_PLACES);
  };
  const { feeAsset: rule } = state.rules;
  const wanted =
    rule === 'received' ? receives(order) : rule === 'base' ? market.base : rule === 'quote' ? market.quote : rule;
  // The amount that a MARKET order still has to pay is not available for fees.
  const left = order.qty.sub(order.executedQty).sub(qty);
  const owed = order.type === 'MARKET' && wanted === paysWith(order) ? left : ZERO;
  const held = order.side === 'BUY' ? owed.mul(quoteQty).div(qty) : owed;
  const feeAsset = state.balances.free(account, wanted).sub(held).lt(feeIn(wanted)) ? receives(order) : wanted;
  const fee = feeIn(feeAsset);
  state.balances.addFree(account, feeAsset, fee.neg());
  return { fee, feeAsset };
}

/** One trade of an order: updates balances, order and trades, and emits their events. */
export function execute(state: EngineState, order: FakeOrder, qty: D, price: D, isMaker: boolean): void {
  const { balances } = state;
  const { market, side, account } = order;
  const quoteQty = qty.mul(price);
  if (order.type === 'LIMIT') {
    const reserved = side === 'BUY' ? qty.mul(order.price) : qty;
    balances.lock(account, paysWith(order), reserved.neg());
    order.locked = order.locked.sub(reserved);
  }
  balances.addFree(account, paysWith(order), (side === 'BUY' ? quoteQty : qty).neg());
  balances.addFree(account, receives(order), side === 'BUY' ? qty : quoteQty);
  const { fee, feeAsset } = takeFee(state, order, qty, quoteQty);
  order.executedQty = order.executedQty.add(qty);
  order.executedQuote = order.executedQuote.add(quoteQty);
  order.status = order.executedQty.gte(order.qty) ? 'FILLED' : 'PARTIALLY_FILLED';
  order.updatedAt = state.now();
  const { id: orderId, clientId } = order;
  const trade: FakeTrade = {
    ...{ id: state.trades.length + 1, orderId, clientId, market, side, price, qty, quoteQty },
    ...{ fee, feeAsset, at: order.updatedAt, isMaker },
  };
  state.trades.push(trade);
  order.trades.push(trade);
  if (order.status === 'FILLED') state.resting.delete(order);
  state.tell({ type: 'trade', order, trade });
  state.tell({ type: 'balance', account, assets: [...new Set([market.base, market.quote, feeAsset])] });
}

/** Removes an order from the book and keeps its trades. */
export function end(state: EngineState, order: FakeOrder, status: 'CANCELED' | 'EXPIRED', cancelId?: string): void {
  if (!order.locked.isZero()) state.balances.lock(order.account, paysWith(order), order.locked.neg());
  order.locked = ZERO;
  order.status = status;
  order.updatedAt = state.now();
  state.resting.delete(order);
  state.tell({ type: 'order', order, cause: status, ...(cancelId !== undefined && { cancelId }) });
  state.tell({ type: 'balance', account: order.account, assets: [paysWith(order)] });
}

/** Trades the rest of an order at one price, in the requested parts. */
export function tradeAt(state: EngineState, order: FakeOrder, price: D, isMaker: boolean): void {
  const shares = state.splits.shift();
  const left = order.qty.sub(order.executedQty);
  if (!shares) return execute(state, order, left, price, isMaker);
  const step = d(order.market.stepSize);
  const isWhole = shares.reduce((total, share) => total.add(d(share)), ZERO).gte(1);
  shares.forEach((share, index) => {
    const open = order.qty.sub(order.executedQty);
    const isRest = isWhole && index === shares.length - 1;
    const part = isRest ? open : min(open, max(step, floorToStep(left.mul(d(share)), step)));
    if (part.gt(0)) execute(state, order, part, price, isMaker);
  });
}

/** Whether the market has reached a LIMIT order. */
export const meets = ({ side, price }: FakeOrder, { bid, ask }: FakePrice): boolean =>
  side === 'BUY' ? price.gte(d(ask)) : price.lte(d(bid));
