import type { Logger } from 'pino';
import type { Clock } from '../../context.js';
import type { Price } from '../../core/domain.js';
import { createPause } from '../../infra/create-pause.js';
import type { PriceFeed } from './price-feed.js';
import { readReplayFile, type RecordedTick } from './replay-file.js';
import { surveyReplayFile } from './survey-replay-file.js';

export interface ReplayFeedOptions {
  file: string;
  /** 10 = ten times as fast as it was recorded. */
  speed: number;
  clock: Clock;
  log: Logger;
  /** How often the current price is repeated between two recorded ones. */
  repeatMs?: number;
}

const SOURCE = 'replay';
const REPEAT_MS = 2_000;
/** A process that was blocked for longer continues from where it was and does not try to catch up. */
const LATE_MAX_MS = 1_000;
const WAIT_MAX_MS = 60_000;
const APART_MS = 1;

/**
 * Plays a recording once, from its beginning. Prices keep their recorded order and distances, divided by `speed`, and
 * carry the time at which they are played. A symbol's prices are at least a millisecond apart, so that a dense
 * recording at a high speed leaves time for other work; it takes longer then.
 *
 * Only prices are faster. A time stop, the interval between orders, orders per hour, the expiry of a limit order and
 * the age of a signal use real time at every speed, as people and exchanges do.
 *
 * Between two prices of a symbol, the earlier one is repeated, like an exchange's ticker, so that a quiet market does
 * not look stale. After a symbol's last price nothing is repeated: the price becomes stale, and nothing trades on it.
 */
export function createReplayFeed(options: ReplayFeedOptions): PriceFeed {
  const { file, speed, clock, log, repeatMs = REPEAT_MS } = options;
  const pause = createPause();
  let isStopped = false;
  let repeating: NodeJS.Timeout | undefined;
  let playing: Promise<void> = Promise.resolve();

  const play = async (emit: (prices: readonly Price[]) => void): Promise<void> => {
    const recorded = await surveyReplayFile(file);
    const shown = new Map<string, { price: Price; shownAt: number }>();
    const goesOn = new Set(recorded.keys());
    repeating = setInterval(() => {
      const [at, shownAt] = [clock.now(), performance.now()];
      const again = [...shown.values()]
        .filter((one) => goesOn.has(one.price.symbol) && shownAt - one.shownAt >= repeatMs)
        .map(({ price }) => ({ ...price, at }));
      for (const price of again) shown.set(price.symbol, { price, shownAt });
      if (again.length > 0) emit(again);
    }, repeatMs);
    const pace = createPace(speed);
    let played = 0;
    for await (const tick of readReplayFile(file)) {
      const mayShowAt = (shown.get(tick.symbol)?.shownAt ?? Number.NEGATIVE_INFINITY) + APART_MS;
      const isEarly = () => pace.msUntil(tick.at) > 0 || performance.now() < mayShowAt;
      while (!isStopped && isEarly()) await pause.wait(Math.min(WAIT_MAX_MS, Math.max(1, pace.msUntil(tick.at))));
      if (isStopped) return;
      const price = toPrice(tick, clock.now());
      shown.set(tick.symbol, { price, shownAt: performance.now() });
      if (tick.at >= (recorded.get(tick.symbol)?.lastAt ?? 0)) goesOn.delete(tick.symbol);
      emit([price]);
      played += 1;
    }
    log.warn({ feed: SOURCE, file, played }, 'the recording has ended: its last prices become stale');
  };
  return {
    name: SOURCE,
    start(emit) {
      log.info({ feed: SOURCE, file, speed }, 'playing a recording');
      playing = play((prices) => {
        if (!isStopped) emit(prices);
      })
        .catch((err: unknown) => log.error({ err, feed: SOURCE }, 'the recording cannot be played'))
        .finally(() => clearInterval(repeating));
    },
    async stop() {
      isStopped = true;
      clearInterval(repeating);
      pause.wake();
      await playing;
    },
  };
}

/** When each recorded moment is due, by the monotonic clock. */
function createPace(speed: number): { msUntil(recordedAt: number): number } {
  let anchor: { recordedAt: number; playedAt: number } | undefined;
  return {
    msUntil(recordedAt) {
      const now = performance.now();
      anchor ??= { recordedAt, playedAt: now };
      const left = anchor.playedAt + (recordedAt - anchor.recordedAt) / speed - now;
      if (left < -LATE_MAX_MS) anchor = { recordedAt, playedAt: now };
      return Math.max(0, left);
    },
  };
}

const toPrice = ({ symbol, price, bid, ask }: RecordedTick, at: number): Price => ({
  symbol,
  last: price,
  ...(bid && { bid }),
  ...(ask && { ask }),
  at,
  source: SOURCE,
});
