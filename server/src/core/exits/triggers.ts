import { d, max, type D } from '../money/money.js';

/** Why a position is sold automatically. PARTIAL_TAKE_PROFIT sells a share, the others sell all of it. */
export const EXIT_REASONS = ['STOP_LOSS', 'TRAILING_STOP', 'TAKE_PROFIT', 'PARTIAL_TAKE_PROFIT', 'TIME_STOP'] as const;
export type ExitReason = (typeof EXIT_REASONS)[number];

/** One step of a partial take profit that has not fired yet. */
export interface ExitTarget {
  ordinal: number;
  bps: number;
}

/**
 * An open position as the triggers see it. Percentages are whole basis points (1 % = 100), which is exact for
 * DECIMAL(5,2); null = off.
 */
export interface WatchedPosition {
  id: number;
  accountId: number;
  entryPrice: D;
  stopLossBps: number | null;
  takeProfitBps: number | null;
  /** Applies to both kinds of take profit. */
  minProfitBps: number | null;
  trailingBps: number | null;
  /** The profit that arms the trailing stop; null = armed from the opening on. */
  armingBps: number | null;
  /** The highest saved price since arming; null = not armed yet, or nothing saved yet. */
  trailingMax: D | null;
  /** Grows with every edit of the trailing stop. A maximum of an earlier version no longer counts. */
  trailingVersion: number;
  /** ms since 1970 */
  timeStopAt: number | null;
  targets: readonly ExitTarget[];
  /** After a target has fired, the stop is at least the opening price. */
  breakEven: boolean;
  /** A target has fired. */
  hasTakenPart: boolean;
}

export interface Exit {
  reason: ExitReason;
  /** The targets reached; only for PARTIAL_TAKE_PROFIT. */
  ordinals: number[];
}

/**
 * A position with its options applied: the stop after break-even, the profits at or above the minimum, and the trailing
 * maximum, which is at least the opening price unless a profit arms it.
 */
export interface ExitLevels {
  id: number;
  entryPrice: D;
  stopBps: number | null;
  takeProfitBps: number | null;
  trailingBps: number | null;
  armingBps: number | null;
  trailingMax: D | null;
  timeStopAt: number | null;
  targets: readonly ExitTarget[];
}

export function exitLevels(position: WatchedPosition): ExitLevels {
  const { id, entryPrice, trailingBps, armingBps, timeStopAt, minProfitBps } = position;
  const trailingMax = startedMax(position);
  const atLeast = (bps: number): number => Math.max(bps, minProfitBps ?? bps);
  const { stopLossBps, takeProfitBps, targets } = position;
  return {
    ...{ id, entryPrice, trailingBps, armingBps, trailingMax, timeStopAt },
    stopBps: position.breakEven && position.hasTakenPart ? Math.min(stopLossBps ?? 0, 0) : stopLossBps,
    takeProfitBps: takeProfitBps === null ? null : atLeast(takeProfitBps),
    targets: targets.map(({ ordinal, bps }) => ({ ordinal, bps: atLeast(bps) })),
  };
}

/** A trailing stop without an arming profit starts at the opening price, whatever the current price is. */
function startedMax({ entryPrice, trailingBps, armingBps, trailingMax }: WatchedPosition): D | null {
  if (trailingBps === null || armingBps !== null) return trailingMax;
  return trailingMax === null ? entryPrice : max(trailingMax, entryPrice);
}

const WHOLE = 10_000;
const bpsOf = (base: D, bps: number): D => base.mul(d(String(WHOLE + bps))).div(d(String(WHOLE)));

/** The price at which a profit of `bps` is reached (pnl% = (price - open) / open × 100), exactly. */
export const profitPrice = (entryPrice: D, bps: number): D => bpsOf(entryPrice, bps);
export const stopPrice = (entryPrice: D, bps: number): D => bpsOf(entryPrice, -bps);
/** max × (1 - distance), exactly. */
export const trailingPrice = (highest: D, bps: number): D => bpsOf(highest, -bps);

/** The maximum after a price: unchanged, raised, or the price that armed it; null while not armed. */
export function nextTrailingMax(levels: ExitLevels, price: D): D | null {
  if (levels.trailingBps === null) return levels.trailingMax;
  if (levels.trailingMax !== null) return price.gt(levels.trailingMax) ? price : levels.trailingMax;
  if (levels.armingBps === null) return max(price, levels.entryPrice);
  return price.gte(profitPrice(levels.entryPrice, levels.armingBps)) ? price : null;
}

/**
 * The exit that a fresh price triggers. `trailingMax` must already include this price. A price exactly at a level
 * triggers, and so does a gap through it. Stops come first: the higher of two gives the reason, at a tie the trailing
 * stop. Then come the full take profit, the time stop and the partial targets.
 */
export function decideExit(levels: ExitLevels, price: D, now: number): Exit | undefined {
  const { entryPrice, stopBps, trailingBps, trailingMax, takeProfitBps, timeStopAt } = levels;
  const hasProfit = entryPrice.gt(0);
  const stop = hasProfit && stopBps !== null ? stopPrice(entryPrice, stopBps) : undefined;
  const trailing = trailingBps !== null && trailingMax !== null ? trailingPrice(trailingMax, trailingBps) : undefined;
  const isStopped = stop !== undefined && price.lte(stop);
  const isTrailed = trailing !== undefined && price.lte(trailing);
  if (isStopped && !(isTrailed && trailing.gte(stop))) return { reason: 'STOP_LOSS', ordinals: [] };
  if (isTrailed) return { reason: 'TRAILING_STOP', ordinals: [] };
  const reaches = (bps: number): boolean => hasProfit && price.gte(profitPrice(entryPrice, bps));
  if (takeProfitBps !== null && reaches(takeProfitBps)) return { reason: 'TAKE_PROFIT', ordinals: [] };
  if (timeStopAt !== null && now >= timeStopAt) return { reason: 'TIME_STOP', ordinals: [] };
  const ordinals = levels.targets.filter(({ bps }) => reaches(bps)).map(({ ordinal }) => ordinal);
  return ordinals.length > 0 ? { reason: 'PARTIAL_TAKE_PROFIT', ordinals } : undefined;
}
