import type { Context } from '../context.js';
import { d, floorToStep, min } from '../core/money/money.js';
import { isDust } from '../core/position/position.js';
import { refuse } from '../core/reasons.js';
import { cancelOrder } from '../orders/cancel/cancel-order.js';
import { readRestingSells } from './reserved-sell.store.js';
import {
  mayEndAsDust,
  manualSell,
  type ManualOrder,
  type ManualRequest,
  type ManualSell,
  type Sellable,
} from './manual-sell.js';

export interface ClosePositionInput extends ManualRequest {
  /** How much to sell: an amount in the base asset, or a percentage of what remains. Neither: all. */
  amount?: string;
  percent?: string;
}

const NUMBER = /^\d{1,18}(\.\d{1,18})?$/;
const WHOLE = '100';

/**
 * Sells all or part of a position at the market now. Closing all of it first cancels the limit sells that hold it; what
 * another sell being sent has reserved stays reserved.
 */
export async function closePosition(
  ctx: Pick<Context, 'db' | 'clock' | 'log' | 'prices' | 'exchanges' | 'live' | 'trades'>,
  ownerUserId: number,
  input: ClosePositionInput,
): Promise<ManualSell> {
  const { amount, percent } = input;
  const given = [amount, percent].filter((one) => one !== undefined);
  if (given.length > 1 || given.some((one) => !NUMBER.test(one) || d(one).lte(0))) return refuse('INVALID_AMOUNT');
  if (percent !== undefined && d(percent).gt(d(WHOLE))) {
    return refuse('INVALID_AMOUNT', 'A close can sell at most 100 percent of the position.', {
      ...{ wantedPercent: percent, limitPercent: WHOLE },
    });
  }
  const isAll = amount === undefined && d(percent ?? WHOLE).eq(d(WHOLE));
  return manualSell(ctx, ownerUserId, input, {
    async prepare() {
      if (!isAll) return;
      for (const jobId of await readRestingSells(ctx.db, input.positionId)) {
        await cancelOrder(ctx, ownerUserId, { jobId, stopReason: 'CANCELED_FOR_EXIT' });
      }
    },
    decide: (sellable) => sizeClose(sellable, input, isAll),
  });
}

function sizeClose(sellable: Sellable, { amount, percent }: ClosePositionInput, isAll: boolean): ManualOrder {
  const { locked, free, market, price } = sellable;
  const share = locked.qtyRemaining.mul(d(percent ?? WHOLE)).div(d(WHOLE));
  const asked = amount === undefined ? share : d(amount);
  if (amount !== undefined && asked.gt(free)) {
    const numbers = { wanted: asked.toFixed(), free: free.toFixed() };
    return refuse('INVALID_AMOUNT', `Of this position ${free.toFixed()} ${market.base} can be sold now.`, numbers);
  }
  if (isAll && mayEndAsDust(sellable)) return { ok: true, kind: 'dust' };
  if (isAll && isDust(free, price, market)) {
    return refuse(
      'EXIT_BELOW_MINIMUM',
      `${free.toFixed()} ${market.base} at ${price.toFixed()} is below the minimum of the market; the position stays open.`,
      {
        free: free.toFixed(),
        price: price.toFixed(),
        minimumQuantity: market.minQty,
        minimumValue: market.minNotional,
      },
    );
  }
  const wanted = min(asked, free);
  // Leaves no rest that could never be sold.
  const quantity = floorToStep(isDust(free.sub(wanted), price, market) ? free : wanted, d(market.stepSize));
  const source = amount === undefined ? `${percent ?? WHOLE} % of ${locked.qtyRemaining.toFixed()}` : 'the owner';
  return {
    ...{ ok: true, kind: 'sell', orderType: 'MARKET', quantity, limitPrice: null },
    trace: [
      { name: 'asked', value: asked.toFixed(), source },
      { name: 'free', value: free.toFixed(), source: `position ${locked.watched.id}, not reserved to other sells` },
      { name: 'quantity', value: quantity.toFixed(), source: `down to the step ${market.stepSize}` },
    ],
  };
}
