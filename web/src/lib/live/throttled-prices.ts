import { useEffect, useState } from 'react';
import { priceStore } from './price-store';

/** A number that grows when prices moved, at most once every `everyMs`: for totals over many rows. */
export const usePricePulse = (everyMs: number): number => {
  const [pulse, setPulse] = useState(0);
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
