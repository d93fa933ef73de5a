import { d } from '../money/money.js';
import type { High } from '../price/recent-highs.js';
import type { SeenPrice } from '../price/recent-ticks.js';
import { TriggerIndex, type TriggerHit } from './trigger-index.js';
import { exitLevels, profitPrice, type WatchedPosition } from './triggers.js';

export interface Newcomer {
  position: WatchedPosition;
  /**
   * Prices count for its exits from this moment on, ms since 1970; null = another monitor already checked the earlier
   * prices.
   */
  exitsSince: number | null;
  /** When its trailing stop was armed, ms since 1970; null = not armed. */
  armedAt: number | null;
  createdAt: number;
}

/** The moment from which on price highs count for its trailing stop. */
const followedSince = ({ position, exitsSince, armedAt, createdAt }: Newcomer): number | null => {
  if (armedAt !== null) return armedAt;
  const isArmed = position.armingBps === null || position.trailingMax !== null;
  return isArmed ? createdAt : exitsSince;
};

/**
 * The maximum of a position that was not watched for a while: the highest price since its trailing stop was armed, or
 * one that arms it. `highSince` returns the highest price seen at or after a moment.
 */
export function followHighs(
  newcomer: Newcomer,
  highSince: (since: number) => High | undefined,
): { position: WatchedPosition; hasRisen: boolean; armedAt: number | null } {
  const { position, armedAt } = newcomer;
  const same = { position, hasRisen: false, armedAt };
  const since = followedSince(newcomer);
  const high = position.trailingBps === null || since === null ? undefined : highSince(since);
  if (!high) return same;
  const { trailingMax, entryPrice, armingBps } = exitLevels(position);
  const max = d(high.max);
  const least = trailingMax ?? profitPrice(entryPrice, armingBps ?? 0);
  const isHigher = trailingMax === null ? max.gte(least) : max.gt(least);
  if (!isHigher) return same;
  const wasArmed = armedAt ?? (trailingMax === null ? high.at : since);
  return { position: { ...position, trailingMax: max }, hasRisen: true, armedAt: wasArmed };
}

export interface Replayed {
  hits: { hit: TriggerHit; tick: SeenPrice }[];
  /** The part of the position to keep watching; undefined when all of it is sold. */
  left: Pick<WatchedPosition, 'targets' | 'hasTakenPart'> | undefined;
}

/**
 * The exits that the prices since `exitsSince` (oldest first) would have fired if the position had been watched. A
 * trailing stop that was armed earlier is left out: it was watched all the time, and its current maximum is not the one
 * it had then.
 */
export function replayTicks({ position, exitsSince, armedAt }: Newcomer, ticks: readonly SeenPrice[]): Replayed {
  const { targets, hasTakenPart } = position;
  if (ticks.length === 0 || exitsSince === null) return { hits: [], left: { targets, hasTakenPart } };
  const isNew = armedAt === null || armedAt >= exitsSince;
  const index = new TriggerIndex();
  index.upsert({ ...position, trailingMax: null, ...(!isNew && { trailingBps: null }) });
  const hits: Replayed['hits'] = [];
  for (const tick of ticks) {
    for (const hit of index.tick(tick.text, tick.at)) hits.push({ hit, tick });
    if (index.size === 0) return { hits, left: undefined };
  }
  const fired = new Set(hits.flatMap(({ hit }) => hit.exit.ordinals));
  const waiting = targets.filter(({ ordinal }) => !fired.has(ordinal));
  return { hits, left: { targets: waiting, hasTakenPart: hasTakenPart || fired.size > 0 } };
}
