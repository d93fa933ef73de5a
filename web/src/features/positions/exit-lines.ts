import type { LivePositionFragment } from '../../gql/generated';
import { compareDecimals, percentOf, shiftPct, sum } from '../../lib/decimal';
import { priceStore, usePrice } from '../../lib/live/price-store';

export type ExitKind = 'stop' | 'target' | 'trailing' | 'arming';

/** A price at which a position is sold, or at which its trailing stop is armed. */
export interface ExitLine {
  kind: ExitKind;
  price: string;
}

// The highest price seen for each trailing stop in this window. The server sends its own only with other changes.
const highest = new Map<string, { settings: string; max: string }>();

const higher = (a: string, b: string) => (compareDecimals(a, b) > 0 ? a : b);

/**
 * The trailing stop at a price; null while it is off or not armed yet. It starts from the opening price, or from the
 * price that armed it, follows the highest price since then, and never falls.
 */
export const trailingStopAt = (position: LivePositionFragment, last: string | undefined): string | null => {
  const { id, entryPrice, trailingEnabled, trailingDistancePct, trailingMaxPrice, exitLevels } = position;
  if (!trailingEnabled || trailingDistancePct === null || position.status !== 'OPEN') {
    highest.delete(id);
    return null;
  }
  const arming = exitLevels?.trailingArmingPrice ?? null;
  const settings = `${trailingDistancePct} ${arming ?? ''}`;
  const seen = highest.get(id);
  const known = seen?.settings === settings ? seen.max : null;
  const start = arming === null ? entryPrice : null;
  const before = [known, trailingMaxPrice, start].filter((price) => typeof price === 'string');
  const isArmed = before.length > 0 || (last !== undefined && arming !== null && compareDecimals(last, arming) >= 0);
  if (!isArmed) return null;
  const max = [...before, ...(last === undefined ? [] : [last])].reduce(higher);
  highest.set(id, { settings, max });
  return shiftPct(max, `-${trailingDistancePct}`);
};

/** The trailing stop of a position; it follows the price. */
export const useTrailingStop = (position: LivePositionFragment): string | null =>
  trailingStopAt(position, usePrice(position.priceKey)?.last);

/** Stop, target, trailing stop, and the price that arms an unarmed trailing stop. */
export const exitLinesOf = (
  position: Pick<LivePositionFragment, 'exitLevels' | 'trailingEnabled'>,
  trailing: string | null,
): ExitLine[] => {
  const { stopPrice, takeProfitPrice, trailingArmingPrice } = position.exitLevels ?? {};
  const lines: [ExitKind, string | null | undefined][] = [
    ['stop', stopPrice],
    ['trailing', trailing],
    ['arming', position.trailingEnabled && trailing === null ? trailingArmingPrice : null],
    ['target', takeProfitPrice],
  ];
  return lines.flatMap(([kind, price]) => (price ? [{ kind, price }] : []));
};

/** How far a price may fall to the nearest stop, or must rise to the target, in percent of the price; null without one. */
export const exitDistance = (
  position: LivePositionFragment,
  last: string | undefined,
  to: 'stop' | 'target',
): string | null => {
  if (last === undefined) return null;
  const { stopPrice, takeProfitPrice } = position.exitLevels ?? {};
  if (to === 'target') return takeProfitPrice ? percentOf(sum([takeProfitPrice, `-${last}`]), last) : null;
  const stops = [stopPrice, trailingStopAt(position, last)].filter((price) => typeof price === 'string');
  return stops.length > 0 ? percentOf(sum([last, `-${stops.reduce(higher)}`]), last) : null;
};

/** The same at the newest price, outside React. */
export const exitDistanceNow = (position: LivePositionFragment, to: 'stop' | 'target'): string | null =>
  exitDistance(position, priceStore.get(position.priceKey)?.last, to);
