import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { keepDays, RETENTION, RETENTION_RULES } from './retention.js';
import {
  admitRun,
  intervalLimits,
  isOverdue,
  SCHEDULED_JOB_NAMES,
  SCHEDULED_JOBS,
  type JobStanding,
} from './scheduled-jobs.js';

const NOW = 1_800_000_000_000;
const standing = (over: Partial<JobStanding> = {}): JobStanding => ({
  ...{ status: 'ACTIVE', intervalMs: 30_000, lastStartedAt: NOW - 30_000, isBusy: false },
  ...over,
});
const scheduled = (over: Partial<JobStanding>) => admitRun(standing(over), { mustBeDue: true, now: NOW });
const manual = (over: Partial<JobStanding>) => admitRun(standing(over), { mustBeDue: false, now: NOW });

it('a scheduled run needs an active job that is due', () => {
  expect(scheduled({})).toBe('RUN');
  expect(scheduled({ lastStartedAt: null })).toBe('RUN');
  expect(scheduled({ lastStartedAt: NOW - 23_000 })).toBe('NOT_DUE');
  expect(scheduled({ status: 'PAUSED' })).toBe('PAUSED');
  expect(scheduled({ status: 'DISABLED' })).toBe('PAUSED');
  // The clock of the database was set back: waiting for the old time would pause the job for as long.
  expect(scheduled({ lastStartedAt: NOW + 60_000 })).toBe('RUN');
});

it('a manual run needs neither, and no run overlaps another', () => {
  expect(manual({ status: 'PAUSED', lastStartedAt: NOW })).toBe('RUN');
  expect(manual({ isBusy: true })).toBe('BUSY');
  expect(scheduled({ isBusy: true })).toBe('BUSY');
});

it('whatever the schedule in Redis does, an overdue run may begin', () => {
  const one = fc.record({
    status: fc.constantFrom('ACTIVE', 'PAUSED', 'DISABLED') as fc.Arbitrary<JobStanding['status']>,
    intervalMs: fc.integer({ min: 5_000, max: 7 * 86_400_000 }),
    lastStartedAt: fc.option(fc.integer({ min: NOW - 8 * 86_400_000, max: NOW })),
    isBusy: fc.boolean(),
  });
  fc.assert(
    fc.property(one, (job) => {
      if (isOverdue(job, NOW)) expect(admitRun(job, { mustBeDue: true, now: NOW })).toBe('RUN');
    }),
  );
});

it('the eleven jobs of the data document are there, and each default lies within its limits', () => {
  const names = ['sl_tp_monitor_real', 'sl_tp_monitor_sim', 'limit_orders_monitor_real', 'limit_orders_monitor_sim'];
  const others = ['balances_sync_real', 'orders_sync_real', 'vault_balance_monitor', 'price_sync', 'system_monitor'];
  expect(SCHEDULED_JOB_NAMES).toEqual(
    expect.arrayContaining([...names, ...others, 'notification_retry', 'retention_cleanup']),
  );
  for (const name of SCHEDULED_JOB_NAMES) {
    const { leastMs, mostMs } = intervalLimits(name);
    expect(SCHEDULED_JOBS[name].intervalMs).toBeGreaterThanOrEqual(leastMs);
    expect(SCHEDULED_JOBS[name].intervalMs).toBeLessThanOrEqual(mostMs);
  }
});

it('rows are kept as long as the setting says, but never shorter than the least', () => {
  for (const rule of RETENTION_RULES) {
    const { days, leastDays } = RETENTION[rule];
    expect(keepDays(rule, null)).toBe(days);
    expect(keepDays(rule, { keepDays: { [rule]: 400 } })).toBe(400);
    expect(keepDays(rule, { keepDays: { [rule]: -5 } })).toBe(leastDays);
    expect(keepDays(rule, { keepDays: { [rule]: 'soon' } })).toBe(days);
  }
});

it.each(['en', 'pt-BR'])('the page has a name for every job in %s', async (language) => {
  const file = new URL(`../../../../web/src/messages/pages/admin.${language}.json`, import.meta.url);
  const { schedule } = JSON.parse(await readFile(file, 'utf8')) as { schedule: { jobs: Record<string, string> } };
  expect(Object.keys(schedule.jobs).sort()).toEqual([...SCHEDULED_JOB_NAMES].sort());
});
