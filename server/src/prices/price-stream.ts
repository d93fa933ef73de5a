import type { VenuePrice } from '../core/price/venue-price.js';
import type { PriceBoard } from '../ports.js';

/** At most five messages a second. */
const REST_MS = 200;

/**
 * Latest prices for one subscriber. First all known prices, then the changes, at most every 200 ms and only the newest
 * of each key. The number of keys limits the memory, even for a slow reader.
 */
export function priceStream(
  board: PriceBoard,
  isWanted: (price: VenuePrice) => boolean,
): AsyncIterableIterator<VenuePrice[]> {
  const waiting = new Map<string, VenuePrice>();
  let isFirst = true;
  let isResting = false;
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  let reader: (() => void) | undefined;
  const wake = () => {
    reader?.();
    reader = undefined;
  };
  const keep = (prices: readonly VenuePrice[]) => {
    for (const price of prices) if (isWanted(price)) waiting.set(price.key, price);
    if (!isResting && waiting.size > 0) wake();
  };
  const stop = board.subscribe(keep);
  keep(board.all());

  const take = (): VenuePrice[] => {
    const prices = [...waiting.values()];
    waiting.clear();
    isFirst = false;
    isResting = true;
    timer = setTimeout(() => {
      isResting = false;
      if (waiting.size > 0) wake();
    }, REST_MS);
    return prices;
  };
  const end = () => {
    isOver = true;
    stop();
    clearTimeout(timer);
    waiting.clear();
    wake();
    return Promise.resolve({ value: undefined, done: true as const });
  };
  const iterator: AsyncIterableIterator<VenuePrice[]> = {
    [Symbol.asyncIterator]: () => iterator,
    async next() {
      // The first message is sent at once, even when no price is known yet.
      while (!isOver && !isFirst && (isResting || waiting.size === 0)) {
        await new Promise<void>((resolve) => {
          reader = resolve;
        });
      }
      return isOver ? { value: undefined, done: true } : { value: take(), done: false };
    },
    return: end,
    async throw(error: unknown) {
      await end();
      throw error;
    },
  };
  return iterator;
}
