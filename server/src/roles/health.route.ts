import type { FastifyInstance } from 'fastify';
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

/**
 * `/healthz`: the process is alive. `/readyz`: it can do its work. Answers 503 while the database is down, while the
 * process is stopping, and while it should trade but cannot because its clock is wrong.
 */
export function healthRoutes({
  ctx,
  roles,
  state,
}: {
  ctx: Pick<Context, 'db' | 'redis' | 'clock'>;
  roles: readonly string[];
  state: { isStopping: boolean };
}) {
  const databaseAnswers = async (): Promise<boolean> => {
    const asked = withTimeout(ctx.db.query('SELECT 1'), TIMEOUT_MS);
    return asked.then(
      () => true,
      () => false,
    );
  };
  return async (fastify: FastifyInstance): Promise<void> => {
    fastify.get('/healthz', (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'live' }));
    fastify.get('/readyz', async (_request, reply) => {
      const isDatabaseUp = await databaseAnswers();
      const { skewMs, state: clock } = ctx.clock.standing?.() ?? { skewMs: 0, state: 'OK' as const };
      // Without the executor role it only takes signals and shows pages, which work with a wrong clock.
      const mustTrade = roles.includes('executor');
      const isReady = isDatabaseUp && !state.isStopping && !(mustTrade && clock === 'TOO_FAR_OFF');
      // Redis only wakes other processes: without it everything arrives a second later.
      const redis = REDIS_WORDS[ctx.redis.state()];
      return reply
        .code(isReady ? 200 : 503)
        .header('cache-control', 'no-store')
        .send({
          status: isReady ? 'ready' : 'not ready',
          database: isDatabaseUp ? 'up' : 'down',
          redis,
          clock: CLOCK_WORDS[clock],
          clockSkewMs: skewMs,
          roles,
          pid: process.pid,
        });
    });
  };
}
