import type { Market } from '../domain.js';
import { d, floorToStep, max, type D, ZERO } from '../money/money.js';
import { isDust } from '../position/position.js';
import { refuse, type Refusal } from '../reasons.js';

/** What an account holds of an asset, as its exchange said just now. */
export interface Wallet {
  free: string;
  locked: string;
}

export interface FitFacts {
  /** What the sell was to sell and has not sold, in the base asset. */
  wanted: D;
  wallet: Wallet;
  /** What other sells of ours hold back at the exchange, or are about to. */
  lockedByUs: D;
  market: Market;
  /** What a coin would bring. */
  price: D;
}

/**
 * sell    this much is there. `missing` is not: neither free nor held by orders of others
 * nothing no order the market accepts can be made of what is free
 */
export type Fit = { kind: 'sell'; quantity: D; missing: D } | { kind: 'nothing'; refusal: Refusal };

/**
 * Cuts a sell that the exchange refused for lack of coins to what the wallet holds. Coins that orders of others hold are
 * there, only not free: they are not missing, the position keeps them.
 */
export function fitToWallet({ wanted, wallet, lockedByUs, market, price }: FitFacts): Fit {
  const free = d(wallet.free);
  const heldByOthers = max(d(wallet.locked).sub(lockedByUs), ZERO);
  const sellable = free.lt(wanted) ? free : wanted;
  const quantity = floorToStep(sellable, d(market.stepSize));
  if (!isDust(quantity, price, market)) {
    return { kind: 'sell', quantity, missing: max(wanted.sub(free).sub(heldByOthers), ZERO) };
  }
  const held = `The wallet has ${free.toFixed()} ${market.base} free, ${wanted.toFixed()} were to be sold`;
  return heldByOthers.gt(0)
    ? {
        kind: 'nothing',
        refusal: refuse('HOLDING_LOCKED', `${held}; other orders hold ${heldByOthers.toFixed()} ${market.base}.`),
      }
    : { kind: 'nothing', refusal: refuse('HOLDING_MISSING', `${held}.`) };
}
