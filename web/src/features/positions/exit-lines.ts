import type { LivePositionFragment } from '../../gql/generated';
import { compareDecimals, percentOf, sum } from '../../lib/decimal';
import { priceStore } from '../../lib/live/price-store';

export type ExitKind = 'stop' | 'target' | 'trailing' | 'arming';

/** A price at which a position is sold, or at which its trailing stop is armed. */
export interface ExitLine {
  kind: ExitKind;
  price: string;
}

const higher = (a: string, b: string) => (compareDecimals(a, b) > 0 ? a : b);

/** The trailing stop as the monitors know it; null while it is off or not armed yet. All windows show the same one. */
export const trailingStopOf = ({
  status,
  trailingEnabled,
  exitLevels,
}: Pick<LivePositionFragment, 'status' | 'trailingEnabled' | 'exitLevels'>): string | null =>
  status === 'OPEN' && trailingEnabled ? (exitLevels?.trailingStopPrice ?? null) : null;

/** Whether nothing would sell an open position when its price falls. */
export const isUnprotected = (
  position: Pick<LivePositionFragment, 'status' | 'trailingEnabled' | 'exitLevels'>,
): boolean => position.status === 'OPEN' && !position.exitLevels?.stopPrice && trailingStopOf(position) === null;

/** Stop, target, trailing stop, and the price that arms an unarmed trailing stop. */
export const exitLinesOf = (
  position: Pick<LivePositionFragment, 'status' | 'exitLevels' | 'trailingEnabled'>,
): ExitLine[] => {
  const trailing = trailingStopOf(position);
  const { stopPrice, takeProfitPrice, trailingArmingPrice } = position.exitLevels ?? {};
  const lines: [ExitKind, string | null | undefined][] = [
    ['stop', stopPrice],
    ['trailing', trailing],
    ['arming', position.trailingEnabled && trailing === null ? trailingArmingPrice : null],
    ['target', takeProfitPrice],
  ];
  return lines.flatMap(([kind, price]) => (price ? [{ kind, price }] : []));
};

/** The highest price that the trailing stop of a form follows, as far as it is known. */
export const trailingTop = (
  { entryPrice, trailingMaxPrice }: Pick<LivePositionFragment, 'entryPrice' | 'trailingMaxPrice'>,
  armingPct: string | null,
  last: string | undefined,
): string | undefined => {
  // Without an arming profit it starts from the opening price, whatever the current price is.
  const start = armingPct?.trim() ? null : entryPrice;
  return last && [last, trailingMaxPrice, start].filter((price) => typeof price === 'string').reduce(higher);
};

/** How far a price may fall to the nearest stop, or must rise to the next target, in percent of the price; null without one. */
export const exitDistance = (
  position: LivePositionFragment,
  last: string | undefined,
  to: 'stop' | 'target',
): string | null => {
  if (last === undefined) return null;
  const { stopPrice, nextTargetPrice } = position.exitLevels ?? {};
  if (to === 'target') return nextTargetPrice ? percentOf(sum([nextTargetPrice, `-${last}`]), last) : null;
  const stops = [stopPrice, trailingStopOf(position)].filter((price) => typeof price === 'string');
  return stops.length > 0 ? percentOf(sum([last, `-${stops.reduce(higher)}`]), last) : null;
};

/** The same at the newest price, outside React. */
export const exitDistanceNow = (position: LivePositionFragment, to: 'stop' | 'target'): string | null =>
  exitDistance(position, priceStore.get(position.priceKey)?.last, to);
