import type { Context } from '../../context.js';
import { candleOf, KEPT_SECONDS, mergeCandles, type Candle } from '../../core/price/candles.js';
import type { PriceKey, PriceVenue } from '../../core/price/price-key.js';
import type { VenuePrice } from '../../core/price/venue-price.js';
import { repeat } from '../../infra/repeat.js';
import { writeCandles, writeSeconds, type KeptCandle } from './candle.store.js';

export interface CandleKeeper {
  /** Writes what is collected, and ends. */
  stop(): Promise<void>;
}

const EVERY_MS = 5_000;
/** What is collected at most while the database is away, for all prices together: an hour of fifty symbols. */
const SECONDS_MAX = 180_000;
/** Collected prices are counted at the latest when there are so many. */
const PRICES_MAX = 20_000;

/**
 * Keeps the price history of charts: the process that runs the feed of a venue collects its prices and writes them as
 * candles, a few statements every five seconds. A tick only puts its prices aside. While the database is away, candles
 * wait in memory.
 */
export function keepCandles(
  { db, prices, log }: Pick<Context, 'db' | 'prices' | 'log'>,
  { leads, everyMs = EVERY_MS }: { leads: (venue: PriceVenue) => boolean; everyMs?: number },
): CandleKeeper {
  let aside: VenuePrice[] = [];
  const collected = createCollection();
  const collect = (): void => {
    const fresh = aside;
    aside = [];
    for (const price of fresh) collected.add(price);
  };
  const unsubscribe = prices.subscribe((changed) => {
    for (const price of changed) if (leads(price.venue)) aside.push(price);
    if (aside.length >= PRICES_MAX) collect();
  });
  const write = async (): Promise<void> => {
    collect();
    const taken = collected.take();
    if (taken.candles.length === 0) return;
    try {
      await writeSeconds(db, taken.seconds);
      await writeCandles(db, taken.candles, 'live');
    } catch (err) {
      collected.giveBack(taken);
      log.debug({ err }, 'the price history could not be written; it is written later');
    }
  };
  const writes = repeat(everyMs, write);
  return {
    async stop() {
      unsubscribe();
      await writes.stop();
      await write();
    },
  };
}

interface Taken {
  seconds: ReadonlyMap<PriceKey, readonly Candle[]>;
  candles: readonly KeptCandle[];
}

const joined = <C extends Candle>(earlier: C | undefined, later: C | undefined): C | undefined =>
  earlier && later ? { ...later, ...mergeCandles(earlier, later) } : (earlier ?? later);

/** Candles that are not written yet. */
function createCollection() {
  const seconds = new Map<PriceKey, Map<number, Candle>>();
  const kept = new Map<string, KeptCandle>();
  let count = 0;
  const idOf = ({ key, seconds: interval, at }: KeptCandle): string => `${key} ${interval} ${at}`;
  const addSecond = (key: PriceKey, second: Candle, isLater: boolean): void => {
    const ofKey = seconds.get(key) ?? new Map<number, Candle>();
    const known = ofKey.get(second.at);
    if (!known && count >= SECONDS_MAX) return;
    if (!known) count += 1;
    seconds.set(key, ofKey.set(second.at, (isLater ? joined(known, second) : joined(second, known)) ?? second));
  };
  return {
    add({ key, at, last: price }: VenuePrice): void {
      addSecond(key, candleOf({ at, price }, 1), true);
      for (const interval of KEPT_SECONDS) {
        const candle = { ...candleOf({ at, price }, interval), key, seconds: interval };
        kept.set(idOf(candle), joined(kept.get(idOf(candle)), candle) ?? candle);
      }
    },
    take(): Taken {
      const inOrder = ([key, candles]: [PriceKey, Map<number, Candle>]) =>
        [key, [...candles.values()].sort((a, b) => a.at - b.at)] as const;
      const taken = { seconds: new Map([...seconds].map(inOrder)), candles: [...kept.values()] };
      seconds.clear();
      kept.clear();
      count = 0;
      return taken;
    },
    /** What was taken but not written; prices that came meanwhile are later. */
    giveBack({ seconds: earlier, candles }: Taken): void {
      for (const [key, some] of earlier) for (const second of some) addSecond(key, second, false);
      for (const candle of candles) kept.set(idOf(candle), joined(candle, kept.get(idOf(candle))) ?? candle);
    },
  };
}
