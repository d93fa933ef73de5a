import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Context } from '../context.js';
import type { ClockState } from '../core/time/database-time.js';
import { withTimeout } from '../infra/with-timeout.js';
import type { RedisState } from '../infra/redis/redis-state.js';

const TIMEOUT_MS = 1_000;
const REDIS_WORDS: Record<RedisState, string> = {
  UP: 'up',
  READ_ONLY: 'takes no writes',
  SILENT: 'does not answer',
  AWAY: 'down',
};
const CLOCK_WORDS: Record<ClockState, string> = { OK: 'right', OFF: 'off', TOO_FAR_OFF: 'too far off to trade' };

interface HealthOptions {
  ctx: Pick<Context, 'db' | 'redis' | 'clock'>;
  roles: readonly string[];
  /** While the process starts, it is not ready; absent = it has started. */
  state: { isStopping: boolean; isStarting?: boolean };
}

async function databaseAnswers({ db }: Pick<Context, 'db'>): Promise<boolean> {
  return withTimeout(db.query('SELECT 1'), TIMEOUT_MS).then(
    () => true,
    () => false,
  );
}

/** Whether the process can do its work, and what that depends on. */
async function readReadiness({ ctx, roles, state }: HealthOptions) {
  const isDatabaseUp = await databaseAnswers(ctx);
  const { skewMs, state: clock } = ctx.clock.standing?.() ?? { skewMs: 0, state: 'OK' as const };
  // Without the executor role it only takes signals and shows pages, which work with a wrong clock.
  const mustTrade = roles.includes('executor');
  const isReady = isDatabaseUp && !state.isStopping && !state.isStarting && !(mustTrade && clock === 'TOO_FAR_OFF');
  const details = {
    database: isDatabaseUp ? 'up' : 'down',
    // Redis only wakes other processes: without it everything arrives a second later.
    redis: REDIS_WORDS[ctx.redis.state()],
    clock: CLOCK_WORDS[clock],
    clockSkewMs: skewMs,
    roles,
    pid: process.pid,
  };
  return { isReady, details };
}

/**
 * `/healthz`: the process is alive. `/startupz`: it has started (503 before that, for example while it migrates the
 * database). `/readyz`: it can do its work. Answers 503 while the database is down, while the
 * process is stopping, and while it should trade but cannot because its clock is wrong. What is wrong is told only with
 * `withDetails`, on the admin port.
 */
export function healthRoutes(options: HealthOptions & { withDetails: boolean }) {
  const send = (reply: FastifyReply, status: number, body: object) =>
    reply.code(status).header('cache-control', 'no-store').send(body);
  return async (fastify: FastifyInstance): Promise<void> => {
    fastify.get('/healthz', (_request, reply) => send(reply, 200, { status: 'live' }));
    fastify.get('/startupz', (_request, reply) =>
      send(reply, options.state.isStarting ? 503 : 200, { status: options.state.isStarting ? 'starting' : 'started' }),
    );
    fastify.get('/readyz', async (_request, reply) => {
      const { isReady, details } = await readReadiness(options);
      const status = isReady ? 'ready' : 'not ready';
      return send(reply, isReady ? 200 : 503, { status, ...(options.withDetails && details) });
    });
  };
}
