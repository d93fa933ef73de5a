import type { ChainableCommander } from 'ioredis';
import type { Price } from '../core/domain.js';
import type { RedisLink } from '../infra/redis.js';

const POINTS_MAX = 3_600;
const SPAN_MS = POINTS_MAX * 1_000;

export interface PricePoint {
  /** ms since 1970 */
  at: number;
  price: string;
}

const keyOf = (prefix: string, symbol: string): string => `${prefix}:price:history:${symbol}`;

/** Writes one point a second for each symbol into lists that keep an hour of them. */
export function createHistoryWriter(prefix: string): (pipeline: ChainableCommander, prices: readonly Price[]) => void {
  const lastSecond = new Map<string, number>();
  return (pipeline, prices) => {
    for (const { symbol, last, at } of prices) {
      const second = Math.floor(at / 1000);
      if ((lastSecond.get(symbol) ?? 0) >= second) continue;
      lastSecond.set(symbol, second);
      pipeline.rpush(keyOf(prefix, symbol), `${at},${last}`).ltrim(keyOf(prefix, symbol), -POINTS_MAX, -1);
    }
  };
}

/**
 * The last hour, oldest first, one point for each second: around a change of leader two processes may have written the
 * same one. Empty when Redis is away.
 */
export async function readHistory({ commands, prefix }: RedisLink, symbol: string, now: number): Promise<PricePoint[]> {
  const rows = await commands.lrange(keyOf(prefix, symbol), 0, -1).catch(() => []);
  const bySecond = new Map<number, PricePoint>();
  for (const row of rows) {
    const comma = row.indexOf(',');
    const at = Number(row.slice(0, comma));
    if (at >= now - SPAN_MS) bySecond.set(Math.floor(at / 1000), { at, price: row.slice(comma + 1) });
  }
  return [...bySecond.values()].sort((a, b) => a.at - b.at);
}
