import type { Market } from '../../core/domain.js';
import type { Exchange, OrderRequest, OrderSnapshot, PlaceOutcome } from '../../exchange/exchange.js';
import type { FakeEngine } from '../fake-exchange/engine.js';
import { isRefusal, type FakeOrder, type RefusalKind } from '../fake-exchange/engine-types.js';
import type { VirtualTime } from './virtual-time.js';

/** The faults that one order can have. */
const PLACE_FAULTS = [
  'lost', // taken, the answer lost
  'dropped', // never taken, no answer
  'hangs', // taken, and fifteen seconds of silence
  'admitted-late', // taken only at the end of its window
  'shown-late', // taken, and not found for a while
  'in-parts', // taken, filled in parts
  'limited', // refused: too many requests
] as const;
type PlaceFault = (typeof PLACE_FAULTS)[number];

/** Binance's recvWindow. An order is not accepted later than this after it was sent. */
export const WINDOW_MS = 5_000;
const TIMEOUT_MS = 15_000;

export interface ChaosExchange extends Exchange {
  /** From now on there are no faults. */
  heal(): void;
}

const REFUSED: Partial<Record<RefusalKind, Extract<PlaceOutcome, { kind: 'refused' }>['code']>> = {
  BALANCE: 'INSUFFICIENT_BALANCE',
  NOTIONAL: 'MIN_NOTIONAL_NOT_MET',
  LOT_SIZE: 'INVALID_LOT_SIZE',
  BAD_QUANTITY: 'INVALID_LOT_SIZE',
  PRICE_FILTER: 'INVALID_PRICE',
  UNKNOWN_MARKET: 'UNKNOWN_MARKET',
};

const snapshotOf = (order: FakeOrder): OrderSnapshot => ({
  exchangeOrderId: String(order.id),
  clientOrderId: order.clientId,
  status: order.status,
  executedQty: order.executedQty.toFixed(),
  cummQuoteQty: order.executedQuote.toFixed(),
  fills: order.trades.map(({ id, qty, price, fee, feeAsset, at }) => ({
    ...{ tradeId: String(id), qty: qty.toFixed(), price: price.toFixed() },
    ...{ feeAmount: fee.toFixed(), feeAsset, at },
  })),
});

interface ChaosParts {
  /** It accepts orders long after its own limit. No program can handle such an exchange correctly. */
  breaksItsWindow: boolean;
  engine: FakeEngine;
  account: string;
  time: VirtualTime;
  random: () => number;
}

/** An order without a fault, and one with each of the faults. */
function placing({ engine, account, time, random, breaksItsWindow }: ChaosParts) {
  const send = (request: OrderRequest, hiddenMs = 0): FakeOrder | PlaceOutcome => {
    const { clientOrderId: clientId, symbol: market, side, type, quantity, limitPrice: price } = request;
    const placed = engine.place({ account, clientId, market, side, type, quantity, price, hiddenMs });
    if (!isRefusal(placed)) return placed;
    const code = REFUSED[placed.refusal];
    if (code) return { kind: 'refused', code, message: placed.refusal };
    return { kind: 'unknown', message: placed.refusal };
  };
  const lateBy = (): number => Math.floor(random() * WINDOW_MS) + (breaksItsWindow ? 3 * WINDOW_MS : 0);

  const placeWith: Record<PlaceFault, (request: OrderRequest) => FakeOrder | PlaceOutcome> = {
    lost(request) {
      send(request);
      return { kind: 'unknown', message: 'the answer was lost' };
    },
    dropped: () => ({ kind: 'unknown', message: 'nothing was answered' }),
    hangs(request) {
      send(request);
      time.advance(TIMEOUT_MS);
      return { kind: 'unknown', message: 'no answer within fifteen seconds' };
    },
    'admitted-late'(request) {
      time.at(time.now() + lateBy(), () => void send(request));
      return { kind: 'unknown', message: 'the gateway gave up' };
    },
    'shown-late'(request) {
      send(request, lateBy());
      return { kind: 'unknown', message: 'the answer was lost' };
    },
    'in-parts'(request) {
      engine.splitNext(random() < 0.5 ? ['0.3', '0.3', '0.4'] : ['0.25', '0.25']);
      return send(request);
    },
    limited: () => ({ kind: 'refused', code: 'EXCHANGE_REFUSED', message: 'too many requests' }),
  };
  return { send, placeWith };
}

/**
 * The fake exchange's engine behind the port, in this process and in virtual time. The faults of the connection are
 * drawn from `random`. It does not check whether an id was used before; the engine's dialect decides.
 */
export function createChaosExchange({ chance, ...parts }: ChaosParts & { chance: number }): ChaosExchange {
  const { engine, account, time, random } = parts;
  let isHealed = false;
  const strikes = (): boolean => !isHealed && random() < chance;
  const markets = engine.markets.map(({ symbol, base, quote, tickSize, stepSize, minQty, minNotional }): Market => ({
    ...{ symbol, base, quote, tickSize, stepSize, minQty, minNotional },
  }));
  const visible = (clientOrderId: string): FakeOrder | undefined => {
    const order = engine.byClientId(account, clientOrderId);
    return order && order.visibleAt <= time.now() ? order : undefined;
  };
  /** Other code gets a turn, as it would while a request is on the network. */
  const travel = () => new Promise((resolve) => setImmediate(resolve));

  const { send, placeWith } = placing(parts);
  return {
    name: 'BINANCE_SPOT',
    admission: { windowMs: WINDOW_MS },
    heal() {
      isHealed = true;
    },
    markets: async () => markets,
    market: async (symbol) => markets.find((market) => market.symbol === symbol),
    balances: async () => engine.balances.of(account),
    price: async (symbol) => {
      const price = engine.price(symbol);
      return price && { symbol, ...price, at: time.now(), source: 'chaos' };
    },
    async place(request) {
      await travel();
      const fault = strikes() ? PLACE_FAULTS[Math.floor(random() * PLACE_FAULTS.length)] : undefined;
      const outcome = fault ? placeWith[fault](request) : send(request);
      await travel();
      return 'kind' in outcome ? outcome : { kind: 'accepted', order: snapshotOf(outcome) };
    },
    async findOrder({ clientOrderId }) {
      await travel();
      if (strikes()) throw new Error('the lookup failed on the wire');
      const order = visible(clientOrderId);
      return order && snapshotOf(order);
    },
    async cancel({ clientOrderId }) {
      await travel();
      const order = visible(clientOrderId);
      const [before, after] = [strikes(), strikes()];
      if (before) throw new Error('the cancel failed before it arrived');
      if (order) engine.cancel(order);
      if (after) throw new Error('the answer to the cancel was lost');
      return order && snapshotOf(order);
    },
  };
}
