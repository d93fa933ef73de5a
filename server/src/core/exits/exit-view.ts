import { max, min, type D } from '../money/money.js';
import { exitLevels, profitPrice, stopPrice, trailingPrice, type WatchedPosition } from './triggers.js';

/** The prices at which a position is sold, for display; null = that exit is off. */
export interface ExitView {
  stopPrice: D | null;
  /** Also null while it is not armed. */
  trailingStopPrice: D | null;
  trailingArmingPrice: D | null;
  takeProfitPrice: D | null;
  /** The lowest price at which it takes profit: take profit, or the next target that has not fired. */
  nextTargetPrice: D | null;
  targets: { ordinal: number; price: D }[];
  /** ms since 1970 */
  timeStopAt: number | null;
  /**
   * The distance from the price down to the highest stop, and up to the lowest profit, in percent of the price; null
   * without such an exit.
   */
  distanceToStopPct: D | null;
  distanceToTargetPct: D | null;
}

const PCT_PLACES = 4;

/**
 * Computes the exit prices of an open position with the same rules as the triggers. `price` is what a sell would get.
 */
export function exitView(position: WatchedPosition, price: D | undefined): ExitView {
  const levels = exitLevels(position);
  const { entryPrice, stopBps, trailingBps, trailingMax, armingBps, takeProfitBps, timeStopAt } = levels;
  const hasProfit = entryPrice.gt(0);
  const stop = hasProfit && stopBps !== null ? stopPrice(entryPrice, stopBps) : null;
  const trailing = trailingBps !== null && trailingMax !== null ? trailingPrice(trailingMax, trailingBps) : null;
  const takeProfit = hasProfit && takeProfitBps !== null ? profitPrice(entryPrice, takeProfitBps) : null;
  const targets = levels.targets.map(({ ordinal, bps }) => ({ ordinal, price: profitPrice(entryPrice, bps) }));
  const stops = [stop, trailing].filter((level) => level !== null);
  const profits = [takeProfit, ...targets.map((target) => target.price)].filter((level) => level !== null);
  const pctOf = (distance: D): D | null =>
    price?.gt(0) ? distance.div(price).mul('100').toDecimalPlaces(PCT_PLACES) : null;
  return {
    ...{ stopPrice: stop, trailingStopPrice: trailing, takeProfitPrice: takeProfit, targets, timeStopAt },
    nextTargetPrice: profits.length > 0 ? profits.reduce(min) : null,
    trailingArmingPrice: trailingBps !== null && armingBps !== null ? profitPrice(entryPrice, armingBps) : null,
    distanceToStopPct: price && stops.length > 0 ? pctOf(price.sub(stops.reduce(max))) : null,
    distanceToTargetPct: price && profits.length > 0 ? pctOf(profits.reduce(min).sub(price)) : null,
  };
}
