import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { isLogLevel, LOG_LEVELS, shareLogLevel } from '../../infra/log-level.js';
import type { RedisLink } from '../../infra/redis/redis.js';

/**
 * `GET /log-level` and `PUT /log-level` with `{"level":"debug"}` on the admin port, for all processes until they end. A
 * page in a browser cannot send a PUT with JSON to another origin.
 */
export function logLevelRoute(parts: { redis: RedisLink; log: Logger }) {
  return async (fastify: FastifyInstance): Promise<void> => {
    fastify.get('/log-level', () => ({ level: parts.log.level }));
    fastify.put('/log-level', async (request, reply) => {
      const level = (request.body as { level?: unknown } | null)?.level;
      if (!isLogLevel(level)) return reply.code(400).send({ error: `level must be one of ${LOG_LEVELS.join(', ')}` });
      const areOthersTold = await shareLogLevel(parts, level);
      return { level, allProcesses: areOthersTold };
    });
  };
}
