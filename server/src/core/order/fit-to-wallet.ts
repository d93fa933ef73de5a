import type { Market } from '../domain.js';
import { d, floorToStep, max, type D, ZERO } from '../money/money.js';
import { isDust } from '../position/position.js';
import { refuse, type Refusal } from '../reasons.js';

/** The holdings of an account in one asset, just read from its exchange. */
export interface Wallet {
  free: string;
  locked: string;
}

export interface FitFacts {
  /** The quantity that the sell has left to sell, in the base asset. */
  wanted: D;
  wallet: Wallet;
  /** The quantity that our other sells lock at the exchange, or will lock in a moment. */
  lockedByUs: D;
  market: Market;
  /** The price of one coin. */
  price: D;
}

/**
 * sell    sell `quantity`. `missing` is neither free nor locked by external orders
 * nothing the free quantity is below the market's minimum
 */
export type Fit = { kind: 'sell'; quantity: D; missing: D } | { kind: 'nothing'; refusal: Refusal };

/**
 * Reduces a sell that the exchange refused for lack of coins to what the wallet holds. Coins that external orders lock
 * are not missing, only not free: the position keeps them.
 */
export function fitToWallet({ wanted, wallet, lockedByUs, market, price }: FitFacts): Fit {
  const free = d(wallet.free);
  const heldByOthers = max(d(wallet.locked).sub(lockedByUs), ZERO);
  const sellable = free.lt(wanted) ? free : wanted;
  const quantity = floorToStep(sellable, d(market.stepSize));
  if (!isDust(quantity, price, market)) {
    return { kind: 'sell', quantity, missing: max(wanted.sub(free).sub(heldByOthers), ZERO) };
  }
  const [has, wants, held] = [free, wanted, heldByOthers].map((quantity) => quantity.toFixed());
  const { base } = market;
  const refusal = heldByOthers.gt(0)
    ? refuse(
        'HOLDING_LOCKED',
        `The wallet has ${has} ${base} free, ${wants} were to be sold; other orders hold ${held} ${base}.`,
      )
    : refuse('HOLDING_MISSING', `The wallet has ${has} ${base} free, ${wants} were to be sold.`);
  return { kind: 'nothing', refusal };
}
