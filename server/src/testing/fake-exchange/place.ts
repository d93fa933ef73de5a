import { ZERO, d, floorToStep } from '../../core/money/money.js';
import { paysWith, type EngineState } from './engine-state.js';
import type { FakeMarket, FakeOrder, FakePrice, PlaceInput, Refusal } from './engine-types.js';
import { end, meets, tradeAt } from './execution.js';
import { checkFilters } from './filters.js';

const idKey = ({ account, clientId }: { account: string; clientId: string }) => `${account}/${clientId}`;

function isTaken({ rules, byClientId, resting }: EngineState, input: PlaceInput): boolean {
  const holder = byClientId.get(idKey(input));
  if (!holder || rules.duplicateIds === 'none') return false;
  return rules.duplicateIds === 'always' || resting.has(holder);
}

function openOrder(state: EngineState, input: PlaceInput, market: FakeMarket, touch: string): FakeOrder {
  const { account, clientId, side, type, timeInForce = 'GTC', quantity, quoteQuantity, hiddenMs = 0 } = input;
  const at = state.now();
  const price = type === 'LIMIT' ? d(input.price ?? '0') : ZERO;
  const quoteBudget = quoteQuantity === undefined ? null : d(quoteQuantity);
  const qty = quoteBudget ? floorToStep(quoteBudget.div(d(touch)), d(market.stepSize)) : d(quantity ?? '0');
  const locked = type === 'MARKET' ? ZERO : side === 'BUY' ? qty.mul(price) : qty;
  return {
    ...{ id: state.orders.length + 1, account, clientId, market, side, type, timeInForce, price, qty, locked },
    ...{ quoteBudget, executedQty: ZERO, executedQuote: ZERO, status: 'NEW', trades: [] },
    ...{ createdAt: at, updatedAt: at, visibleAt: at + hiddenMs },
  };
}

function admit(state: EngineState, order: FakeOrder, price: FakePrice | undefined): void {
  state.orders.push(order);
  if (order.clientId !== '') state.byClientId.set(idKey(order), order);
  if (!order.locked.isZero()) state.balances.lock(order.account, paysWith(order), order.locked);
  state.tell({ type: 'order', order, cause: 'NEW' });
  if (price && (order.type === 'MARKET' || meets(order, price))) {
    tradeAt(state, order, d(order.side === 'BUY' ? price.ask : price.bid), false);
  }
  if (order.status === 'FILLED') return;
  if (order.type === 'MARKET' || order.timeInForce !== 'GTC') return end(state, order, 'EXPIRED');
  state.resting.add(order);
  state.tell({ type: 'balance', account: order.account, assets: [paysWith(order)] });
}

/** Accepts an order or returns why not: filters first, then the id, then the balance. */
export function placeOrder(state: EngineState, input: PlaceInput): FakeOrder | Refusal {
  const market = state.markets.get(input.market);
  if (!market) return { refusal: 'UNKNOWN_MARKET' };
  const price = state.prices.get(market.symbol);
  if (input.type === 'MARKET' && !price) return { refusal: 'NO_PRICE' };
  const touch = (input.side === 'BUY' ? price?.ask : price?.bid) ?? '0';
  const fault = checkFilters(market, input, touch);
  if (fault) return { refusal: fault };
  if (isTaken(state, input)) return { refusal: 'DUPLICATE' };
  const order = openOrder(state, input, market, touch);
  if (order.qty.lte(0)) return { refusal: 'LOT_SIZE' };
  const needed = order.type === 'LIMIT' ? order.locked : order.side === 'BUY' ? order.qty.mul(d(touch)) : order.qty;
  if (state.balances.free(order.account, paysWith(order)).lt(needed)) return { refusal: 'BALANCE' };
  if (order.type === 'LIMIT') {
    const open = [...state.resting].filter((each) => each.account === order.account && each.market === market);
    if (open.length >= market.maxNumOrders) return { refusal: 'MAX_NUM_ORDERS' };
  }
  admit(state, order, price);
  return order;
}
