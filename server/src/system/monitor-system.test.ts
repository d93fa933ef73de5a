import { expect, it } from 'vitest';
import { createTestContext } from '../testing/test-context.js';
import { makeJob, makeUser } from '../testing/make.js';
import type { TestDatabase } from '../testing/services/test-database.js';
import { useTestDatabase } from '../testing/services/use-test-database.js';
import { cleanUp } from './clean-up.js';
import { monitorSystem } from './monitor-system.js';

let t: TestDatabase;
useTestDatabase((made) => (t = made));
const openAlerts = async () => {
  const rows = await t.db.prisma.systemAlert.findMany({ where: { resolved_at: null }, orderBy: { id: 'asc' } });
  return rows.map(({ open_key }) => open_key);
};
const beat = (service: string, processId: number, secondsAgo: number, over: object = {}) =>
  t.db.prisma.systemMonitoringLog.create({
    data: {
      ...{ service_name: service, process_id: processId, status: 'running', cpu_usage: '10', memory_usage: '10' },
      timestamp: new Date(Date.now() - secondsAgo * 1_000),
      ...over,
    },
  });

it('raises an alert for a dead service, a dead process, load and waiting jobs, and ends them when they are over', async () => {
  const ctx = createTestContext(t.db);
  const monitor = (pausedSafetyJobs: string[] = []) => monitorSystem(ctx, { disks: ['/'], pausedSafetyJobs });
  await beat('API', 1, 100);
  await beat('EXECUTOR', 2, 5);
  await beat('EXECUTOR', 3, 200);
  for (const ago of [3, 18, 33]) await beat('MONITORS', 4, ago, { cpu_usage: '96', memory_usage: '91' });
  const job = await makeJob(t.db, { status: 'PENDING' });
  await t.db.query('UPDATE trade_jobs SET created_at = UTC_TIMESTAMP(3) - INTERVAL 90 SECOND WHERE id = ?', [job.id]);
  await monitor(['sl_tp_monitor_sim']);
  const expected = ['SERVICE_DOWN:API', 'PROCESS_STUCK:EXECUTOR:3', 'HIGH_CPU:MONITORS:4', 'HIGH_MEMORY:MONITORS:4'];
  const all = [...expected, 'QUEUE_BACKLOG:jobs', 'SAFETY_JOB_PAUSED:sl_tp_monitor_sim'];
  expect((await openAlerts()).toSorted()).toEqual(all.toSorted());
  // Again: one open alert per type and subject.
  await monitor(['sl_tp_monitor_sim']);
  expect(await openAlerts()).toHaveLength(all.length);

  await beat('API', 9, 1);
  await beat('EXECUTOR', 3, 0, { status: 'stopped' });
  await beat('MONITORS', 4, 0);
  await t.db.query("UPDATE trade_jobs SET status = 'SKIPPED' WHERE id = ?", [job.id]);
  await monitor();
  expect(await openAlerts()).toEqual(['PROCESS_STUCK:API:1']);
});

it('deletes what is older than its time, in steps, and nothing else', async () => {
  const user = await makeUser(t.db);
  const days = (count: number) => new Date(Date.now() - count * 86_400_000);
  await t.db.prisma.systemMonitoringLog.deleteMany();
  await t.db.prisma.systemMonitoringLog.createMany({
    data: [...Array<number>(1_100).fill(40), 29].map((age) => ({
      service_name: 'API',
      status: 'running',
      timestamp: days(age),
    })),
  });
  await t.db.prisma.loginHistory.createMany({
    data: [400, 366, 300].map((age) => ({ user_id: user.id, success: true, created_at: days(age) })),
  });
  await t.db.query(
    `INSERT INTO live_events (user_id, seq, topic, entity_id, created_at) VALUES (?, 1, 'JOB', 1, ?), (?, 2, 'JOB', 1, ?)`,
    [user.id, days(20), user.id, days(5)],
  );
  const signal = new AbortController().signal;
  const deleted = await cleanUp({ db: t.db }, { config: { keepDays: { live_events: 1 } }, signal });
  // The setting of one day is less than the least of two.
  expect(deleted).toMatchObject({ system_monitoring_logs: 1_100, login_history: 2, live_events: 2 });
  expect(await t.db.prisma.systemMonitoringLog.count()).toBe(1);
  expect(await t.db.prisma.loginHistory.count({ where: { user_id: user.id } })).toBe(1);
  expect(await cleanUp({ db: t.db }, { config: null, signal })).toMatchObject({ system_monitoring_logs: 0 });
});
