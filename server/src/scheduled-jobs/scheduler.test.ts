import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Context } from '../context.js';
import { SCHEDULED_JOB_NAMES, type ScheduledJobName } from '../core/operations/scheduled-jobs.js';
import { openRedis } from '../infra/redis/redis.js';
import { eventually, throughout } from '../testing/eventually.js';
import { makeUser } from '../testing/make.js';
import { startOwnRedis, type OwnRedis } from '../testing/services/own-redis.js';
import type { TestDatabase } from '../testing/services/test-database.js';
import { useTestDatabase } from '../testing/services/use-test-database.js';
import { createTestContext } from '../testing/test-context.js';
import type { ScheduledWork, ScheduledWorks } from './run-scheduled-job.js';
import { addMissingJobs, requestRun, writeJobInterval, writeJobStatus } from './scheduled-job.store.js';
import { startScheduler } from './scheduler.js';

let t: TestDatabase;
useTestDatabase((made) => (t = made));
const JOB: ScheduledJobName = 'vault_balance_monitor';
const ending: (() => Promise<unknown>)[] = [];

/** All jobs paused but one, which runs often and may be repeated. */
beforeEach(async () => {
  await addMissingJobs(t.db);
  await t.db.query('DELETE FROM cron_job_executions');
  await t.db.query("UPDATE cron_job_configs SET status = 'PAUSED', last_started_at = NULL, run_requested_at = NULL");
  await t.db.query(
    "UPDATE cron_job_configs SET status = 'ACTIVE', interval_ms = 300, timeout_ms = 60000, max_retries = 0 WHERE name = ?",
    [JOB],
  );
});
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

/** A process with the role monitors, with its own link to Redis; `job` is what JOB does. */
async function newProcess(
  job: ScheduledWork,
  redisUrl = process.env.REDIS_URL as string,
  prefix = `test-${process.pid}:`,
) {
  const redis = await openRedis(redisUrl, prefix);
  ending.push(() => redis.close());
  const idle = Object.fromEntries(
    SCHEDULED_JOB_NAMES.map((name) => [name, async () => ({})]),
  ) as unknown as ScheduledWorks;
  const ctx: Context = createTestContext(t.db, { redis });
  const scheduler = startScheduler(ctx, { ...idle, [JOB]: job }, { lookMs: 50, compareMs: 200 });
  ending.push(() => scheduler.stop());
  return { ctx, redis, stop: () => scheduler.stop() };
}
const runs = () =>
  t.db.prisma.cronJobExecution.findMany({ where: { job_config: { name: JOB } }, orderBy: { id: 'asc' } });
const statuses = async () => (await runs()).map(({ status }) => status);
const setJob = (set: string) => t.db.query(`UPDATE cron_job_configs SET ${set} WHERE name = ?`, [JOB]);

