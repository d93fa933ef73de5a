import type { Context } from '../../context.js';
import {
  candleOf,
  CANDLE_SECONDS,
  groupCandles,
  keptFor,
  mergeCandles,
  spanOf,
  type Candle,
  type CandleInterval,
} from '../../core/price/candles.js';
import type { PriceKey } from '../../core/price/price-key.js';
import { readCandles, readSeconds } from './candle.store.js';

export interface ChartRequest {
  key: PriceKey;
  interval: CandleInterval;
  /** How many candles, the newest ones. */
  first: number;
  /** Only candles that begin before this (ms since 1970); without it, up to now. */
  before?: number | undefined;
}

/** Prices of the last seconds may not be written yet. */
const UNWRITTEN_POINTS = 30;

/** The candles of a price, oldest first. Spans without a price are left out. */
export async function readChart(
  { db, prices, clock }: Pick<Context, 'db' | 'prices' | 'clock'>,
  { key, interval, first, before }: ChartRequest,
): Promise<Candle[]> {
  const seconds = CANDLE_SECONDS[interval];
  const kept = keptFor(interval) ?? 60;
  const wanted = { key, before: before ?? clock.now() + 60_000 };
  // One span more, because the oldest rows that are read may be a part of theirs.
  const limit = Math.ceil(((first + 1) * seconds) / kept) + 1;
  const rows = keptFor(interval)
    ? await readCandles(db, { ...wanted, limit, seconds: kept })
    : await readSeconds(db, { ...wanted, limit });
  const candles = groupCandles(rows, seconds);
  if (before === undefined) {
    const [written] = (await readSeconds(db, { ...wanted, limit: 1 })).slice(-1);
    const points = await prices.history(key, UNWRITTEN_POINTS);
    addUnwritten(
      candles,
      points.filter(({ at }) => !written || spanOf(at, 1) > written.at),
      seconds,
    );
  }
  return candles.slice(-first);
}

/** Adds points, oldest first, that are later than everything in the candles. */
function addUnwritten(candles: Candle[], points: readonly { at: number; price: string }[], seconds: number): void {
  for (const point of points) {
    const candle = candleOf(point, seconds);
    const known = candles.at(-1);
    if (known && known.at >= candle.at) candles[candles.length - 1] = mergeCandles(known, candle);
    else candles.push(candle);
  }
}
