import type { Logger } from 'pino';
import type { Price } from '../core/domain.js';
import type { RedisLink } from '../infra/redis.js';

/** Prices through Redis: a channel for what is new, a hash of the latest, a list of one point a second per symbol. */
export interface PriceSharing {
  start(): Promise<void>;
  stop(): Promise<void>;
  share(prices: readonly Price[]): void;
  history(symbol: string, now: number): Promise<{ at: number; price: string }[]>;
}

/** [symbol, last, bid or 0, ask or 0, at, source]: half the bytes of an object with names. */
type PackedPrice = [string, string, string | 0, string | 0, number, string];

const BATCH_EVERY_MS = 100;
const HISTORY_POINTS = 3_600;
const HISTORY_MS = HISTORY_POINTS * 1_000;

export const pack = ({ symbol, last, bid, ask, at, source }: Price): PackedPrice => [
  symbol,
  last,
  bid ?? 0,
  ask ?? 0,
  at,
  source,
];
export const unpack = ([symbol, last, bid, ask, at, source]: PackedPrice): Price => ({
  symbol,
  last,
  ...(bid && { bid }),
  ...(ask && { ask }),
  at,
  source,
});

/**
 * `share` collects for a tenth of a second, the newest price of a symbol replacing the one before it, so that Redis
 * and its readers see at most ten batches a second however fast the feed is. What cannot be sent is dropped: the next
 * batch is newer, and after a reconnect all latest prices are sent and read again.
 */
export function createPriceSharing({
  redis,
  log,
  latest,
  onPrices,
}: {
  redis: RedisLink;
  log: Logger;
  /** This process's latest prices. */
  latest: () => Price[];
  onPrices: (prices: Price[]) => void;
}): PriceSharing {
  const { commands, subscriber, prefix } = redis;
  const channel = `${prefix}:prices`;
  const latestKey = `${prefix}:price:latest`;
  const historyKey = (symbol: string) => `${prefix}:price:history:${symbol}`;
  const waiting = new Map<string, Price>();
  const lastPointSec = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  let hasShared = false;

  const onMessage = (from: string, text: string): void => {
    if (from !== channel) return;
    try {
      onPrices((JSON.parse(text) as PackedPrice[]).map(unpack));
    } catch (err) {
      log.warn({ err }, 'unreadable prices on the channel');
    }
  };
  const readLatest = async (): Promise<void> => {
    const rows = await commands.hvals(latestKey).catch(() => []);
    onPrices(rows.map((row) => unpack(JSON.parse(row) as PackedPrice)));
  };
  const onBack = (): void => {
    if (hasShared) for (const price of latest()) waiting.set(price.symbol, price);
    void readLatest().then(flush);
  };
  const flush = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const prices = [...waiting.values()];
    waiting.clear();
    if (prices.length === 0 || !redis.isUp()) return;
    const packed = prices.map(pack);
    const pipeline = commands.pipeline();
    pipeline.publish(channel, JSON.stringify(packed));
    pipeline.hset(latestKey, ...packed.flatMap((price) => [price[0], JSON.stringify(price)]));
    for (const { symbol, last, at } of prices) {
      const second = Math.floor(at / 1000);
      if ((lastPointSec.get(symbol) ?? 0) >= second) continue;
      lastPointSec.set(symbol, second);
      pipeline.rpush(historyKey(symbol), `${at},${last}`).ltrim(historyKey(symbol), -HISTORY_POINTS, -1);
    }
    await pipeline.exec().catch((err: unknown) => log.debug({ err }, 'prices could not be shared'));
  };
  return {
    async start() {
      subscriber.on('message', onMessage);
      // Not awaited when Redis is away: ioredis subscribes by itself as soon as it is back.
      const subscribed = subscriber.subscribe(channel).then(
        () => undefined,
        () => undefined,
      );
      // First the channel, then the hash: whatever is published in between comes by one of them.
      if (redis.isUp()) {
        await subscribed;
        await readLatest();
      }
      commands.on('ready', onBack);
    },
    async stop() {
      commands.off('ready', onBack);
      subscriber.off('message', onMessage);
      await subscriber.unsubscribe(channel).catch(() => undefined);
      await flush();
    },
    share(prices) {
      hasShared ||= prices.length > 0;
      for (const price of prices) waiting.set(price.symbol, price);
      if (waiting.size > 0) timer ??= setTimeout(() => void flush(), BATCH_EVERY_MS);
    },
    async history(symbol, now) {
      const rows = await commands.lrange(historyKey(symbol), 0, -1).catch(() => []);
      return toPoints(rows, now - HISTORY_MS);
    },
  };
}

/** Oldest first, one for each second: around a change of leader two processes may have written the same one. */
function toPoints(rows: readonly string[], since: number): { at: number; price: string }[] {
  const bySecond = new Map<number, { at: number; price: string }>();
  for (const row of rows) {
    const comma = row.indexOf(',');
    const at = Number(row.slice(0, comma));
    if (at >= since) bySecond.set(Math.floor(at / 1000), { at, price: row.slice(comma + 1) });
  }
  return [...bySecond.values()].sort((a, b) => a.at - b.at);
}
