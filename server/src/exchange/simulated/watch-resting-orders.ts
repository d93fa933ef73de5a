import type { Logger } from 'pino';
import type { Price } from '../../core/domain.js';
import { d, max, min, type D } from '../../core/money/money.js';
import { priceKey, type PriceKey } from '../../core/price/price-key.js';
import type { VenuePrice } from '../../core/price/venue-price.js';
import type { PriceBoard } from '../../ports.js';
import { matchRestingOrders, type TouchedOrder } from './match-resting-orders.js';
import type { SimulationRules } from './simulated-exchange.js';
import { reachOf } from './simulated-order.js';
import { readRestingLimits } from './simulated-order.store.js';

export interface RestingOrderWatch {
  /** Resolves when the running work is done. */
  stop(): Promise<void>;
}

/** The best resting limits of a symbol. A tick that reaches neither needs no query. */
interface Resting {
  buy?: D;
  sell?: D;
}

const REREAD_MS = 1_000;

/**
 * Matches the resting orders on every tick that reaches one. The list of symbols with resting orders is read again
 * every second and compared with the current prices, so that orders of other processes are included.
 */
export function watchRestingOrders(
  rules: SimulationRules & { prices: PriceBoard; log: Logger },
  onOrderUpdate: (order: TouchedOrder) => Promise<void>,
): RestingOrderWatch {
  const { prices, log } = rules;
  let resting = new Map<PriceKey, Resting>();
  // The price range of each symbol since its last match, so that a dip during a slow match is not lost.
  const waiting = new Map<PriceKey, VenuePrice>();
  let isStopped = false;
  let working: Promise<void> | undefined;

  const consider = (price: VenuePrice): void => {
    if (!isReached(resting.get(price.key), price)) return;
    waiting.set(price.key, widen(waiting.get(price.key), price));
    working ??= work().finally(() => {
      working = undefined;
    });
  };
  const work = async (): Promise<void> => {
    for (let next = takeFirst(waiting); next && !isStopped; next = takeFirst(waiting)) {
      try {
        const touched = await matchRestingOrders(rules, next);
        for (const order of touched) {
          await onOrderUpdate(order).catch((err: unknown) =>
            log.error({ err, order }, 'a fill could not be booked yet'),
          );
        }
      } catch (err) {
        log.error({ err, symbol: next.symbol }, 'resting orders could not be matched');
      }
    }
  };
  const reread = async (): Promise<void> => {
    try {
      resting = await readResting(rules);
      if (!isStopped) for (const key of resting.keys()) considerCurrent(key);
    } catch (err) {
      log.warn({ err }, 'resting orders could not be read');
    }
  };
  const considerCurrent = (key: PriceKey): void => {
    const price = prices.get(key);
    if (price) consider(price);
  };

  const unsubscribe = prices.subscribe((changed) => changed.forEach(consider));
  let rereading: Promise<void> | undefined;
  const beginReread = (): void => {
    rereading ??= reread().finally(() => {
      rereading = undefined;
    });
  };
  beginReread();
  const timer = setInterval(beginReread, REREAD_MS);
  return {
    async stop() {
      isStopped = true;
      clearInterval(timer);
      unsubscribe();
      await rereading;
      await working;
    },
  };
}

async function readResting({ db }: SimulationRules): Promise<Map<PriceKey, Resting>> {
  const rows = await readRestingLimits(db);
  const resting = new Map<PriceKey, Resting>();
  for (const { symbol, side, highest, lowest } of rows) {
    const limits = side === 'BUY' ? { buy: d(highest) } : { sell: d(lowest) };
    const key = priceKey('SIMULATION', symbol);
    resting.set(key, { ...resting.get(key), ...limits });
  }
  return resting;
}

function isReached(resting: Resting | undefined, price: Price): boolean {
  if (!resting) return false;
  const { low, high } = reachOf(price);
  return Boolean(resting.buy?.gte(low) || resting.sell?.lte(high));
}

/** The newer price, with the range of both. */
function widen(before: VenuePrice | undefined, price: VenuePrice): VenuePrice {
  if (!before) return price;
  const [a, b] = [reachOf(before), reachOf(price)];
  return { ...price, ask: min(a.low, b.low).toFixed(), bid: max(a.high, b.high).toFixed() };
}

function takeFirst(waiting: Map<PriceKey, VenuePrice>): VenuePrice | undefined {
  const [first] = waiting.values();
  if (first) waiting.delete(first.key);
  return first;
}
