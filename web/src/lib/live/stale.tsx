import type { ReactNode } from 'react';
import { useIsOlder } from '../clock';
import { useIsCut } from './connection';
import { useIsFrozen } from './frozen-prices';
import { usePrice } from './price-store';
import { useStaleLimit } from './stale-limit';

/** Whether the price of a key is old or frozen, or the page is disconnected and cannot know. */
export const useIsStale = (priceKey: string): boolean => {
  const isOld = useIsOlder(usePrice(priceKey)?.seenAt, useStaleLimit());
  const isFrozen = useIsFrozen();
  return useIsCut() || isFrozen || isOld;
};

/** A figure that depends on prices: dimmed and without colors while it may be outdated. */
export function Figure({ isStale, children }: { isStale: boolean; children: ReactNode }) {
  return <span data-stale={isStale || undefined}>{children}</span>;
}

/** A figure that the server computes from prices: dimmed while the page is disconnected. */
export function ServerFigure({ children }: { children: ReactNode }) {
  return <Figure isStale={useIsCut()}>{children}</Figure>;
}

/** A figure at the price of one key. */
export function PricedFigure({ priceKey, children }: { priceKey: string; children: ReactNode }) {
  return <Figure isStale={useIsStale(priceKey)}>{children}</Figure>;
}
