import { expect, it } from 'vitest';
import { monitorAlerts, type MonitorFacts, type ProcessStanding } from './monitor-alerts.js';

const NOW = 1_800_000_000_000;
const process = (over: Partial<ProcessStanding> = {}): ProcessStanding => ({
  ...{ service: 'EXECUTOR', processId: 7, status: 'running', seenAt: NOW - 5_000 },
  ...{ cpuPct: [10, 12, 9], memoryPct: 20, loopDelayMs: [30] },
  ...over,
});
const alerts = (over: Partial<MonitorFacts>) =>
  monitorAlerts({
    ...{ now: NOW, processes: [process()], disks: [{ path: '/', usedPct: 50 }] },
    ...{ backlog: { waiting: 0, oldestMs: 0 }, pausedSafetyJobs: [] },
    ...over,
  }).map(({ type, subject }) => `${type} ${subject}`);

it('a healthy installation has no alert', () => {
  expect(alerts({})).toEqual([]);
});

it('a service is down when none of its processes has reported for 90 seconds', () => {
  expect(alerts({ processes: [process({ seenAt: NOW - 90_000 })] })).toEqual([]);
  expect(alerts({ processes: [process({ seenAt: NOW - 90_001 })] })).toEqual(['SERVICE_DOWN EXECUTOR']);
  const stopped = process({ seenAt: NOW - 100_000, status: 'stopped' });
  expect(alerts({ processes: [stopped] })).toEqual([]);
});

it('one dead process of a service that still runs is a stuck process', () => {
  const dead = process({ processId: 8, seenAt: NOW - 120_000 });
  expect(alerts({ processes: [process(), dead] })).toEqual(['PROCESS_STUCK EXECUTOR:8']);
  expect(alerts({ processes: [process(), { ...dead, status: 'stopped' }] })).toEqual([]);
});

it('a load above 90 percent counts only when three rows in a row have it', () => {
  expect(alerts({ processes: [process({ cpuPct: [95, 95] })] })).toEqual([]);
  expect(alerts({ processes: [process({ cpuPct: [95, 20, 95] })] })).toEqual([]);
  expect(alerts({ processes: [process({ cpuPct: [95, 91, 99] })] })).toEqual(['HIGH_CPU EXECUTOR:7']);
  expect(alerts({ processes: [process({ memoryPct: 90.5 })] })).toEqual(['HIGH_MEMORY EXECUTOR:7']);
  expect(alerts({ processes: [process({ loopDelayMs: [11_000, 20] })] })).toEqual(['PROCESS_STUCK EXECUTOR:7']);
});

it('disks, waiting jobs and a paused safety net have alerts of their own', () => {
  expect(alerts({ disks: [{ path: '/data', usedPct: 90.1 }] })).toEqual(['HIGH_DISK_USAGE /data']);
  expect(alerts({ backlog: { waiting: 3, oldestMs: 61_000 } })).toEqual(['QUEUE_BACKLOG jobs']);
  expect(alerts({ backlog: { waiting: 501, oldestMs: 10 } })).toEqual(['QUEUE_BACKLOG jobs']);
  expect(alerts({ pausedSafetyJobs: ['sl_tp_monitor_real'] })).toEqual(['SAFETY_JOB_PAUSED sl_tp_monitor_real']);
});
