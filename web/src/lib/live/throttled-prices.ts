import { useEffect, useState, useSyncExternalStore } from 'react';
import { priceStore } from './price-store';

/**
 * A number that grows when prices moved, at once and then at most once every `everyMs`: for totals over many rows, which
 * appear with the first prices.
 */
export const usePricePulse = (everyMs: number): number => {
  const [pulse, setPulse] = useState(() => priceStore.version());
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const renew = () => setPulse(priceStore.version());
    const rest = () => {
      const before = priceStore.version();
      timer = setTimeout(() => {
        timer = undefined;
        if (priceStore.version() !== before) move();
      }, everyMs);
    };
    const move = () => {
      if (timer !== undefined) return;
      renew();
      rest();
    };
    // Prices may have come between the first drawing and now.
    renew();
    const unsubscribe = priceStore.subscribeAny(move);
    return () => {
      unsubscribe();
      clearTimeout(timer);
    };
  }, [everyMs]);
  return pulse;
};

const subscribeAny = (listener: () => void) => priceStore.subscribeAny(listener);

/** Whether any price has come yet. */
export const usePricesKnown = (): boolean => useSyncExternalStore(subscribeAny, () => priceStore.version() > 0);
