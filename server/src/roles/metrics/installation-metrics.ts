import { stat } from 'node:fs/promises';
import path from 'node:path';
import { listBackups } from '../../backup/write-backup.js';
import type { Context } from '../../context.js';
import { count, replace } from '../../infra/metrics/metrics.js';
import { withTimeout } from '../../infra/with-timeout.js';
import { readInstallationFacts, type InstallationFacts } from '../../system/metrics/metrics.store.js';

/** Prometheus and several people may ask at once: the database is asked at most this often. */
const KEPT_MS = 5_000;
const TIMEOUT_MS = 2_000;

type Reads = Pick<Context, 'db'> & { env: Pick<Context['env'], 'BACKUP_DIR'> };

/**
 * Reads the series of the installation when they are older than five seconds. Never throws: what cannot be read in time
 * is missing from the answer, and counted.
 */
export function createInstallationMetrics({ db, env }: Reads, keptMs = KEPT_MS): () => Promise<void> {
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;
  const read = async (): Promise<void> => {
    await Promise.all([
      withTimeout(readInstallationFacts(db), TIMEOUT_MS).then(show, () => {
        forget();
        count('scrape_errors_total', { source: 'database' });
      }),
      withTimeout(showBackups(env.BACKUP_DIR), TIMEOUT_MS).catch(() => {
        count('scrape_errors_total', { source: 'backups' });
      }),
    ]);
    readAt = performance.now();
  };
  return async () => {
    if (!reading && performance.now() - readAt < keptMs) return;
    reading ??= read().finally(() => {
      reading = undefined;
    });
    await reading;
  };
}

function show(facts: InstallationFacts): void {
  const number = (rows: readonly { status: string; n: number }[], status: string) =>
    rows.find((row) => row.status === status)?.n ?? 0;
  replace(
    'jobs_open',
    ['PENDING', 'EXECUTING', 'PENDING_LIMIT', 'PARTIALLY_FILLED'].map((status) => [
      { status },
      number(facts.jobs, status),
    ]),
  );
  replace('oldest_pending_job_seconds', facts.oldestPendingSec);
  replace(
    'orders_unresolved',
    ['SENDING', 'UNKNOWN'].map((status) => [{ status }, number(facts.orders, status)]),
  );
  replace('oldest_unresolved_order_seconds', facts.oldestOrderSec);
  const positions = (mode: string) => facts.positions.find(({ tradeMode }) => tradeMode === mode)?.n ?? 0;
  replace(
    'positions_open',
    ['REAL', 'SIMULATION'].map((trade_mode) => [{ trade_mode }, positions(trade_mode)]),
  );
  replace(
    'positions_unsellable',
    facts.positions.reduce((sum, { unsellable }) => sum + unsellable, 0),
  );
  const alerts = (severity: string) => facts.alerts.find((row) => row.severity === severity)?.n ?? 0;
  replace(
    'alerts_open',
    ['low', 'medium', 'high', 'critical'].map((severity) => [{ severity }, alerts(severity)]),
  );
  replace('trading_halted', Number(facts.isHalted));
  replace('accounts_paused', facts.pausedAccounts);
  const jobs = facts.scheduledJobs;
  const known = (value: (job: (typeof jobs)[number]) => number | null) =>
    jobs.flatMap((job) => {
      const seconds = value(job);
      return seconds === null ? [] : [[{ name: job.name as string }, seconds] as const];
    });
  replace(
    'scheduled_job_last_success_timestamp_seconds',
    known(({ lastSuccessAt }) => lastSuccessAt),
  );
  replace(
    'scheduled_job_last_duration_seconds',
    known(({ lastDurationSec }) => lastDurationSec),
  );
  replace(
    'scheduled_job_interval_seconds',
    known(({ isActive, intervalSec }) => (isActive ? intervalSec : null)),
  );
}

/** A number that is no longer known must not look as if it were. */
function forget(): void {
  for (const name of [
    ...(['jobs_open', 'orders_unresolved', 'positions_open', 'alerts_open'] as const),
    ...(['scheduled_job_last_success_timestamp_seconds', 'scheduled_job_last_duration_seconds'] as const),
    ...(['scheduled_job_interval_seconds'] as const),
  ])
    replace(name, undefined);
  for (const name of [
    ...(['oldest_pending_job_seconds', 'oldest_unresolved_order_seconds', 'positions_unsellable'] as const),
    ...(['trading_halted', 'accounts_paused'] as const),
  ])
    replace(name, undefined);
}

async function showBackups(dir: string | undefined): Promise<void> {
  const backups = dir === undefined ? [] : await listBackups(dir);
  const [newest] = backups;
  const at = newest && dir !== undefined ? (await stat(path.join(dir, newest.name))).mtimeMs / 1_000 : undefined;
  replace('backups_kept', dir === undefined ? undefined : backups.length);
  replace('backup_last_timestamp_seconds', at);
  replace('backup_last_size_bytes', newest?.bytes);
}
