import { Queue, UnrecoverableError, Worker, type Job } from 'bullmq';
import type { Logger } from 'pino';
import type { z } from 'zod';
import type { RedisLink } from './redis.js';

/** What a queue is; who puts in and who takes out are made from it, so that both agree. */
export interface QueueSettings<T> {
  /** Lower case and dashes: it is part of Redis keys. */
  name: string;
  /** Checked when a job is put in and again when it is taken out. */
  payload: z.ZodType<T>;
  /** `attempts` in all; the wait before the next doubles from `backoffMs`. */
  retry: { attempts: number; backoffMs: number };
  /** Is handed out before everything that waits; the last of several first. */
  goesFirst?: (payload: T) => boolean;
  /** Jobs a worker handles at the same time. */
  concurrency: number;
}

export interface Producer<T> {
  /** Never throws, never waits: what Redis does not take is lost, so MySQL must know of it too. */
  add(payloads: readonly T[]): void;
  close(): Promise<void>;
}

export interface QueueWorker {
  /** While paused it takes nothing new, so that other workers have it. */
  pause(): void;
  resume(): void;
  /** Takes nothing new, waits for what is in hand for at most `patienceMs` and leaves the rest to other workers. */
  close(timeoutMs: number): Promise<void>;
}

export interface QueueDefinition<T> {
  produce(link: { redis: RedisLink; log: Logger }): Producer<T>;
  work(
    link: { redis: RedisLink; log: Logger },
    handle: (payload: T, about: { queueJobId: string; log: Logger }) => Promise<void>,
    options?: { concurrency?: number },
  ): QueueWorker;
}

/**
 * A killed worker's job is free again after the lock has run out and the next check has come by: 10 + 5 s at most,
 * where BullMQ's defaults take up to a minute.
 */
const LOCK_MS = 10_000;
const STALLED_CHECK_MS = 5_000;
/** A job that ends this many workers is not tried on another. */
const STALLED_MAX = 3;
const KEEP_COMPLETED = { age: 3_600, count: 1_000 };
const KEEP_FAILED = { age: 7 * 86_400, count: 5_000 };

/**
 * A BullMQ queue with a checked payload. BullMQ delivers at least once and makes up its own job ids (ids of ours may
 * be neither all digits nor hold a colon): a handler must claim its work in MySQL.
 */
export function defineQueue<T>(settings: QueueSettings<T>): QueueDefinition<T> {
  return {
    produce: (link) => createProducer(settings, link),
    work: (link, handle, options) => createWorker(settings, link, { handle, ...options }),
  };
}

const keyPrefix = (redis: RedisLink): string => `${redis.prefix}:queue`;

function createProducer<T>(
  { name, payload, retry, goesFirst = () => false }: QueueSettings<T>,
  { redis, log }: { redis: RedisLink; log: Logger },
): Producer<T> {
  let queue: Queue | undefined;
  let isFailing = false;
  /** Once when it begins and once when it is over: the database knows of every job. */
  const note = (err?: unknown): void => {
    if (err === undefined) {
      if (isFailing) log.info({ queue: name }, 'jobs are handed over through redis again');
      isFailing = false;
    } else if (isFailing) log.debug({ err, queue: name }, 'jobs were not queued');
    else {
      isFailing = true;
      log.warn({ err, queue: name }, 'jobs are not handed over through redis, executors find them in the database');
    }
  };
  // Made when Redis is first seen up: a queue that cannot greet its server stays broken.
  const open = (): Queue => {
    if (queue) return queue;
    queue = new Queue(name, {
      connection: redis.commands,
      prefix: keyPrefix(redis),
      skipWaitingForReady: true,
      defaultJobOptions: {
        attempts: retry.attempts,
        backoff: { type: 'exponential', delay: retry.backoffMs },
        removeOnComplete: KEEP_COMPLETED,
        removeOnFail: KEEP_FAILED,
      },
    });
    queue.on('error', (err) => log.debug({ err, queue: name }, 'queue'));
    return queue;
  };
  return {
    add(payloads) {
      if (payloads.length === 0) return;
      if (!redis.isUp()) {
        note(new Error(`redis is ${redis.state()}`));
        return;
      }
      const toJob = (item: T) => ({ name, data: payload.parse(item), opts: { lifo: goesFirst(item) } });
      try {
        const jobs = payloads.map(toJob);
        const add = async () => open().addBulk(jobs);
        add().then(() => note(), note);
      } catch (err) {
        log.warn({ err, queue: name, jobs: payloads.length }, 'jobs were not queued');
      }
    },
    async close() {
      // The connection is the process's own and stays open.
      await queue?.close().catch((err: unknown) => log.debug({ err, queue: name }, 'while closing the queue'));
    },
  };
}

function createWorker<T>(
  { name, payload, concurrency: usual }: QueueSettings<T>,
  { redis, log }: { redis: RedisLink; log: Logger },
  {
    handle,
    concurrency = usual,
  }: {
    handle: (payload: T, about: { queueJobId: string; log: Logger }) => Promise<void>;
    concurrency?: number;
  },
): QueueWorker {
  // A worker waits for Redis as long as it takes, and its blocking reads have no time limit.
  const connection = redis.commands.duplicate({
    maxRetriesPerRequest: null,
    enableOfflineQueue: true,
    commandTimeout: undefined,
  });
  connection.on('error', () => undefined); // the commands link tells the story once
  const handleJob = async (job: Job): Promise<void> => {
    const queueJobId = job.id ?? '';
    const jobLog = log.child({ queue: name, queueJobId });
    const parsed = payload.safeParse(job.data);
    if (!parsed.success) throw new UnrecoverableError(`not a payload of ${name}: ${parsed.error.message}`);
    await handle(parsed.data, { queueJobId, log: jobLog });
  };
  const worker = new Worker(name, handleJob, {
    connection,
    prefix: keyPrefix(redis),
    concurrency,
    lockDuration: LOCK_MS,
    stalledInterval: STALLED_CHECK_MS,
    maxStalledCount: STALLED_MAX,
    runRetryDelay: 1_000,
  });
  worker.on('error', (err) => log.debug({ err, queue: name }, 'queue worker'));
  worker.on('stalled', (queueJobId) =>
    log.warn({ queue: name, queueJobId }, 'a worker died with a job, it is run again'),
  );
  worker.on('failed', (job, err) =>
    log.warn({ err, queue: name, queueJobId: job?.id, attempt: job?.attemptsMade }, 'a queued job failed'),
  );
  return {
    pause: () => void worker.pause(true).catch((err: unknown) => log.debug({ err, queue: name }, 'while pausing')),
    resume: () =>
      void Promise.resolve(worker.resume()).catch((err: unknown) => log.debug({ err, queue: name }, 'while resuming')),
    async close(timeoutMs) {
      // Without Redis there is nothing to hand back, and BullMQ would wait for it.
      const timeout = redis.isUp() ? timeoutMs : 0;
      const closing = worker
        .close(timeout === 0)
        .catch((err: unknown) => log.debug({ err, queue: name }, 'while closing the worker'));
      const isClosed = await Promise.race([closing.then(() => true), elapsed(timeout)]);
      if (!isClosed) void worker.close(true).catch(() => undefined);
      connection.disconnect();
    },
  };
}

const elapsed = (ms: number): Promise<false> =>
  new Promise((resolve) => {
    setTimeout(() => resolve(false), ms).unref();
  });
