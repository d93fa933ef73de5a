import { useEffect } from 'react';
import { createStore } from '../create-store';

/** Since when the user keeps the prices of this window still (ms since 1970); 0 while they move. */
export const frozenPrices = createStore(0);

/** Keeps the prices on the page still, so that they can be read, or lets them move again. */
export const freezePrices = (isFrozen: boolean): void => frozenPrices.set(isFrozen ? Date.now() : 0);

export const useIsFrozen = (): boolean => frozenPrices.use() > 0;

/** Nobody trades at a frozen price: what sells, buys or moves an exit lets the prices move again. */
export const useMovingPrices = (): void => useEffect(() => freezePrices(false), []);
