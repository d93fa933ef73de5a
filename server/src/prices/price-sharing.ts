import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { priceKey, readPriceKey } from '../core/price-key.js';
import type { RedisLink } from '../infra/redis.js';
import type { VenuePrice } from './price-board.js';
import { createHistoryWriter } from './price-history.js';

/** Prices through Redis: a channel for what is new, a hash of the latest, a history. */
export interface PriceSharing {
  start(): Promise<void>;
  stop(): Promise<void>;
  share(prices: readonly VenuePrice[]): void;
}

/** [key, last, bid or 0, ask or 0, at, source]: half the bytes of an object with names. */
type PackedPrice = [string, string, string | 0, string | 0, number, string];

const BATCH_EVERY_MS = 100;
const SUBSCRIBE_PATIENCE_MS = 2_000;

const pack = ({ key, last, bid, ask, at, source }: VenuePrice): PackedPrice => [
  key,
  last,
  bid ?? 0,
  ask ?? 0,
  at,
  source,
];
/** Nothing for a venue that only a newer version knows. */
const unpack = ([name, last, bid, ask, at, source]: PackedPrice): VenuePrice[] => {
  const known = readPriceKey(name);
  if (!known) return [];
  const key = priceKey(known.venue, known.symbol);
  return [{ key, ...known, last, ...(bid && { bid }), ...(ask && { ask }), at, source }];
};
const channelOf = (prefix: string): string => `${prefix}:prices`;
const latestKeyOf = (prefix: string): string => `${prefix}:price:latest`;

export interface PriceSharingOptions {
  redis: RedisLink;
  log: Logger;
  /** This process's latest prices. */
  latest: () => VenuePrice[];
  onPrices: (prices: VenuePrice[]) => void;
}

/**
 * `share` collects for a tenth of a second, the newest price of a key replacing the one before it, so that Redis
 * and its readers see at most ten batches a second however fast the feed is. What cannot be sent is dropped: the next
 * batch is newer, and after a reconnect all latest prices are sent and read again.
 */
export function createPriceSharing({ redis, log, latest, onPrices }: PriceSharingOptions): PriceSharing {
  const { commands, subscriber, prefix } = redis;
  const sender = createSender(redis, log);
  let hasShared = false;

  const onMessage = (from: string, text: string): void => {
    if (from === channelOf(prefix)) take(text);
  };
  const take = (text: string): void => {
    try {
      onPrices((JSON.parse(text) as PackedPrice[]).flatMap(unpack));
    } catch (err) {
      log.warn({ err }, 'unreadable prices came from redis');
    }
  };
  const readLatest = async (): Promise<void> => {
    const rows = await commands.hvals(latestKeyOf(prefix)).catch(() => []);
    take(`[${rows.join(',')}]`);
  };
  const onBack = (): void => {
    if (hasShared) sender.add(latest());
    void readLatest();
  };
  return {
    async start() {
      subscriber.on('message', onMessage);
      commands.on('ready', onBack);
      // When Redis is away ioredis subscribes by itself as soon as it is back, and nobody waits for it here.
      const subscribed = subscriber.subscribe(channelOf(prefix)).catch(() => undefined);
      if (!redis.isUp()) return;
      // First the channel, then the hash: whatever is published in between comes by one of them.
      await Promise.race([subscribed, delay(SUBSCRIBE_PATIENCE_MS, undefined, { ref: false })]);
      await readLatest();
    },
    async stop() {
      commands.off('ready', onBack);
      subscriber.off('message', onMessage);
      if (subscriber.status === 'ready') await subscriber.unsubscribe(channelOf(prefix)).catch(() => undefined);
      await sender.flush();
    },
    share(prices) {
      hasShared ||= prices.length > 0;
      sender.add(prices);
    },
  };
}

/** Collects prices and sends the newest of each key together. */
function createSender(redis: RedisLink, log: Logger) {
  const waiting = new Map<string, VenuePrice>();
  const addHistory = createHistoryWriter(redis.prefix);
  let timer: NodeJS.Timeout | undefined;
  const flush = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const prices = [...waiting.values()];
    waiting.clear();
    if (prices.length === 0 || !redis.isUp()) return;
    const packed = prices.map(pack);
    const pipeline = redis.commands.pipeline();
    pipeline.publish(channelOf(redis.prefix), JSON.stringify(packed));
    pipeline.hset(latestKeyOf(redis.prefix), ...packed.flatMap((price) => [price[0], JSON.stringify(price)]));
    addHistory(pipeline, prices);
    await pipeline.exec().catch((err: unknown) => log.debug({ err }, 'prices could not be shared'));
  };
  return {
    add(prices: readonly VenuePrice[]): void {
      for (const price of prices) waiting.set(price.key, price);
      if (waiting.size > 0) timer ??= setTimeout(() => void flush(), BATCH_EVERY_MS);
    },
    flush,
  };
}
