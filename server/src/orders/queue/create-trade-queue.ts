import type { Logger } from 'pino';
import { z } from 'zod';
import { defineQueue } from '../../infra/redis/queue-kit.js';
import type { RedisLink } from '../../infra/redis/redis.js';
import type { JobConsumer, TradeQueue, JobMessage } from '../../ports.js';

/**
 * The way to executors in other processes. The payload is only a job's id, two moments and its haste. A second attempt covers a
 * database that was away for a moment; after that the sweep finds the job.
 */
export const executeTradeQueue = defineQueue<JobMessage>({
  name: 'execute-trade',
  payload: z.object({
    jobId: z.int().positive(),
    committedAt: z.number(),
    queuedAt: z.number(),
    isUrgent: z.boolean().optional(),
  }),
  goesFirst: ({ isUrgent = false }) => isUrgent,
  retry: { attempts: 2, backoffMs: 500 },
  concurrency: 32,
});

/**
 * Hands committed jobs over: to the executor attached in this process while it has room, else to whichever executor
 * takes them from Redis. Nothing is lost when neither does: the executors' sweep reads PENDING jobs from MySQL.
 */
export function createTradeQueue(link: {
  redis: RedisLink;
  log: Logger;
}): Required<TradeQueue> & { close(): Promise<void> } {
  const producer = executeTradeQueue.produce(link);
  let taker: JobConsumer | undefined;
  return {
    enqueue(messages) {
      producer.add(messages.filter((message) => !taker?.offer(message)));
    },
    reserve: (account) => taker?.reserve(account),
    attach(newcomer) {
      taker = newcomer;
      return () => {
        if (taker === newcomer) taker = undefined;
      };
    },
    close: () => producer.close(),
  };
}
