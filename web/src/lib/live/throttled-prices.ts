import { useEffect, useState, useSyncExternalStore } from 'react';
import { priceStore } from './price-store';

/**
 * A number that grows when prices change, at once and then at most once every `everyMs`. Used for totals over many rows,
 * so that they appear with the first prices.
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
    // Prices may have arrived between the first render and now.
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

/** Whether a price has arrived yet. */
export const usePricesKnown = (): boolean => useSyncExternalStore(subscribeAny, () => priceStore.version() > 0);
