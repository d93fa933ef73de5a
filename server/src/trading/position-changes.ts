import type { Context } from '../context.js';
import { readRecentChanges } from './watched-position.store.js';
import { readCursors, readPositionEvents } from './position-events.store.js';

const RESYNC_MS = 5_000;
/** How long a transaction may take between its first write and its commit and still be found by its `updated_at`. */
const OVERLAP_SEC = 15;
/** A wake waits this long for others: an exit alone brings three. */
const GATHER_MS = 20;

/**
 * Tells which positions have changed: at once by the live events everyone gets, and every five seconds by the rows'
 * own `updated_at`, for what was changed without one. `onChange` is never called twice at the same time.
 */
export function followPositions(
  ctx: Pick<Context, 'db' | 'live' | 'log'>,
  onChange: (positionIds: readonly number[]) => Promise<void>,
  { resyncMs = RESYNC_MS }: { resyncMs?: number } = {},
): { stop(): Promise<void> } {
  const cursors = new Map<number, number>();
  const woken = new Set<number>();
  /** What the last resync saw, by position. */
  let recent: Map<number, number> | undefined;
  let readAt = performance.now();
  let gathering: NodeJS.Timeout | undefined;
  let isResyncDue = true;
  let isStopped = false;
  let working: Promise<void> | undefined;

  const readNews = async (): Promise<void> => {
    const users = [...woken];
    woken.clear();
    const events = await readPositionEvents(
      ctx.db,
      users.map((userId) => ({ userId, seq: cursors.get(userId) ?? 0 })),
    );
    for (const { userId, seq } of events) cursors.set(userId, Math.max(seq, cursors.get(userId) ?? 0));
    await onChange([...new Set(events.map(({ positionId }) => positionId))]);
  };
  const resync = async (): Promise<void> => {
    isResyncDue = false;
    // At the start the positions are about to be read anyway.
    const isFirst = recent === undefined;
    if (isFirst) for (const { userId, seq } of await readCursors(ctx.db)) cursors.set(userId, seq);
    // Reaches back to before the last one that succeeded, however long the database was out of reach.
    const startedAt = performance.now();
    const changes = await readRecentChanges(ctx.db, OVERLAP_SEC + Math.ceil((startedAt - readAt) / 1_000));
    const news = isFirst ? [] : changes.filter(({ id, at }) => recent?.get(id) !== at);
    await onChange(news.map(({ id }) => id));
    readAt = startedAt;
    recent = new Map(changes.map(({ id, at }) => [id, at]));
  };
  const work = async (): Promise<void> => {
    while (!isStopped && (isResyncDue || woken.size > 0)) {
      if (isResyncDue) await resync();
      else await readNews();
    }
  };
  const begin = (): void => {
    // The next resync goes back far enough to find what this one missed.
    working ??= work()
      .catch((err: unknown) => ctx.log.warn({ err }, 'changes of positions could not be read'))
      .finally(() => {
        working = undefined;
      });
  };
  const unlisten = ctx.live.listen((userIds) => {
    for (const userId of userIds) woken.add(userId);
    gathering ??= setTimeout(() => {
      gathering = undefined;
      begin();
    }, GATHER_MS);
  });
  const timer = setInterval(() => {
    isResyncDue = true;
    begin();
  }, resyncMs);
  begin();
  return {
    async stop() {
      isStopped = true;
      unlisten();
      clearInterval(timer);
      clearTimeout(gathering);
      await working;
    },
  };
}
