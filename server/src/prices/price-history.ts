import type { ChainableCommander } from 'ioredis';
import type { PriceKey } from '../core/price/price-key.js';
import type { RedisLink } from '../infra/redis/redis.js';
import type { VenuePrice } from '../core/price/venue-price.js';

const POINTS_MAX = 3_600;
const SPAN_MS = POINTS_MAX * 1_000;

export interface PricePoint {
  /** ms since 1970 */
  at: number;
  price: string;
}

const listOf = (prefix: string, key: PriceKey): string => `${prefix}:price:history:${key}`;

/** Writes one point per second for each price into lists that keep one hour. */
export function createHistoryWriter(
  prefix: string,
): (pipeline: ChainableCommander, prices: readonly VenuePrice[]) => void {
  const lastSecond = new Map<PriceKey, number>();
  return (pipeline, prices) => {
    for (const { key, last, at } of prices) {
      const second = Math.floor(at / 1000);
      if (lastSecond.get(key) === second) continue;
      lastSecond.set(key, second);
      pipeline.rpush(listOf(prefix, key), `${at},${last}`).ltrim(listOf(prefix, key), -POINTS_MAX, -1);
    }
  };
}

/**
 * The last hour, or its newest `points`, oldest first, one point per second. Duplicates are removed, because two processes may have written the
 * same second around a change of leader. Empty when Redis is away.
 */
export async function readHistory(
  redis: RedisLink,
  key: PriceKey,
  now: number,
  points = POINTS_MAX,
): Promise<PricePoint[]> {
  const { commands, prefix } = redis;
  if (!redis.answers()) return [];
  const rows = await commands.lrange(listOf(prefix, key), -points, -1).catch(() => []);
  const bySecond = new Map<number, PricePoint>();
  for (const row of rows) {
    const comma = row.indexOf(',');
    const at = Number(row.slice(0, comma));
    if (at >= now - SPAN_MS) bySecond.set(Math.floor(at / 1000), { at, price: row.slice(comma + 1) });
  }
  return [...bySecond.values()].sort((a, b) => a.at - b.at);
}
