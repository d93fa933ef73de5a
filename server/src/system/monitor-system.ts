import { statfs } from 'node:fs/promises';
import type { Context } from '../context.js';
import { MONITOR_ALERTS, monitorAlerts, type MonitorFacts } from '../core/operations/monitor-alerts.js';
import { closeAlert, openAlert, readOpenKeys } from '../alerts/alert-writes.store.js';
import { readBacklog, readProcesses } from './monitor.store.js';

/**
 * Reads how processes, disks and waiting jobs stand, opens an alert for admins for each thing that is wrong, and ends
 * those that are over. `disks`: folders whose disks are checked on this machine.
 */
export async function monitorSystem(
  ctx: Pick<Context, 'db' | 'clock' | 'log'>,
  { disks, pausedSafetyJobs }: { disks: readonly string[]; pausedSafetyJobs: readonly string[] },
): Promise<{ processes: number; alerts: string[] }> {
  const now = ctx.clock.now();
  const [processes, backlog] = await Promise.all([readProcesses(ctx.db), readBacklog(ctx.db)]);
  const facts: MonitorFacts = { now, processes, disks: await readDisks(disks), backlog, pausedSafetyJobs };
  const alerts = monitorAlerts(facts).map((alert) => ({ ...alert, openKey: `${alert.type}:${alert.subject}` }));
  for (const { type, severity, message, openKey } of alerts) {
    await openAlert(ctx.db, { type, severity, message, openKey, userId: null });
  }
  const present = new Set(alerts.map(({ openKey }) => openKey));
  for (const type of MONITOR_ALERTS) {
    const open = await readOpenKeys(ctx.db, `${type}:`);
    for (const openKey of open.filter((key) => !present.has(key))) await closeAlert(ctx.db, { openKey, now });
  }
  return { processes: processes.length, alerts: [...present] };
}

async function readDisks(paths: readonly string[]): Promise<MonitorFacts['disks']> {
  const disks = paths.map(async (path) => {
    const { blocks, bavail } = await statfs(path);
    return { path, usedPct: blocks === 0 ? 0 : 100 * (1 - bavail / blocks) };
  });
  return Promise.all(disks);
}
