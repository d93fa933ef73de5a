/** A process that takes a job of the queue `killed`, reports it, and never finishes it. For tests that kill it. */
import { pino } from 'pino';
import { z } from 'zod';
import { defineQueue } from '../../infra/redis/queue-kit.js';
import { openRedis } from '../../infra/redis/redis.js';

const redis = await openRedis(process.env.REDIS_URL ?? '', process.argv[2] ?? '');
defineQueue({
  name: 'killed',
  payload: z.object({ n: z.int() }),
  retry: { attempts: 1, backoffMs: 10 },
  concurrency: 1,
}).work({ redis, log: pino({ level: 'silent' }) }, async ({ n }) => {
  process.send?.(n);
  await new Promise<never>(() => undefined);
});
process.on('disconnect', () => process.exit());
process.send?.('listening');
