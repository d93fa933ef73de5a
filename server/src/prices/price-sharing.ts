import type { Logger } from 'pino';
import type { Clock } from '../context.js';
import type { PriceOrder } from '../core/price/price-age.js';
import { priceKey, readPriceKey } from '../core/price/price-key.js';
import type { RedisLink } from '../infra/redis/redis.js';
import { waitAtMost } from '../infra/with-timeout.js';
import type { VenuePrice } from '../core/price/venue-price.js';
import { createHistoryWriter } from './price-history.js';

/** Prices through Redis: a channel for new prices, a hash of the latest, and a history. */
export interface PriceSharing {
  start(): Promise<void>;
  stop(): Promise<void>;
  share(prices: readonly OrderedPrice[]): void;
}

/** A price and its position in its venue's sequence. */
export interface OrderedPrice {
  price: VenuePrice;
  order: PriceOrder;
}

/**
 * [key, last, bid or 0, ask or 0, at, source, term, number, age when sent]: half the bytes of an object with names.
 * Messages of an earlier version lack the last three.
 */
type PackedPrice = [string, string, string | 0, string | 0, number, string, number?, number?, number?];

const BATCH_EVERY_MS = 100;
/** A fast feed sends before the tenth of a second has passed. */
const BATCH_MAX = 2_000;
const SUBSCRIBE_TIMEOUT_MS = 2_000;

const pack = ({ price: { key, last, bid, ask, at, source }, order }: OrderedPrice, now: number): PackedPrice => [
  key,
  last,
  bid ?? 0,
  ask ?? 0,
  at,
  source,
  order.term,
  order.seq,
  Math.max(0, now - at),
];
/**
 * Returns nothing for a venue that only a newer version knows. The sender measured the age of the price when it sent
 * it. So here the price is at least that old and never in the future, even when the sender's clock is wrong.
 */
const unpack = (packed: PackedPrice, now: number): OrderedPrice[] => {
  const [name, last, bid, ask, sentAt, source, term = 0, seq = sentAt, ageMs] = packed;
  const known = readPriceKey(name);
  if (!known) return [];
  const key = priceKey(known.venue, known.symbol);
  const at = ageMs === undefined ? sentAt : Math.min(sentAt, now - ageMs);
  return [
    { price: { key, ...known, last, ...(bid && { bid }), ...(ask && { ask }), at, source }, order: { term, seq } },
  ];
};
const channelOf = (prefix: string): string => `${prefix}:prices`;
const latestKeyOf = (prefix: string): string => `${prefix}:price:latest`;

export interface PriceSharingOptions {
  redis: RedisLink;
  clock: Clock;
  log: Logger;
  /** This process's latest prices. */
  latest: () => OrderedPrice[];
  onPrices: (prices: OrderedPrice[]) => void;
}

/**
 * `share` collects for a tenth of a second and sends every price in order, because triggers, highs and resting orders
 * of other processes check each of them. Prices that cannot be sent are dropped, since the next batch is newer. When
 * Redis accepts prices again, all latest ones are sent and read again. Nothing is given to a Redis that does not
 * answer, so that nothing piles up.
 */
export function createPriceSharing({ redis, clock, log, latest, onPrices }: PriceSharingOptions): PriceSharing {
  const { commands, subscriber, prefix } = redis;
  const sender = createSender({ redis, clock, log });
  let hasShared = false;

  const onMessage = (from: string, text: string): void => {
    if (from === channelOf(prefix)) take(text);
  };
  const take = (text: string): void => {
    try {
      const now = clock.now();
      onPrices((JSON.parse(text) as PackedPrice[]).flatMap((packed) => unpack(packed, now)));
    } catch (err) {
      log.warn({ err }, 'unreadable prices came from redis');
    }
  };
  const readLatest = async (): Promise<void> => {
    const rows = await commands.hvals(latestKeyOf(prefix)).catch(() => []);
    take(`[${rows.join(',')}]`);
  };
  // The latest prices replace those that were not shared.
  const onBack = (): void => {
    if (hasShared) sender.add(latest());
    void readLatest();
  };
  const onHeardAgain = (): void => void readLatest();
  const ending: (() => void)[] = [];
  return {
    async start() {
      subscriber.on('message', onMessage);
      subscriber.on('ready', onHeardAgain);
      ending.push(redis.onChange((state) => state === 'UP' && onBack()));
      // When Redis is away, ioredis subscribes when it is back, so this code does not wait for it.
      const subscribed = subscriber.subscribe(channelOf(prefix)).catch(() => undefined);
      if (!redis.isUp()) return;
      // First the channel, then the hash, so that prices published in between arrive through one of them.
      await waitAtMost(subscribed, SUBSCRIBE_TIMEOUT_MS);
      await readLatest();
    },
    async stop() {
      for (const end of ending) end();
      subscriber.off('message', onMessage);
      subscriber.off('ready', onHeardAgain);
      if (subscriber.status === 'ready' && redis.answers())
        await subscriber.unsubscribe(channelOf(prefix)).catch(() => undefined);
      await sender.flush();
    },
    share(prices) {
      hasShared ||= prices.length > 0;
      sender.add(prices);
    },
  };
}

/** Collects prices and sends them together, in their order. */
function createSender({ redis, clock, log }: Pick<PriceSharingOptions, 'redis' | 'clock' | 'log'>) {
  let waiting: OrderedPrice[] = [];
  const addHistory = createHistoryWriter(redis.prefix);
  let timer: NodeJS.Timeout | undefined;
  const flush = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const prices = waiting;
    waiting = [];
    if (prices.length === 0 || !redis.answers()) return;
    const now = clock.now();
    const pipeline = redis.commands.pipeline();
    pipeline.publish(channelOf(redis.prefix), JSON.stringify(prices.map((one) => pack(one, now))));
    if (redis.isUp()) {
      const newest = [...new Map(prices.map((one) => [one.price.key, one])).values()];
      const rows = newest.flatMap((one) => [one.price.key, JSON.stringify(pack(one, now))]);
      pipeline.hset(latestKeyOf(redis.prefix), ...rows);
      addHistory(
        pipeline,
        newest.map(({ price }) => price),
      );
    }
    await pipeline.exec().catch((err: unknown) => log.debug({ err }, 'prices could not be shared'));
  };
  return {
    add(prices: readonly OrderedPrice[]): void {
      for (const one of prices) waiting.push(one);
      if (waiting.length >= BATCH_MAX) void flush();
      else if (waiting.length > 0) timer ??= setTimeout(() => void flush(), BATCH_EVERY_MS);
    },
    flush,
  };
}
