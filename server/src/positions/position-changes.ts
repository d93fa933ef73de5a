import type { Context } from '../context.js';
import { readRecentChanges } from './watched-position.store.js';
import { readCursors, readPositionEvents } from './position-events.store.js';

const RESYNC_MS = 5_000;
/** While Redis is down, a newly opened position waits at most this long for its monitor. */
const RESYNC_ALONE_MS = 500;
/** How long a transaction may take between its first write and its commit and still be found by its `updated_at`. */
const OVERLAP_SEC = 15;
/** A wake-up waits this long for others: one exit alone causes three. */
const GATHER_MS = 20;
/** The pause after a read that failed. */
const RETRY_MS = 250;

export interface PositionChanges {
  /** Resolves when no further change can be missed: read positions for the first time only after it. */
  ready: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Reports which positions have changed: at once through the live events, and every five seconds through the rows'
 * `updated_at`, for changes without an event. Calls of `onChange` never overlap.
 */
export function followPositions(
  ctx: FollowContext,
  onChange: (positionIds: readonly number[]) => Promise<void>,
  { resyncMs = RESYNC_MS, aloneMs = RESYNC_ALONE_MS }: { resyncMs?: number; aloneMs?: number } = {},
): PositionChanges {
  const follower = new Follower(ctx, onChange, { resyncMs, aloneMs });
  return { ready: follower.ready, stop: () => follower.stop() };
}

type FollowContext = Pick<Context, 'db' | 'live' | 'log' | 'redis'>;

class Follower {
  readonly ready: Promise<void>;
  private tellReady = (): void => undefined;
  private readonly cursors = new Map<number, number>();
  private readonly woken = new Set<number>();
  /** The `updated_at` of each position in the last resync. */
  private recent: Map<number, number> | undefined;
  private readAt = performance.now();
  private gathering: NodeJS.Timeout | undefined;
  private retrying: NodeJS.Timeout | undefined;
  private isResyncDue = true;
  private resyncedAt = performance.now();
  private isStopped = false;
  private working: Promise<void> | undefined;
  private readonly timer: NodeJS.Timeout;
  private readonly unlisten: () => void;

  constructor(
    private readonly ctx: FollowContext,
    private readonly onChange: (positionIds: readonly number[]) => Promise<void>,
    { resyncMs, aloneMs }: { resyncMs: number; aloneMs: number },
  ) {
    this.ready = new Promise((resolve) => {
      this.tellReady = resolve;
    });
    this.unlisten = ctx.live.listen((userIds) => {
      for (const userId of userIds) this.woken.add(userId);
      this.gathering ??= setTimeout(() => {
        this.gathering = undefined;
        this.begin();
      }, GATHER_MS);
    });
    this.timer = setInterval(
      () => {
        if (ctx.redis.answers() && performance.now() - this.resyncedAt < resyncMs) return;
        this.isResyncDue = true;
        this.begin();
      },
      Math.min(resyncMs, aloneMs),
    );
    this.begin();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.tellReady();
    this.unlisten();
    clearInterval(this.timer);
    clearTimeout(this.gathering);
    clearTimeout(this.retrying);
    await this.working;
  }

  private begin(): void {
    this.working ??= this.work()
      .catch((err: unknown) => {
        this.ctx.log.warn({ err }, 'changes of positions could not be read; they are read again');
        this.beginLater();
      })
      .finally(() => {
        this.working = undefined;
      });
  }

  private beginLater(): void {
    if (this.isStopped) return;
    clearTimeout(this.retrying);
    this.retrying = setTimeout(() => this.begin(), RETRY_MS);
  }

  private async work(): Promise<void> {
    while (!this.isStopped && (this.isResyncDue || this.woken.size > 0)) {
      if (this.isResyncDue) await this.resync();
      else await this.readNews();
    }
  }

  private async readNews(): Promise<void> {
    const users = [...this.woken];
    this.woken.clear();
    try {
      const after = users.map((userId) => ({ userId, seq: this.cursors.get(userId) ?? 0 }));
      const events = await readPositionEvents(this.ctx.db, after);
      await this.onChange([...new Set(events.map(({ positionId }) => positionId))]);
      for (const { userId, seq } of events) this.cursors.set(userId, Math.max(seq, this.cursors.get(userId) ?? 0));
    } catch (err) {
      for (const userId of users) this.woken.add(userId);
      throw err;
    }
  }

  private async resync(): Promise<void> {
    const { db } = this.ctx;
    // The first time, the positions have not been read yet: they are read only after `ready`.
    const isFirst = this.recent === undefined;
    if (isFirst) for (const { userId, seq } of await readCursors(db)) this.cursors.set(userId, seq);
    // Reaches back before the last successful resync, however long the database was down.
    const startedAt = performance.now();
    const changes = await readRecentChanges(db, OVERLAP_SEC + Math.ceil((startedAt - this.readAt) / 1_000));
    const news = isFirst ? [] : changes.filter(({ id, at }) => this.recent?.get(id) !== at);
    await this.onChange(news.map(({ id }) => id));
    this.isResyncDue = false;
    this.resyncedAt = startedAt;
    this.readAt = startedAt;
    this.recent = new Map(changes.map(({ id, at }) => [id, at]));
    this.tellReady();
  }
}
