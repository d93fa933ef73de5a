import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../context.js';
import { followHighs, replayTicks } from '../core/exits/catch-up.js';
import { d } from '../core/money/money.js';
import { provide } from '../infra/metrics/metrics.js';
import { isFreshPrice } from '../core/price/price-age.js';
import type { PriceKey, PriceVenue } from '../core/price/price-key.js';
import { RecentHighs, type High } from '../core/price/recent-highs.js';
import { RecentTicks } from '../core/price/recent-ticks.js';
import { TriggerIndex, type TriggerHit } from '../core/exits/trigger-index.js';
import { readOpenKeys } from '../prices/open-keys.store.js';
import type { VenuePrice } from '../core/price/venue-price.js';
import { followLedKeys, type LedKeys } from './led-keys.js';
import { followPositions, type PositionChanges } from '../positions/position-changes.js';
import { createExitRunner } from './run-exits.js';
import { writeTrailing, type TrailingProgress } from '../positions/position-writes.store.js';
import { watchPriceAges } from './watch-price-ages.js';
import { readOpenOf, readWatched, type PositionAccount, type WatchedRow } from '../positions/watched-position.store.js';

export interface TriggerWatch {
  /** The number of positions watched here. */
  size(): number;
  /** Checks at once, because this process began or stopped leading a feed. */
  hurry(): void;
  /** Saves the trailing maxima and stops watching. */
  stop(): Promise<void>;
}

type WatchContext = Pick<
  Context,
  'db' | 'clock' | 'log' | 'env' | 'redis' | 'prices' | 'exchanges' | 'live' | 'trades'
>;

export interface TriggerWatchOptions {
  /** Whether this process leads the feed of a venue; by default it leads all. */
  leads?: (venue: PriceVenue) => boolean;
  /** How often to check which keys to watch. */
  lookMs?: number;
  /** How often to look for rows that changed without a live event. */
  resyncMs?: number;
}

/** Half of the time by which a saved trailing maximum may lag. */
const PERSIST_MS = 500;
/** Longer than an order's fill can stay unknown, so that a trailing stop does not miss a high of that time. */
const HIGHS_MS = 120_000;
/** Longer than a venue can be without a leader or a changed position unread, so that no price of that time is lost. */
const TICKS_MS = 10_000;
const TICKS_MAX = 2_000;
const PAGE = 2_000;

/**
 * Watches the exits of all open positions of the venues whose feeds this process leads: every price goes through the
 * index of its key and fires what it reaches. A position is in the index of its own venue's key, so it is never
 * compared with the price of another venue. Positions are read at the start and whenever they change.
 */
export function watchTriggers(ctx: WatchContext, options: TriggerWatchOptions = {}): TriggerWatch {
  const watch = new Watch(ctx, options);
  return { size: () => watch.size(), hurry: () => watch.hurry(), stop: () => watch.stop() };
}

class Watch {
  private readonly indexes = new Map<PriceKey, TriggerIndex>();
  private readonly accounts = new Map<number, PositionAccount>();
  private readonly timers = new Map<number, NodeJS.Timeout>();
  /**
   * Recent highs of every key, also of keys that others watch: a position is read after it was opened, and another
   * watcher may die.
   */
  private readonly highs = new RecentHighs<PriceKey>(HIGHS_MS);
  private readonly ticks = new RecentTicks<PriceKey>(TICKS_MS, TICKS_MAX);
  /** Positions that have processed the prices since this `exitsSince` of theirs. */
  private readonly caughtUp = new Map<number, number>();
  /** Not saved yet because the database was down. */
  private unwritten: TrailingProgress[] = [];
  private writing: Promise<void> = Promise.resolve();
  private reading: Promise<unknown> = Promise.resolve();
  private isStopped = false;
  private readonly exits;
  private readonly changes: PositionChanges;
  private readonly keys: LedKeys;
  private readonly endings: (() => void | Promise<void>)[] = [];

