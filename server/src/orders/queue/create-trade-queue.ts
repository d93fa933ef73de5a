import type { Logger } from 'pino';
import { z } from 'zod';
import { defineQueue } from '../../infra/redis/queue-kit.js';
import type { RedisLink } from '../../infra/redis/redis.js';
import type { JobConsumer, TradeQueue, JobMessage } from '../../ports.js';

/**
 * The queue to executors in other processes. The payload is a job's id, two timestamps and its priority. A second
 * attempt covers a short outage of the database; after that the sweep finds the job.
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
 * Passes committed jobs to the executor in this process while it has room, otherwise to any executor through Redis. No
 * job is lost when both fail: the executors' sweep reads PENDING jobs from MySQL.
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
