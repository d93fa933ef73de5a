import { z } from 'zod';
import type { Context } from '../context.js';
import {
  isOverdue,
  SCHEDULED_JOB_NAMES,
  type RunTrigger,
  type ScheduledJobName,
} from '../core/operations/scheduled-jobs.js';
import { defineQueue } from '../infra/redis/queue-kit.js';
import { repeat } from '../infra/repeat.js';
import { waitAtMost } from '../infra/with-timeout.js';
import { runScheduledJob, type ScheduledWorks } from './run-scheduled-job.js';
import { addMissingJobs, readScheduledJobs, SCHEDULE_QUEUE, type ScheduledJobRow } from './scheduled-job.store.js';

export const scheduledJobsQueue = defineQueue<{ name: ScheduledJobName }>({
  name: SCHEDULE_QUEUE,
  payload: z.object({ name: z.enum(SCHEDULED_JOB_NAMES as [ScheduledJobName, ...ScheduledJobName[]]) }),
  retry: { attempts: 1, backoffMs: 1_000 },
  concurrency: SCHEDULED_JOB_NAMES.length,
});

const LOOK_MS = 1_000;
/** How often the schedules in Redis are compared with the database when nothing was changed. */
const COMPARE_MS = 10_000;
const STOP_TIMEOUT_MS = 5_000;

type SchedulerContext = Pick<Context, 'db' | 'clock' | 'log' | 'redis'>;

/**
 * Runs the scheduled jobs of `cron_job_configs`, in one process of all. BullMQ's schedules wake a process for each run;
 * their intervals follow the database within a second or two, and come back after Redis lost them. A run that they miss,
 * because Redis is away, is begun by the first process that sees it is overdue. Manual runs are begun here too.
 */
export function startScheduler(
  ctx: SchedulerContext,
  works: ScheduledWorks,
  { lookMs = LOOK_MS, compareMs = COMPARE_MS }: { lookMs?: number; compareMs?: number } = {},
): { stop(): Promise<void> } {
  const { db, clock, log } = ctx;
  const stopping = new AbortController();
  const running = new Map<ScheduledJobName, Promise<void>>();
  const schedules = scheduledJobsQueue.schedules(ctx);
  let areJobsThere = false;
  let set: { key: string; at: number } | undefined;

  const begin = (name: ScheduledJobName, trigger: RunTrigger): Promise<void> => {
    const known = running.get(name);
    if (known || stopping.signal.aborted) return known ?? Promise.resolve();
    const run = runScheduledJob(ctx, { name, trigger, works, stopping: stopping.signal })
      .then(
        (outcome) => log.debug({ job: name, outcome }, 'a scheduled job was asked to run'),
        (err: unknown) => log.warn({ err, job: name }, 'a scheduled job could not be run; it is tried again'),
      )
      .finally(() => running.delete(name));
    running.set(name, run);
    return run;
  };
  /** Redis forgets schedules when it is flushed or replaced, so they are compared now and then. */
  const setSchedules = async (jobs: readonly ScheduledJobRow[]): Promise<void> => {
    const active = jobs.filter(({ status }) => status === 'ACTIVE');
    const key = JSON.stringify([ctx.redis.isUp(), active.map(({ name, intervalMs }) => [name, intervalMs])]);
    if (set?.key === key && performance.now() - set.at < compareMs) return;
    await schedules.set(
      new Map(active.map(({ name, intervalMs }) => [name, { everyMs: intervalMs, payload: { name } }])),
    );
    set = { key, at: performance.now() };
  };
  const looking = repeat(lookMs, async (isStopped) => {
    try {
      if (!areJobsThere) await addMissingJobs(db);
      areJobsThere = true;
      const jobs = await readScheduledJobs(db);
      if (isStopped()) return;
      for (const job of jobs) {
        if (job.isRequested && !job.isBusy) void begin(job.name, 'MANUAL');
        else if (isOverdue(job, clock.now())) void begin(job.name, 'SCHEDULED');
      }
      await setSchedules(jobs).catch((err: unknown) => log.debug({ err }, 'the schedules could not be compared'));
    } catch (err) {
      log.warn({ err }, 'the scheduled jobs could not be read; it is tried again');
    }
  });
  const worker = scheduledJobsQueue.work(ctx, ({ name }) => begin(name, 'SCHEDULED'));
  return {
    async stop() {
      stopping.abort(new Error('the process stops'));
      await Promise.all([looking.stop(), worker.close(STOP_TIMEOUT_MS)]);
      await waitAtMost(Promise.all(running.values()), STOP_TIMEOUT_MS);
      await schedules.close();
    },
  };
}