describe('The scheduled jobs', () => {
  it('run once per interval and never overlap, over three processes', async () => {
    let [running, most] = [0, 0];
    const work = async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 40));
      running--;
      return { done: 1 };
    };
    await Promise.all([newProcess(work), newProcess(work), newProcess(work)]);
    await eventually(async () =>
      expect((await statuses()).filter((one) => one === 'SUCCESS').length).toBeGreaterThan(4),
    );
    expect(most).toBe(1);
    const all = await runs();
    for (const [index, run] of all.slice(1).entries()) {
      expect(run.started_at.getTime() - (all[index]?.started_at.getTime() ?? 0)).toBeGreaterThanOrEqual(240);
    }
    expect(all[0]).toMatchObject({ triggered_by: 'SCHEDULED', result_json: { done: 1 }, held_until: null });
    expect(all[0]?.duration_ms).toBeGreaterThanOrEqual(39);
  });

  it('a run that takes too long is a TIMEOUT, and the next one waits until its work has really ended', async () => {
    await setJob('timeout_ms = 100');
    let finish = (): void => undefined;
    let begun = 0;
    const { stop } = await newProcess(() => {
      begun++;
      return begun === 1 ? new Promise((resolve) => (finish = () => resolve({}))) : Promise.resolve({});
    });
    await eventually(async () => expect(await statuses()).toEqual(['TIMEOUT']));
    await throughout(700, () => expect(begun).toBe(1));
    finish();
    await eventually(async () => expect(await statuses()).toContain('SUCCESS'));
    await stop();
    expect((await runs())[0]?.error_message).toMatch(/longer than 100 ms/);
  });

  it('a run whose process died becomes TIMEOUT instead of running for ever, and the job goes on', async () => {
    await t.db.query(
      `INSERT INTO cron_job_executions (job_config_id, started_at, status, triggered_by, holder, held_until)
       SELECT id, UTC_TIMESTAMP(3) - INTERVAL 60 SECOND, 'RUNNING', 'SCHEDULED', 'dead:1', UTC_TIMESTAMP(3) + INTERVAL 1 SECOND
         FROM cron_job_configs WHERE name = ?`,
      [JOB],
    );
    await newProcess(async () => ({}));
    await eventually(async () => expect((await statuses()).slice(0, 2)).toEqual(['TIMEOUT', 'SUCCESS']));
    const [dead, next] = await runs();
    expect(dead?.error_message).toMatch(/stopped reporting/);
    expect(next?.started_at.getTime()).toBeGreaterThanOrEqual((dead?.finished_at?.getTime() ?? 0) - 1);
  });

  it('pausing, resuming and another interval take effect without a restart', async () => {
    const { id: userId } = await makeUser(t.db);
    let begun = 0;
    await newProcess(async () => void begun++);
    await eventually(() => expect(begun).toBeGreaterThan(0));
    await writeJobStatus(t.db, JOB, { status: 'PAUSED', userId });
    await new Promise((resolve) => setTimeout(resolve, 300));
    const paused = begun;
    await throughout(900, () => expect(begun).toBe(paused));
    await writeJobInterval(t.db, JOB, { intervalMs: 60_000, userId });
    await writeJobStatus(t.db, JOB, { status: 'ACTIVE', userId });
    await throughout(900, () => expect(begun).toBeLessThanOrEqual(paused + 1));
    const slow = begun;
    await writeJobInterval(t.db, JOB, { intervalMs: 250, userId });
    await eventually(() => expect(begun).toBeGreaterThan(slow + 2));
    expect(await t.db.prisma.cronJobConfig.findUnique({ where: { name: JOB } })).toMatchObject({ updated_by: userId });
  });

  it('a run by hand begins although the job is paused, once, and says who asked', async () => {
    const { id: userId } = await makeUser(t.db);
    await setJob("status = 'PAUSED'");
    await Promise.all([newProcess(async () => ({})), newProcess(async () => ({}))]);
    await requestRun(t.db, JOB, userId);
    await eventually(async () => expect(await statuses()).toEqual(['SUCCESS']));
    await throughout(500, async () => expect(await statuses()).toEqual(['SUCCESS']));
    expect(await runs()).toMatchObject([{ triggered_by: 'MANUAL', requested_by: userId }]);
  });

  it('a failed run is repeated as often as it may, and three failures in a row alarm until one succeeds', async () => {
    await setJob('max_retries = 1, interval_ms = 60000');
    let isBroken = true;
    await newProcess(async () => {
      if (isBroken) throw new Error('the disk is away');
    });
    await eventually(async () => expect(await statuses()).toEqual(['FAILED', 'FAILED']));
    expect((await runs())[1]).toMatchObject({ triggered_by: 'SCHEDULED', error_message: 'the disk is away' });
    const alerts = () => t.db.prisma.systemAlert.findMany({ where: { alert_type: 'SCHEDULED_JOB_FAILED' } });
    expect(await alerts()).toEqual([]);
    await setJob('run_requested_at = UTC_TIMESTAMP(3)');
    await eventually(async () => expect(await alerts()).toMatchObject([{ resolved_at: null, severity: 'high' }]));
    isBroken = false;
    await setJob('run_requested_at = UTC_TIMESTAMP(3)');
    await eventually(async () => expect((await alerts())[0]?.resolved_at).not.toBeNull());
  });
});

describe('While Redis is away', () => {
  let own: OwnRedis;
  beforeEach(async () => {
    own = await startOwnRedis();
    ending.push(() => own.kill());
  });

  it('jobs go on by the database, and when Redis is back, so are its schedules', async () => {
    await setJob('interval_ms = 500');
    const { redis } = await newProcess(async () => ({}), own.url, 'own');
    const schedules = () => redis.commands.keys('own:queue:scheduled-jobs:repeat*');
    await eventually(async () => expect((await schedules()).length).toBeGreaterThan(0));
    await own.kill();
    const before = (await runs()).length;
    // An overdue run begins three seconds after its time.
    await eventually(async () => expect((await runs()).length).toBeGreaterThan(before + 1));
    await own.start();
    await eventually(async () => expect((await schedules()).length).toBeGreaterThan(0));
  });

  it('a flushed Redis gets its schedules back from the database', async () => {
    const { redis } = await newProcess(async () => ({}), own.url, 'own');
    const schedules = () => redis.commands.keys('own:queue:scheduled-jobs:repeat*');
    await eventually(async () => expect((await schedules()).length).toBeGreaterThan(0));
    await redis.commands.flushall();
    await eventually(async () => expect((await schedules()).length).toBeGreaterThan(0));
  });
});
