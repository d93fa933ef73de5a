import os from 'node:os';
import type { Context } from '../context.js';
import type { RedisState } from '../infra/redis/redis-state.js';
import { closeAlert, openAlert } from '../alerts/alert-writes.store.js';
import { readRedisAlert } from '../alerts/redis-alert.store.js';

const LOOK_MS = 1_000;
/** A moment is no alert: everything goes on by itself. */
const TIMEOUT_MS = 2_000;
/** Written again so often while it lasts; one that was not for a while is of processes that are well again, or gone. */
const REPEAT_MS = 10_000;
const GONE_MS = 25_000;
const OPEN_KEY = 'REDIS_AWAY';

const WORDS: Record<Exclude<RedisState, 'UP'>, string> = {
  AWAY: 'cannot be reached',
  SILENT: 'does not answer',
  READ_ONLY: 'takes no writes (its memory or disk is full, or it is a replica)',
};

/**
 * Opens the operators' alert REDIS_AWAY while Redis is of no use to this process, one for all processes, and ends it when it is
 * back here and no other process says otherwise.
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
      message: `Redis ${WORDS[state]} for process ${process.pid} (${roles.join(', ')}) on ${os.hostname()}. Exits, signals and orders go on through the database; signals may take some seconds longer. Look after Redis.`,
      metadata: { who, state, seenAt: ctx.clock.now() },
    });
  /** Ours, or of processes that have not said so again. */
  const end = async (wasOurs: boolean): Promise<void> => {
    const open = await readRedisAlert(ctx.db, OPEN_KEY);
    if (!open) return;
    const now = ctx.clock.now();
    if ((wasOurs && open.who === who) || now - open.seenAt > GONE_MS)
      await closeAlert(ctx.db, { openKey: OPEN_KEY, now });
  };
  const timer = setInterval(() => {
    looking ??= look()
      .catch((err: unknown) => ctx.log.warn({ err }, 'how Redis stands could not be told'))
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
