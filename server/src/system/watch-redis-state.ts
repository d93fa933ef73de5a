import os from 'node:os';
import type { Context } from '../context.js';
import type { RedisState } from '../infra/redis/redis-state.js';
import { closeAlert, openAlert } from '../alerts/alert-writes.store.js';
import { readRedisAlert } from '../alerts/redis-alert.store.js';

const LOOK_MS = 1_000;
/** A short outage raises no alert, because the program recovers without help. */
const TIMEOUT_MS = 2_000;
/**
 * The alert is rewritten at this interval while the outage lasts. If it was not rewritten for GONE_MS, its process has
 * recovered or is gone.
 */
const REPEAT_MS = 10_000;
const GONE_MS = 25_000;
const OPEN_KEY = 'REDIS_AWAY';

const WORDS: Record<Exclude<RedisState, 'UP'>, (process: string) => string> = {
  AWAY: (process) => `Redis cannot be reached by ${process}.`,
  SILENT: (process) => `Redis does not answer ${process}.`,
  READ_ONLY: (process) =>
    `Redis takes no writes of ${process}: its memory or disk is full, or it is a replica of another Redis.`,
};

/**
 * Opens the admins' alert REDIS_AWAY while this process cannot use Redis; there is one alert for all processes. It
 * resolves the alert when Redis is back here and no other process reports an outage.
 */
export function watchRedisState(
  ctx: Pick<Context, 'db' | 'clock' | 'log' | 'redis'>,
  {
    roles,
    lookMs = LOOK_MS,
    timeoutMs = TIMEOUT_MS,
  }: { roles: readonly string[]; lookMs?: number; timeoutMs?: number },
): { stop(): Promise<void> } {
  const who = `${os.hostname()}:${process.pid}`;
  let awaySince: number | undefined;
  let saidAt = Number.NEGATIVE_INFINITY;
  let said: RedisState = 'UP';
  let looking: Promise<void> | undefined;

  const look = async (): Promise<void> => {
    const state = ctx.redis.state();
    const now = performance.now();
    awaySince = state === 'UP' ? undefined : (awaySince ?? now);
    if (awaySince !== undefined && now - awaySince < timeoutMs) return;
    if (state === said && now - saidAt < REPEAT_MS) return;
    if (state === 'UP') await end(said !== 'UP');
    else await say(state);
    [said, saidAt] = [state, now];
  };
  const say = (state: Exclude<RedisState, 'UP'>): Promise<void> =>
    openAlert(ctx.db, {
      ...{ type: 'REDIS_AWAY', severity: 'high', openKey: OPEN_KEY, userId: null },
      message: `${WORDS[state](`process ${process.pid} (${roles.join(', ')}) on ${os.hostname()}`)} Exits, signals and orders continue through the database; signals may take some seconds longer. Check Redis.`,
      metadata: { who, state, seenAt: ctx.clock.now() },
    });
  /** Resolves the alert if it is ours, or if its process has not rewritten it. */
  const end = async (wasOurs: boolean): Promise<void> => {
    const open = await readRedisAlert(ctx.db, OPEN_KEY);
    if (!open) return;
    const now = ctx.clock.now();
    if ((wasOurs && open.who === who) || now - open.seenAt > GONE_MS)
      await closeAlert(ctx.db, { openKey: OPEN_KEY, now });
  };
  const timer = setInterval(() => {
    looking ??= look()
      .catch((err: unknown) => ctx.log.warn({ err }, 'the Redis alert could not be written'))
      .finally(() => {
        looking = undefined;
      });
  }, lookMs);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await looking;
    },
  };
}
