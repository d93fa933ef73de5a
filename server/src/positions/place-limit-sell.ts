import type { Context } from '../context.js';
import { d, floorToStep } from '../core/money/money.js';
import { refuse } from '../core/reasons.js';
import { manualSell, type ManualOrder, type ManualRequest, type ManualSell, type Sellable } from './manual-sell.js';

export interface PlaceLimitSellInput extends ManualRequest {
  /** The lowest price, in the quote asset; rounded up to the market's tick. */
  price: string;
  /** In the base asset; rounded down to the market's step. */
  quantity: string;
  /** How many hours it rests, 1 to 720. */
  hours: number;
}

const NUMBER = /^\d{1,18}(\.\d{1,18})?$/;
const HOUR_MS = 3_600_000;
const HOURS_MAX = 720;

/** Places a limit sell of a position that rests at the exchange until it fills, is canceled or expires. */
export async function placeLimitSell(
  ctx: Pick<Context, 'db' | 'clock' | 'log' | 'prices' | 'exchanges' | 'live' | 'trades'>,
  ownerUserId: number,
  input: PlaceLimitSellInput,
): Promise<ManualSell> {
  const { price, quantity, hours } = input;
  if (!NUMBER.test(price) || d(price).lte(0)) return refuse('INVALID_PRICE');
  if (!NUMBER.test(quantity) || d(quantity).lte(0)) return refuse('INVALID_AMOUNT');
  if (!Number.isInteger(hours) || hours < 1 || hours > HOURS_MAX) return refuse('INVALID_EXPIRY');
  const expiresAt = ctx.clock.now() + hours * HOUR_MS;
  return manualSell(ctx, ownerUserId, input, { decide: (sellable) => limitSell(sellable, input, expiresAt) });
}

function limitSell({ free, market }: Sellable, input: PlaceLimitSellInput, expiresAt: number): ManualOrder {
  const asked = d(input.quantity);
  if (asked.gt(free)) {
    const numbers = { wanted: asked.toFixed(), free: free.toFixed() };
    return refuse('INVALID_AMOUNT', `Of this position ${free.toFixed()} ${market.base} can be sold now.`, numbers);
  }
  const tick = d(market.tickSize);
  const limitPrice = d(input.price).div(tick).ceil().mul(tick);
  const quantity = floorToStep(asked, d(market.stepSize));
  return {
    ...{ ok: true, kind: 'sell', orderType: 'LIMIT', quantity, limitPrice, expiresAt },
    trace: [
      { name: 'limit price', value: limitPrice.toFixed(), source: `the owner, up to the tick ${market.tickSize}` },
      { name: 'quantity', value: quantity.toFixed(), source: `the owner, down to the step ${market.stepSize}` },
    ],
  };
}
