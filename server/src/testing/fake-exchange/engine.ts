import { d, min } from '../../core/money/money.js';
import { createBalances, type Balances } from './balances.js';
import type { EngineRules, EngineState } from './engine-state.js';
import type { EngineEvent, FakeMarket, FakeOrder, FakePrice, FakeTrade, PlaceInput, Refusal } from './engine-types.js';
import { end, execute, meets, tradeAt } from './execution.js';
import { placeOrder } from './place.js';

/**
 * The matching engine behind both dialects. Every order trades against a market with unlimited quantity at its bid and
 * ask. The results depend only on the calls, so the same calls give the same answers.
 */
export interface FakeEngine {
  readonly balances: Balances;
  /** May be changed at any time. */
  readonly rules: EngineRules;
  readonly markets: readonly FakeMarket[];
  market(idOrSymbol: string): FakeMarket | undefined;
  price(idOrSymbol: string): FakePrice | undefined;
  /** Sets the market price from now on. Resting orders that it reaches are filled at their own price. */
  setPrice(idOrSymbol: string, price: { last: string; bid?: string | undefined; ask?: string | undefined }): void;
  place(input: PlaceInput): FakeOrder | Refusal;
  /** `cancelId` is the name that a dialect gives to the cancel request. */
  cancel(order: FakeOrder, cancelId?: string): FakeOrder | Refusal;
  /**
   * The next order that trades is filled in as many trades, each with this share of its quantity. If the sum is less
   * than 1, a MARKET order ends there and a LIMIT order rests.
   */
  splitNext(shares: string[]): void;
  /** Fills a part of a resting order, at its own price unless another is given. */
  fill(order: FakeOrder, qty: string, price?: string): void;
  /** All orders and trades, including hidden ones, in their order of arrival. */
  readonly orders: readonly FakeOrder[];
  readonly trades: readonly FakeTrade[];
  /** The newest order with an id, hidden or not. */
  byClientId(account: string, clientId: string): FakeOrder | undefined;
  onEvent(listener: (event: EngineEvent) => void): () => void;
}

export function createFakeEngine({
  now,
  markets,
  rules,
}: {
  now(): number;
  markets: FakeMarket[];
  rules: EngineRules;
}): FakeEngine {
  const listeners = new Set<(event: EngineEvent) => void>();
  const state: EngineState = {
    ...{ now, rules, balances: createBalances(), orders: [], trades: [], splits: [] },
    ...{ prices: new Map(), resting: new Set(), byClientId: new Map() },
    markets: new Map(markets.flatMap((market) => [[market.id, market] as const, [market.symbol, market] as const])),
    tell: (event) => listeners.forEach((listener) => listener(event)),
  };
  const { balances, orders, trades, resting } = state;
  return {
    ...{ balances, rules, markets, orders, trades },
    market: (name) => state.markets.get(name),
    price: (name) => state.prices.get(state.markets.get(name)?.symbol ?? ''),
    setPrice(name, { last, bid = last, ask = last }) {
      const market = state.markets.get(name);
      if (!market) throw new Error(`the fake exchange has no market ${name}`);
      const price = { last, bid, ask };
      state.prices.set(market.symbol, price);
      state.tell({ type: 'price', market, price });
      for (const order of resting)
        if (order.market === market && meets(order, price)) tradeAt(state, order, order.price, true);
    },
    place: (input) => placeOrder(state, input),
    cancel(order, cancelId) {
      if (!resting.has(order)) return { refusal: 'NO_SUCH_ORDER' };
      end(state, order, 'CANCELED', cancelId);
      return order;
    },
    splitNext: (shares) => void state.splits.push(shares),
    fill(order, qty, price) {
      if (!resting.has(order)) throw new Error(`order ${order.id} does not rest`);
      const left = order.qty.sub(order.executedQty);
      execute(state, order, min(d(qty), left), price === undefined ? order.price : d(price), true);
    },
    byClientId: (account, clientId) => state.byClientId.get(`${account}/${clientId}`),
    onEvent(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
