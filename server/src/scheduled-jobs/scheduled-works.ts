import type { Context } from '../context.js';
import type { TradeMode } from '../core/domain.js';
import { isSafetyJob } from '../core/operations/scheduled-jobs.js';
import { writeBackup } from '../backup/write-backup.js';
import { hasAnyUser } from '../setup/setup.store.js';
import { escalateAlerts } from '../alerts/escalate-alerts.js';
import { syncDueBalances } from '../accounts/sync-balances.js';
import { checkCoverage } from '../exits/check-coverage.js';
import { sweepTriggers } from '../exits/sweep-triggers.js';
import { version } from '../infra/version.js';
import { recoverOrders } from '../orders/recover/recover-orders.js';
import { checkServers } from '../notifications/settings/check-servers.js';
import { retryNotifications } from '../notifications/deliver/start-notifier.js';
import { checkOpenPrices } from '../prices/check-open-prices.js';
import { syncOrders } from '../reconciliation/sync-orders.js';
import { verifyTotals } from '../reports/verify-totals.js';
import { cleanUp } from '../system/clean-up.js';
import { monitorSystem } from '../system/monitor-system.js';
import { checkVaultCoverage } from '../vaults/check-vault-coverage.js';
import { readRealVaultOwners } from '../vaults/vault-coverage.store.js';
import { watchLedger } from '../vaults/watch-ledger.js';
import { watchSignals } from '../webhooks/watch/watch-signals.js';
import type { ScheduledWorks } from './run-scheduled-job.js';
import { readScheduledJobs } from './scheduled-job.store.js';

/** An account that was compared less than this before, by whatever process, is left out. */
const ORDERS_NOT_WITHIN_MS = 45_000;
const LIMIT_ORDERS_AT_ONCE = 500;
const LEDGER_BUDGET_MS = 20_000;

/** What each scheduled job does. All of them are use cases that other parts call too; none has rules of its own. */
export function scheduledWorks(ctx: Context): ScheduledWorks {
  const limitOrders = (tradeMode: TradeMode) => async () => {
    const { looked, retried, failed, unreachable } = await recoverOrders(ctx, {
      limit: LIMIT_ORDERS_AT_ONCE,
      tradeModes: [tradeMode],
    });
    return { looked, retried, failed, unreachable };
  };
  return {
    sl_tp_monitor_real: () => sweepTriggers(ctx, { tradeMode: 'REAL' }),
    sl_tp_monitor_sim: () => sweepTriggers(ctx, { tradeMode: 'SIMULATION' }),
    limit_orders_monitor_real: limitOrders('REAL'),
    limit_orders_monitor_sim: limitOrders('SIMULATION'),
    balances_sync_real: () => syncDueBalances(ctx),
    orders_sync_real: () => syncOrders(ctx, { notWithinMs: ORDERS_NOT_WITHIN_MS }),
    vault_balance_monitor: async () => {
      const owners = await readRealVaultOwners(ctx.db);
      for (const owner of owners) await checkVaultCoverage(ctx, owner);
      return { owners: owners.length };
    },
    price_sync: () => checkOpenPrices(ctx),
    system_monitor: async () => {
      const jobs = await readScheduledJobs(ctx.db);
      const paused = jobs.filter(({ name, status }) => isSafetyJob(name) && status !== 'ACTIVE');
      return monitorSystem(ctx, { disks: ['/'], pausedSafetyJobs: paused.map(({ name }) => name) });
    },
    ledger_verify: ({ last, signal }) => {
      const after = Number((last as { next?: unknown } | null)?.next ?? 0);
      return watchLedger(ctx, { after, budgetMs: LEDGER_BUDGET_MS, signal });
    },
    database_backup: async ({ signal }) => {
      const {
        BACKUP_DIR: dir,
        BACKUP_KEEP: keep,
        BACKUP_AGE_RECIPIENT: recipient,
        DATABASE_URL: databaseUrl,
      } = ctx.env;
      if (dir === undefined) return { skipped: 'BACKUP_DIR is not set' };
      // Empty backups would push out those that somebody brought here to restore.
      if (!(await hasAnyUser(ctx.db))) return { skipped: 'there is no user yet' };
      return writeBackup(
        { databaseUrl, dir, product: version, recipient },
        { now: new Date(ctx.clock.now()), keep, signal },
      );
    },
    totals_verify: ({ last, signal }) => {
      const after = Number((last as { next?: unknown } | null)?.next ?? 0);
      return verifyTotals(ctx, { after, budgetMs: LEDGER_BUDGET_MS, signal });
    },
    alert_escalation: () => escalateAlerts(ctx),
    position_coverage: () => checkCoverage(ctx),
    signal_watch: ({ config }) => {
      const days = (config as { silentDays?: unknown } | null)?.silentDays;
      return watchSignals(ctx, typeof days === 'number' && days > 0 ? { silentDays: days } : {});
    },
    notification_retry: async ({ signal }) => {
      const retried = await retryNotifications(ctx, { signal });
      return { ...retried, ...(await checkServers(ctx, { signal })) };
    },
    retention_cleanup: ({ config, signal }) => cleanUp(ctx, { config, signal }),
  };
}
