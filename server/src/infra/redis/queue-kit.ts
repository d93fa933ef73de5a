import { Queue, UnrecoverableError, Worker, type Job } from 'bullmq';
import type { Logger } from 'pino';
import type { z } from 'zod';
import { withTimeout } from '../with-timeout.js';
import type { RedisLink } from './redis.js';

/** The definition of a queue. Producers and workers are created from it, so that both agree. */
export interface QueueSettings<T> {
  /** Lower-case letters and dashes, because it is part of Redis keys. */
  name: string;
  /** Checked when a job is added and again when it is taken. */
  payload: z.ZodType<T>;
  /** `attempts` in total. The wait before the next attempt doubles from `backoffMs`. */
  retry: { attempts: number; backoffMs: number };
  /** Such a job is taken before all waiting jobs. Of several such jobs, the last one is first. */
  goesFirst?: (payload: T) => boolean;
  /** The number of jobs that a worker handles at the same time. */
  concurrency: number;
}

export interface Producer<T> {
  /** Never throws and never waits. A job that Redis does not accept is lost, so MySQL must store it too. */
  add(payloads: readonly T[]): void;
  close(): Promise<void>;
}

export interface QueueWorker {
  /** While paused, it takes no new jobs, so that other workers get them. */
  pause(): void;
  resume(): void;
  /** Takes no new jobs, waits at most `timeoutMs` for running jobs and leaves the rest to other workers. */
  close(timeoutMs: number): Promise<void>;
}

/** Jobs that the queue adds again and again by itself. */
export interface Schedules<T> {
  /**
   * Makes the schedules in Redis equal to these, by id: adds, changes the interval, removes. Does nothing while Redis
   * is away. What is already right is not touched.
   */
  set(wanted: ReadonlyMap<string, { everyMs: number; payload: T }>): Promise<void>;
  close(): Promise<void>;
}

/** How many jobs of a queue are in each state. */
export interface QueueCounts {
  /** Ready, and not taken yet. */
  waiting: number;
  active: number;
  /** Tried again later, or scheduled. */
  delayed: number;
  failed: number;
  completed: number;
}

export interface QueueDefinition<T> {
  name: string;
  /** Asks Redis; undefined while it is away. */
  counts(link: { redis: RedisLink; log: Logger }): Promise<QueueCounts | undefined>;
  schedules(link: { redis: RedisLink; log: Logger }): Schedules<T>;
  produce(link: { redis: RedisLink; log: Logger }): Producer<T>;
  work(
    link: { redis: RedisLink; log: Logger },
    handle: (payload: T, about: { queueJobId: string; log: Logger }) => Promise<void>,
    options?: { concurrency?: number },
  ): QueueWorker;
}

/**
 * The job of a killed worker is free again after its lock expires and the next check runs: after 10 + 5 s at most. With
 * BullMQ's defaults it takes up to a minute.
 */
const LOCK_MS = 10_000;
const STALLED_CHECK_MS = 5_000;
/** A job that has crashed this many workers is not tried again. */
const STALLED_MAX = 3;
const KEEP_COMPLETED = { age: 3_600, count: 1_000 };
/** The runs of schedules are rows of the database. */
const KEEP_SCHEDULED = { count: 10 };
const KEEP_FAILED = { age: 7 * 86_400, count: 5_000 };

/**
 * A BullMQ queue with a checked payload. BullMQ delivers at least once and creates its own job ids (custom ids must not
 * be all digits or contain a colon). So a handler must claim its work in MySQL.
 */
export function defineQueue<T>(settings: QueueSettings<T>): QueueDefinition<T> {
  return {
    name: settings.name,
    counts: (link) => readCounts(settings, link),
    produce: (link) => createProducer(settings, link),
    schedules: (link) => createSchedules(settings, link),
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
  /** Logs a failure once when it begins and once when it ends. No job is lost, because all are in the database. */
  const note = (err?: unknown): void => {
    if (err === undefined) {
      if (isFailing) log.info({ queue: name }, 'the redis queue works again');
      isFailing = false;
    } else if (isFailing) log.debug({ err, queue: name }, 'jobs were not queued');
    else {
      isFailing = true;
      log.warn({ err, queue: name }, 'the redis queue does not work, executors find jobs in the database');
    }
  };
  const open = (): Queue => (queue ??= openQueue({ name, retry }, { redis, log }));
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
      // The connection belongs to the process and stays open.
      await queue?.close().catch((err: unknown) => log.debug({ err, queue: name }, 'while closing the queue'));
    },
  };
}

