import { d, min } from '../../core/money/money.js';
import { createBalances, type Balances } from './balances.js';
import type { EngineRules, EngineState } from './engine-state.js';
import type { EngineEvent, FakeMarket, FakeOrder, FakePrice, FakeTrade, PlaceInput, Refusal } from './engine-types.js';
import { end, execute, meets, tradeAt } from './execution.js';
import { placeOrder } from './place.js';

/**
 * The matching engine behind both dialects. Every order trades against a market without a bottom at its bid and ask;
 * what it does depends on nothing but what it was told, so the same calls give the same answers.
 */
export interface FakeEngine {
  readonly balances: Balances;
  /** May be changed at any time. */
  readonly rules: EngineRules;
  readonly markets: readonly FakeMarket[];
  market(idOrSymbol: string): FakeMarket | undefined;
  price(idOrSymbol: string): FakePrice | undefined;
  /** The market trades here from now on; resting orders that it meets are filled at their own price. */
  setPrice(idOrSymbol: string, price: { last: string; bid?: string | undefined; ask?: string | undefined }): void;
  place(input: PlaceInput): FakeOrder | Refusal;
  /** `cancelId` is the name a dialect gives the canceling itself. */
  cancel(order: FakeOrder, cancelId?: string): FakeOrder | Refusal;
  /**
   * The next order that trades does so in as many trades, each of this share of its quantity. When they sum up to less
   * than 1, a MARKET order ends there and a LIMIT order rests.
   */
  splitNext(shares: string[]): void;
  /** Fills a part of a resting order, at its own price unless said otherwise. */
  fill(order: FakeOrder, qty: string, price?: string): void;
  /** All orders and trades, hidden ones too, in the order they came. */
  readonly orders: readonly FakeOrder[];
  readonly trades: readonly FakeTrade[];
  /** The newest order under an id, hidden or not. */
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
