import type { Logger } from 'pino';
import type { Price } from '../../core/domain.js';
import type { PriceFeed } from './price-feed.js';

export interface FeedSwitch {
  /** Starts a feed or stops the one that runs. Changes follow each other; only the last of several waiting ones counts. */
  turn(on: boolean): void;
  /** Turns it off for good and resolves when nothing is emitted any more. */
  stop(): Promise<void>;
}

/** Runs a feed while this process leads. A feed that cannot be chosen is chosen again after `retryMs`. */
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
        // Leadership may have gone while a slow exchange was being asked.
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