/** Only when Redis is up: a queue that cannot reach its server at creation stays broken. */
function openQueue(
  { name, retry }: Pick<QueueSettings<unknown>, 'name' | 'retry'>,
  { redis, log }: { redis: RedisLink; log: Logger },
): Queue {
  const queue = new Queue(name, {
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
}

const COUNTS_TIMEOUT_MS = 1_000;

async function readCounts(
  settings: Pick<QueueSettings<unknown>, 'name' | 'retry'>,
  { redis, log }: { redis: RedisLink; log: Logger },
): Promise<QueueCounts | undefined> {
  if (!redis.isUp()) return undefined;
  const queue = openQueue(settings, { redis, log });
  try {
    const states = ['waiting', 'prioritized', 'active', 'delayed', 'failed', 'completed'] as const;
    const found = await withTimeout(queue.getJobCounts(...states), COUNTS_TIMEOUT_MS);
    const of = (...names: (typeof states)[number][]) => names.reduce((sum, name) => sum + (found[name] ?? 0), 0);
    return {
      ...{ waiting: of('waiting', 'prioritized'), active: of('active'), delayed: of('delayed') },
      ...{ failed: of('failed'), completed: of('completed') },
    };
  } catch (err) {
    log.debug({ err, queue: settings.name }, 'the queue could not be counted');
    return undefined;
  } finally {
    await queue.close().catch(() => undefined);
  }
}

const SCHEDULES_MAX = 1_000;

function createSchedules<T>(
  settings: QueueSettings<T>,
  { redis, log }: { redis: RedisLink; log: Logger },
): Schedules<T> {
  let queue: Queue | undefined;
  return {
    async set(wanted) {
      if (!redis.isUp()) return;
      queue ??= openQueue(settings, { redis, log });
      const known = new Map(
        (await queue.getJobSchedulers(0, SCHEDULES_MAX)).map(({ key, every }) => [key, Number(every)]),
      );
      for (const [id, { everyMs, payload }] of wanted) {
        if (known.get(id) === everyMs) continue;
        const data = settings.payload.parse(payload);
        const opts = { removeOnComplete: KEEP_SCHEDULED, removeOnFail: KEEP_SCHEDULED, attempts: 1 };
        await queue.upsertJobScheduler(id, { every: everyMs }, { name: id, data, opts });
      }
      for (const id of known.keys()) if (!wanted.has(id)) await queue.removeJobScheduler(id);
    },
    async close() {
      await queue?.close().catch((err: unknown) => log.debug({ err, queue: settings.name }, 'while closing the queue'));
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
  // A worker waits for Redis without a limit, and its blocking reads have no timeout.
  const connection = redis.commands.duplicate({
    maxRetriesPerRequest: null,
    enableOfflineQueue: true,
    commandTimeout: undefined,
  });
  connection.on('error', () => undefined); // the commands connection logs it once
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
    log.warn({ queue: name, queueJobId }, 'a worker died during a job, the job runs again'),
  );
  worker.on('failed', (job, err) =>
    log.warn({ err, queue: name, queueJobId: job?.id, attempt: job?.attemptsMade }, 'a queued job failed'),
  );
  return {
    pause: () => void worker.pause(true).catch((err: unknown) => log.debug({ err, queue: name }, 'while pausing')),
    resume: () =>
      void Promise.resolve(worker.resume()).catch((err: unknown) => log.debug({ err, queue: name }, 'while resuming')),
    async close(timeoutMs) {
      // Without Redis there is nothing to release, and BullMQ would wait for it.
      const timeout = redis.isUp() ? timeoutMs : 0;
      const closing = worker
        .close(timeout === 0)
        .catch((err: unknown) => log.debug({ err, queue: name }, 'while closing the worker'));
      const isClosed = await withTimeout(closing, timeout).then(
        () => true,
        () => false,
      );
      if (!isClosed) void worker.close(true).catch(() => undefined);
      connection.disconnect();
    },
  };
}
