import type { Context } from '../../context.js';
import { CANDLE_SECONDS, spanOf, type KeptSeconds } from '../../core/price/candles.js';
import { d } from '../../core/money/money.js';
import { priceKey, type PriceVenue } from '../../core/price/price-key.js';
import { createPause } from '../../infra/create-pause.js';
import { waitAtMost } from '../../infra/with-timeout.js';
import { countCandles, writeCandles, type KeptCandle } from './candle.store.js';

/** The part of a ccxt exchange that has its price history: rows of time, open, high, low, close and volume. */
export interface HistoricExchange {
  has: Record<string, unknown>;
  fetchOHLCV?(symbol: string, timeframe: string, since?: number, limit?: number): Promise<unknown[][]>;
}

export interface CandleFiller {
  /** Fills the history of the symbols that this process did not fill yet. Returns at once. */
  follow(exchange: HistoricExchange, symbols: readonly string[]): void;
  stop(): Promise<void>;
}

/** A day first: it is the history that takes longest to collect. Seconds are not told by exchanges. */
const FRAMES: readonly (readonly [string, KeptSeconds])[] = [
  ['1d', CANDLE_SECONDS.D1],
  ['1h', CANDLE_SECONDS.H1],
  ['1m', CANDLE_SECONDS.M1],
];
/** Every exchange tells at least so many candles in one answer. */
const ASKED = 300;
/** With this share of them stored, the exchange is not asked. */
const ENOUGH = 0.9;
/** A request weighs 2 of the 6,000 a minute that Binance allows; orders of this address need the rest. */
const PACE_MS = 1_000;
const AFTER_FAULT_MS = 60_000;
const TRIES = 3;
const STOP_TIMEOUT_MS = 1_000;

interface Task {
  symbol: string;
  frame: string;
  seconds: KeptSeconds;
  tries: number;
}

/**
 * Fills gaps of the price history with what the exchange tells: when the process begins to follow a symbol, it asks for
 * the newest candles of a day, an hour and a minute, one request a second, unless they are stored. The price feed does
 * not wait for it.
 */
export function fillCandles(
  { db, clock, log }: Pick<Context, 'db' | 'clock' | 'log'>,
  {
    venue,
    paceMs = PACE_MS,
    afterFaultMs = AFTER_FAULT_MS,
  }: { venue: PriceVenue; paceMs?: number; afterFaultMs?: number },
): CandleFiller {
  const followed = new Set<string>();
  const tasks: Task[] = [];
  const pause = createPause();
  let exchange: HistoricExchange | undefined;
  let working: Promise<void> | undefined;
  let isStopped = false;

  const fill = async ({ symbol, frame, seconds }: Task): Promise<void> => {
    const key = priceKey(venue, symbol);
    const now = clock.now();
    const since = spanOf(now, seconds) - ASKED * seconds * 1_000;
    if ((await countCandles(db, { key, seconds, since })) >= ASKED * ENOUGH) return;
    const rows = (await exchange?.fetchOHLCV?.(symbol, frame, undefined, ASKED)) ?? [];
    const candles = rows.flatMap((row) => candleIn(row, { key, seconds }) ?? []);
    if (!isStopped && candles.length > 0) await writeCandles(db, candles, 'history');
  };
  const work = async (): Promise<void> => {
    for (let task = tasks.shift(); task && !isStopped; task = tasks.shift()) {
      // Also before the first request: the feed has just read the markets of the exchange.
      await pause.wait(paceMs);
      if (isStopped) return;
      try {
        await fill(task);
      } catch (err) {
        log.debug({ err, venue, symbol: task.symbol, frame: task.frame }, 'the price history could not be filled');
        if (task.tries < TRIES) tasks.push({ ...task, tries: task.tries + 1 });
        if (!isStopped) await pause.wait(afterFaultMs);
      }
    }
  };
  return {
    follow(opened, symbols) {
      exchange = opened;
      if (isStopped || !opened.fetchOHLCV || !opened.has['fetchOHLCV']) return;
      for (const symbol of symbols) {
        if (followed.has(symbol)) continue;
        followed.add(symbol);
        for (const [frame, seconds] of FRAMES) tasks.push({ symbol, frame, seconds, tries: 1 });
      }
      if (tasks.length === 0) return;
      working ??= work().finally(() => {
        working = undefined;
      });
    },
    async stop() {
      isStopped = true;
      pause.wake();
      await waitAtMost(working ?? Promise.resolve(), STOP_TIMEOUT_MS);
    },
  };
}

const PRICE = /^\d+(?:\.\d+)?$/;

/** undefined for a row without four prices above zero. */
function candleIn(row: unknown[], about: Pick<KeptCandle, 'key' | 'seconds'>): KeptCandle | undefined {
  const [time, ...numbers] = row.slice(0, 5);
  const [open, high, low, close] = numbers.map((price) => priceIn(price));
  const at = Number(time);
  if (!Number.isFinite(at) || !open || !high || !low || !close) return undefined;
  return { ...about, at: spanOf(at, about.seconds), open, high, low, close };
}

function priceIn(value: unknown): string | undefined {
  const text = typeof value === 'number' ? d(String(value)).toFixed() : String(value);
  return PRICE.test(text) && d(text).gt(0) ? text : undefined;
}
