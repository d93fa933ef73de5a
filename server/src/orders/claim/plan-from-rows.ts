import type { Context } from '../../context.js';
import type { Price } from '../../core/domain.js';
import { factsOfRequest } from '../../core/plan/order-request.js';
import type { EntriesPause } from '../../core/plan/entries-pause.js';
import type { PlanFacts } from '../../core/plan/plan.js';
import { priceKeyOf } from '../../core/price/price-key.js';
import type { PlanRows } from './execution.store.js';
import type { FreshJobAddress } from './job-address.store.js';
import type { Venue } from './read-venue.js';

interface PlanState {
  address: Pick<FreshJobAddress, 'side' | 'symbol' | 'tradeMode' | 'account' | 'signal' | 'weight' | 'request'>;
  venue: Venue;
  rows: PlanRows;
  entriesPaused: EntriesPause | false;
}

const later = (received: Price | undefined, asked: Price | undefined): Price | undefined =>
  received && asked ? (asked.at > received.at ? asked : received) : (received ?? asked);

/** The facts that a plan is made from, for the executor and for everything that says what it would do. */
export function factsFromRows(
  ctx: Pick<Context, 'env' | 'prices'>,
  { address, venue, rows, entriesPaused }: PlanState,
  now: number,
): PlanFacts {
  const { side, symbol, tradeMode, account, signal, weight, request } = address;
  const facts: PlanFacts = {
    ...{ now, side, symbol, tradeMode, account, entriesPaused, signal, weight },
    exchangeRefusal: venue.refusal,
    market: venue.market,
    price: later(ctx.prices.get(priceKeyOf(account, symbol)), venue.price),
    stalePriceMs: ctx.env.STALE_PRICE_MS,
    ...rows,
  };
  return request ? factsOfRequest(facts, request) : facts;
}