  constructor(
    private readonly ctx: WatchContext,
    { leads = () => true, lookMs, ...options }: TriggerWatchOptions,
  ) {
    const { log, db, prices } = ctx;
    this.exits = createExitRunner(ctx, (id, inMs) => this.lookAgain(id, inMs));
    this.endings.push(prices.subscribe((changed) => changed.forEach((price) => this.see(price))));
    this.changes = followPositions(ctx, (ids) => this.refresh(ids), options);
    this.keys = followLedKeys({
      ...{ log, leads, ...(lookMs !== undefined && { everyMs: lookMs }) },
      names: async () => [...prices.all().map(({ key }) => key), ...(await readOpenKeys(db))],
      onGain: (key) => void this.load(key),
      onLoss: (key) => this.drop(key),
    });
    const ages = watchPriceAges(ctx, () => [...this.indexes].flatMap(([key, { size }]) => (size > 0 ? key : [])));
    const persist = setInterval(() => this.persist(), PERSIST_MS);
    this.endings.push(
      provide('triggers_watched', () => this.size()),
      provide('watched_prices_stale', () => this.stalePrices()),
      () => clearInterval(persist),
      () => this.changes.stop(),
      () => ages.stop(),
    );
  }

  size(): number {
    let size = 0;
    for (const index of this.indexes.values()) size += index.size;
    return size;
  }

  hurry(): void {
    this.keys.hurry();
  }

  private stalePrices(): number {
    const now = this.ctx.clock.now();
    return [...this.indexes].filter(([key, { size }]) => {
      const price = this.ctx.prices.get(key);
      return size > 0 && !(price && isFreshPrice(price, now, this.ctx.env.STALE_PRICE_MS));
    }).length;
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    for (const end of this.endings) await end();
    for (const timer of this.timers.values()) clearTimeout(timer);
    await this.exits.stop();
    this.persist();
    await this.writing;
    await this.keys.stop();
  }

  /** A price that is too old or from the future decides nothing; `watchPriceAges` raises the alert. */
  private evaluate(price: VenuePrice, { isNew }: { isNew: boolean }): void {
    const index = this.indexes.get(price.key);
    const now = this.ctx.clock.now();
    if (this.isStopped || !isFreshPrice(price, now, this.ctx.env.STALE_PRICE_MS)) return;
    // A sell gets the bid.
    const text = price.bid ?? price.last;
    for (const hit of index?.tick(text, now, price.at, { isNew }) ?? []) {
      this.fire(hit, { symbol: price.symbol, text, at: price.at });
    }
  }

  /** Handles a new price once and keeps it for positions that are read later. */
  private see(price: VenuePrice): void {
    const text = price.bid ?? price.last;
    this.highs.note(price.key, text, price.at);
    this.ticks.note(price.key, text, price.at);
    this.evaluate(price, { isNew: true });
  }

  private fire(hit: TriggerHit, { symbol, text, at }: { symbol: string; text: string; at: number }): void {
    const account = this.accounts.get(hit.accountId);
    if (!account) throw new Error(`position ${hit.id} is watched without its account`);
    const { trailingMax: max, trailingVersion: version } = hit;
    this.exits.run({
      position: { id: hit.id, symbol, account },
      tick: { price: d(text), at },
      trailing: { max, version },
    });
  }

  /** Another monitor may still hold the key for a moment: two watchers do no harm, but no watcher would. */
  private async load(key: PriceKey): Promise<void> {
    const index = new TriggerIndex();
    this.indexes.set(key, index);
    const isOurs = () => this.indexes.get(key) === index && !this.isStopped;
    // Otherwise an edit between this read and the first read of the events would be lost.
    await this.changes.ready;
    for (let afterId = 0; isOurs();) {
      try {
        const rows = await this.readAndTake(() => readOpenOf(this.ctx.db, { key, afterId, limit: PAGE }));
        if (rows.length < PAGE) return;
        afterId = rows.at(-1)?.position.id ?? afterId;
      } catch (err) {
        this.ctx.log.error({ err, key }, 'the positions of a price key could not be read; it is tried again');
        await sleep(PERSIST_MS);
      }
    }
  }

  private drop(key: PriceKey): void {
    this.persist();
    this.indexes.delete(key);
  }

  /** Reads these positions again, so that edits count from the next price on. */
  private async refresh(ids: readonly number[]): Promise<void> {
    for (let from = 0; from < ids.length; from += PAGE) {
      await this.readAndTake(() => readWatched(this.ctx.db, ids.slice(from, from + PAGE)));
    }
  }

