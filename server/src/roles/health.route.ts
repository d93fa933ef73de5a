import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.js';

const PATIENCE_MS = 1_000;

/** `/healthz`: the process lives. `/readyz`: it can do its work; 503 while the database is away or it is stopping. */
export function healthRoutes({
  ctx,
  roles,
  state,
}: {
  ctx: Pick<Context, 'db' | 'redis'>;
  roles: readonly string[];
  state: { isStopping: boolean };
}) {
  const databaseAnswers = async (): Promise<boolean> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), PATIENCE_MS);
    });
    const asked = ctx.db.query('SELECT 1').then(
      () => true,
      () => false,
    );
    return Promise.race([asked, late]).finally(() => clearTimeout(timer));
  };
  return async (fastify: FastifyInstance): Promise<void> => {
    fastify.get('/healthz', (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'live' }));
    fastify.get('/readyz', async (_request, reply) => {
      const isDatabaseUp = await databaseAnswers();
      const isReady = isDatabaseUp && !state.isStopping;
      // Redis only wakes people up: without it everything arrives, a second later.
      const redis = ctx.redis.isUp() ? 'up' : 'down';
      return reply
        .code(isReady ? 200 : 503)
        .header('cache-control', 'no-store')
        .send({
          status: isReady ? 'ready' : 'not ready',
          database: isDatabaseUp ? 'up' : 'down',
          redis,
          roles,
          pid: process.pid,
        });
    });
  };
}
