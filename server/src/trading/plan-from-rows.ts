import type { Context } from '../context.js';
import { planTrade, type Plan } from '../core/plan.js';
import { priceKeyOf } from '../core/price-key.js';
import type { PlanRows } from './execution.store.js';
import type { FreshJobAddress } from './job-address.store.js';
import type { Venue } from './read-venue.js';

/** The plan from rows, as the executor and explainPlan make it. */
export function planFromRows(
  ctx: Pick<Context, 'env' | 'prices'>,
  {
    address,
    venue,
    rows,
    entriesPaused,
  }: {
    address: Pick<FreshJobAddress, 'side' | 'symbol' | 'tradeMode' | 'account' | 'signal' | 'weight'>;
    venue: Venue;
    rows: PlanRows;
    entriesPaused: boolean;
  },
  now: number,
): Plan {
  const { side, symbol, tradeMode, account, signal, weight } = address;
  return planTrade({
    ...{ now, side, symbol, tradeMode, account, entriesPaused, signal, weight },
    exchangeRefusal: venue.refusal,
    market: venue.market,
    price: ctx.prices.get(priceKeyOf(account, symbol)),
    stalePriceMs: ctx.env.STALE_PRICE_MS,
    ...rows,
  });
}
