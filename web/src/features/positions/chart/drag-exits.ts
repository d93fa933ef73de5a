import Big from 'big.js';
import type { ExitsForm } from '../exits-form';
import { negated, pctOfPrice, type Held } from '../exit-values';

/** A line of the chart that can be dragged: one exit, or one target of the ladder by its key. */
export type DraggedLine = { kind: 'stop' | 'target' | 'trailing' | 'arming' } | { kind: 'ladder'; targetId: string };

/** The smallest and the largest percentage that a form accepts. */
const LEAST_PCT = '0.01';
const MOST_DISTANCE_PCT = '99.99';

const within = (pct: string, least: string, most?: string): string => {
  if (new Big(pct).lt(least)) return least;
  return most !== undefined && new Big(pct).gt(most) ? most : pct;
};

/** How far a price lies below the highest price, in percent with the two digits that are stored. */
const distanceBelow = (top: string, price: string): string =>
  within(new Big(top).minus(price).div(top).times(100).round(2).toFixed(), LEAST_PCT, MOST_DISTANCE_PCT);

/**
 * The form of the exits after a line was dragged to a price. An exit that was off is switched on. A price where the exit
 * cannot be becomes the nearest one where it can. `top` is the highest price that a trailing stop follows.
 */
export function formAfterDrag(
  form: ExitsForm,
  held: Held,
  { line, price, top }: { line: DraggedLine; price: string; top: string },
): ExitsForm {
  const pct = pctOfPrice(held, price);
  if (pct === null) return form;
  switch (line.kind) {
    case 'stop':
      return { ...form, slEnabled: true, slPct: negated(pct) };
    case 'target':
      return { ...form, tpEnabled: true, tpPct: within(pct, LEAST_PCT) };
    case 'trailing':
      return { ...form, trailingEnabled: true, trailingDistancePct: distanceBelow(top, price) };
    case 'arming':
      return { ...form, trailingArmingPct: within(pct, '0') };
    case 'ladder':
      return {
        ...form,
        targets: form.targets.map((one) => (one.key === line.targetId ? { ...one, pct: within(pct, LEAST_PCT) } : one)),
      };
  }
}

/** A price that the chart reads from a height, as a multiple of the tick size and at least one tick. */
export function priceAtHeight(read: number, tickSize: string): string {
  const tick = new Big(tickSize);
  if (!Number.isFinite(read) || read <= 0) return tick.toFixed();
  const ticks = new Big(read).div(tick).round(0);
  return (ticks.gt(0) ? ticks : new Big(1)).times(tick).toFixed();
}

/** The next price for the arrow keys: a tenth of a percent away, at least one tick. */
export function priceStep(price: string, tickSize: string, way: 1 | -1): string {
  const step = new Big(price).div(1_000);
  const wanted = new Big(price).plus((step.gt(tickSize) ? step : new Big(tickSize)).times(way));
  return priceAtHeight(wanted.toNumber(), tickSize);
}
