import { useEffect, useState, useSyncExternalStore } from 'react';
import { priceStore } from './price-store';

/** A number that grows when prices moved, at most once every `everyMs`: for totals over many rows. */
export const usePricePulse = (everyMs: number): number => {
  const [pulse, setPulse] = useState(() => priceStore.version());
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const unsubscribe = priceStore.subscribeAny(() => {
      timer ??= setTimeout(() => {
        timer = undefined;
        setPulse(priceStore.version());
      }, everyMs);
    });
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
