import type { Logger } from 'pino';
import type { Price } from '../../core/domain.js';
import type { PriceFeed } from './price-feed.js';

export interface FeedSwitch {
  /**
   * Starts a feed or stops the running one. Changes are made one after the other; of several waiting ones, only the
   * last is made.
   */
  turn(on: boolean): void;
  /** Turns it off permanently and resolves when no more prices are emitted. */
  stop(): Promise<void>;
}

/** Runs a feed while this process leads. If no feed can be selected, it tries again after `retryMs`. */
export function runPriceFeed({
  choose,
  emit,
  log,
  retryMs = 2_000,
}: {
  choose: () => Promise<PriceFeed>;
  emit: (prices: readonly Price[]) => void;
  log: Logger;
  retryMs?: number;
}): FeedSwitch {
  let wanted = false;
  let isStopped = false;
  let feed: PriceFeed | undefined;
  let retry: NodeJS.Timeout | undefined;
  let changing: Promise<void> = Promise.resolve();

  const change = async (): Promise<void> => {
    try {
      if (wanted && !feed) {
        const chosen = await choose();
        // Leadership may have been lost while a slow exchange was being asked.
        if (!wanted) return await chosen.stop();
        feed = chosen;
        feed.start(emit);
      } else if (!wanted && feed) {
        const ending = feed;
        feed = undefined;
        await ending.stop();
      }
    } catch (err) {
      log.error({ err }, 'the price feed could not be switched');
      if (!isStopped) retry = setTimeout(next, retryMs);
    }
  };
  const next = (): void => {
    clearTimeout(retry);
    changing = changing.then(change);
  };
  return {
    turn(on) {
      if (isStopped) return;
      wanted = on;
      next();
    },
    async stop() {
      isStopped = true;
      wanted = false;
      next();
      await changing;
    },
  };
}