  /** Reads one after the other, so that an older answer never replaces a newer one. */
  private readAndTake(read: () => Promise<WatchedRow[]>): Promise<WatchedRow[]> {
    const taken = this.reading.then(async () => {
      const rows = await read();
      if (!this.isStopped) this.take(rows);
      return rows;
    });
    this.reading = taken.catch(() => undefined);
    return taken;
  }

  private take(rows: readonly WatchedRow[]): void {
    const keys = new Set<PriceKey>();
    for (const row of rows) {
      const { position, key, account, isWatched } = row;
      const index = this.indexes.get(key);
      if (!index) {
        // The first position of its key: maybe no process watches the key yet.
        if (isWatched && !this.ctx.prices.get(key)) this.keys.hurry();
        continue;
      }
      this.accounts.set(account.id, account);
      if (isWatched) this.follow(index, row);
      else index.remove(position.id);
      keys.add(key);
    }
    for (const key of keys) {
      const price = this.ctx.prices.get(key);
      // The price may be older than the opening: `follow` has applied the prices since then to maxima and arming.
      if (price) this.evaluate(price, { isNew: false });
    }
  }

  /** First applies the prices between the change of the row and this read, then watches the position. */
  private follow(index: TriggerIndex, row: WatchedRow): void {
    const { key, symbol, exitsSince } = row;
    const { id } = row.position;
    const isNew = exitsSince !== null && this.caughtUp.get(id) !== exitsSince;
    if (index.has(id) && !isNew) return index.upsert(row.position);
    const { position, hasRisen, armedAt } = followHighs(row, (since) => this.highSince(key, since));
    const isUnwritten = hasRisen || (position.trailingMax === null && position.armingBps === null);
    index.upsert(position, isUnwritten ? (armedAt ?? row.createdAt) : undefined);
    if (!isNew) return;
    this.caughtUp.set(id, exitsSince);
    const oldest = this.ctx.clock.now() - this.ctx.env.STALE_PRICE_MS;
    const ticks = this.ticks.since(key, exitsSince).filter(({ at }) => at >= oldest);
    const { hits, left } = replayTicks(row, ticks);
    if (hits.length === 0) return;
    if (left) index.upsert({ ...position, ...left }, isUnwritten ? (armedAt ?? row.createdAt) : undefined);
    else index.remove(id);
    for (const { hit, tick } of hits) this.fire(hit, { symbol, ...tick });
  }

  /** The last price may have been restored from Redis, without an event. */
  private highSince(key: PriceKey, since: number): High | undefined {
    const high = this.highs.since(key, since);
    const last = this.ctx.prices.get(key);
    if (!last || last.at < since || !isFreshPrice(last, this.ctx.clock.now(), this.ctx.env.STALE_PRICE_MS)) return high;
    const text = last.bid ?? last.last;
    return high && d(high.max).gte(d(text)) ? high : { max: text, at: last.at };
  }

  private lookAgain(id: number, inMs: number): void {
    if (this.isStopped) return;
    clearTimeout(this.timers.get(id));
    const timer = setTimeout(() => {
      this.timers.delete(id);
      this.refresh([id]).catch((err: unknown) => {
        this.ctx.log.warn({ err, positionId: id }, 'a position could not be read; it is tried again');
        this.lookAgain(id, inMs);
      });
    }, inMs);
    this.timers.set(id, timer);
  }

  /** Saves in order, and tries again when the database was down. */
  private persist(): void {
    const oldest = this.ctx.clock.now() - TICKS_MS;
    for (const [id, since] of this.caughtUp) if (since < oldest) this.caughtUp.delete(id);
    for (const [key, index] of this.indexes) {
      const { armed, risen } = index.takeTrailing();
      if (armed.length > 0 || risen.length > 0) this.unwritten.push({ key, armed, risen });
    }
    if (this.unwritten.length > 0) void this.write();
  }

  private write(...more: TrailingProgress[]): Promise<void> {
    this.unwritten.push(...more);
    this.writing = this.writing.then(async () => {
      while (this.unwritten[0]) {
        try {
          await writeTrailing(this.ctx.db, this.unwritten[0]);
          this.unwritten.shift();
        } catch (err) {
          this.ctx.log.warn({ err }, 'the trailing stops could not be saved yet');
          return;
        }
      }
    });
    return this.writing;
  }
}
