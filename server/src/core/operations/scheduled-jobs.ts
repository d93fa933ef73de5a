/**
 * The scheduled jobs of an installation: their names, what they do, and their settings at the first start. An admin can
 * change interval and state later; those of a running installation are in `cron_job_configs`.
 */
export interface ScheduledJobDefaults {
  /** For people. */
  description: string;
  intervalMs: number;
  /** A run that takes longer is recorded as TIMEOUT. */
  timeoutMs: number;
  /** How often a failed run is repeated at once, before the next interval. */
  maxRetries: number;
  /** The safety net of exits: it must stay frequent, and while it is paused admins have an alert. */
  isSafety?: true;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

export const SCHEDULED_JOBS = {
  sl_tp_monitor_real: {
    description: 'Checks the exits of all open REAL positions and fires those that the tick engine missed.',
    ...{ intervalMs: 30 * SECOND, timeoutMs: MINUTE, maxRetries: 0, isSafety: true },
  },
  sl_tp_monitor_sim: {
    description: 'Checks the exits of all open simulated positions and fires those that the tick engine missed.',
    ...{ intervalMs: 30 * SECOND, timeoutMs: MINUTE, maxRetries: 0, isSafety: true },
  },
  limit_orders_monitor_real: {
    description: 'Asks the exchanges about REAL limit orders and cancels those whose time is over.',
    ...{ intervalMs: 30 * SECOND, timeoutMs: 2 * MINUTE, maxRetries: 0 },
  },
  limit_orders_monitor_sim: {
    description: 'Asks the simulated exchange about limit orders and cancels those whose time is over.',
    ...{ intervalMs: 30 * SECOND, timeoutMs: MINUTE, maxRetries: 0 },
  },
  balances_sync_real: {
    description: 'Reads the balances of REAL accounts that were not read for five minutes.',
    ...{ intervalMs: 30 * SECOND, timeoutMs: 5 * MINUTE, maxRetries: 0 },
  },
  orders_sync_real: {
    description: 'Compares the orders and trades of REAL accounts with the exchange.',
    ...{ intervalMs: MINUTE, timeoutMs: 5 * MINUTE, maxRetries: 0 },
  },
  vault_balance_monitor: {
    description: 'Checks whether the accounts hold what the REAL vaults set apart.',
    ...{ intervalMs: 5 * MINUTE, timeoutMs: MINUTE, maxRetries: 1 },
  },
  price_sync: {
    description: 'Checks that every symbol with an open position has a fresh price somewhere, stream or poll.',
    ...{ intervalMs: 10 * SECOND, timeoutMs: 10 * SECOND, maxRetries: 0 },
  },
  system_monitor: {
    description: 'Checks processes, processor, memory, disk and waiting jobs, and raises alerts for admins.',
    ...{ intervalMs: 30 * SECOND, timeoutMs: 30 * SECOND, maxRetries: 0 },
  },
  ledger_verify: {
    description:
      'Computes every vault balance and position again from its history, and raises an alert for a difference.',
    ...{ intervalMs: MINUTE, timeoutMs: 10 * MINUTE, maxRetries: 0 },
  },
  database_backup: {
    description: 'Writes a backup of the database into BACKUP_DIR and deletes the oldest beyond BACKUP_KEEP.',
    ...{ intervalMs: DAY, timeoutMs: 60 * MINUTE, maxRetries: 2 },
  },
  alert_escalation: {
    description: 'Raises open alerts again that nobody acknowledged.',
    ...{ intervalMs: 30 * SECOND, timeoutMs: 30 * SECOND, maxRetries: 0 },
  },
  position_coverage: {
    description: 'Checks that every open position has an exit that limits a loss, a watcher and a fresh price.',
    ...{ intervalMs: 30 * SECOND, timeoutMs: MINUTE, maxRetries: 0 },
  },
  signal_watch: {
    description: 'Checks that no webhook source is silent beyond its rhythm and that no signal is missing between two.',
    ...{ intervalMs: MINUTE, timeoutMs: MINUTE, maxRetries: 0 },
  },
  totals_verify: {
    description: 'Adds up all positions and fills again, and raises an alert when the kept totals differ.',
    ...{ intervalMs: MINUTE, timeoutMs: 10 * MINUTE, maxRetries: 0 },
  },
  notification_retry: {
    description: 'Sends notifications again that failed or are overdue, and checks the servers of WhatsApp and e-mail.',
    ...{ intervalMs: MINUTE, timeoutMs: 2 * MINUTE, maxRetries: 0 },
  },
  retention_cleanup: {
    description: 'Deletes old rows of tables that would grow for ever, in small steps.',
    ...{ intervalMs: DAY, timeoutMs: 30 * MINUTE, maxRetries: 2 },
  },
} as const satisfies Record<string, ScheduledJobDefaults>;

export type ScheduledJobName = keyof typeof SCHEDULED_JOBS;
export const SCHEDULED_JOB_NAMES = Object.keys(SCHEDULED_JOBS) as ScheduledJobName[];

export const isScheduledJob = (name: string): name is ScheduledJobName => Object.hasOwn(SCHEDULED_JOBS, name);
export const isSafetyJob = (name: ScheduledJobName): boolean => 'isSafety' in SCHEDULED_JOBS[name];

/** The interval an admin may set. A safety job of exits must stay frequent. */
export const intervalLimits = (name: ScheduledJobName): { leastMs: number; mostMs: number } => ({
  leastMs: 5 * SECOND,
  mostMs: isSafetyJob(name) ? MINUTE : 7 * DAY,
});

export type ScheduledJobStatus = 'ACTIVE' | 'PAUSED' | 'DISABLED';
export type RunStatus = 'RUNNING' | 'SUCCESS' | 'FAILED' | 'TIMEOUT';
export type RunTrigger = 'SCHEDULED' | 'MANUAL';

export interface JobStanding {
  status: ScheduledJobStatus;
  intervalMs: number;
  /** When its last run began, ms since 1970; null = never. */
  lastStartedAt: number | null;
  /** Whether a process still works on an earlier run. */
  isBusy: boolean;
}

/** Timers of several processes and Redis do not tick at exactly the same time. */
const EARLY_SHARE = 0.8;

/**
 * Whether a run may begin. Several processes and the schedule in Redis may ask for the same run: the first one begins
 * it, and for the others it is not due. A manual run and the repetition of a failed one need not be due, nor the job
 * active, but they never overlap another run.
 */
export function admitRun(
  { status, intervalMs, lastStartedAt, isBusy }: JobStanding,
  { mustBeDue, now }: { mustBeDue: boolean; now: number },
): 'RUN' | 'BUSY' | 'PAUSED' | 'NOT_DUE' {
  if (isBusy) return 'BUSY';
  if (!mustBeDue) return 'RUN';
  if (status !== 'ACTIVE') return 'PAUSED';
  const isDue = lastStartedAt === null || now - lastStartedAt >= intervalMs * EARLY_SHARE || lastStartedAt > now;
  return isDue ? 'RUN' : 'NOT_DUE';
}

/** How much later than its interval a run may begin before a process begins it without the schedule in Redis. */
const LATE_MS = 3_000;

/** Whether the schedule in Redis has missed a run, so that a process begins it itself. */
export const isOverdue = ({ status, intervalMs, lastStartedAt, isBusy }: JobStanding, now: number): boolean =>
  status === 'ACTIVE' && !isBusy && (lastStartedAt === null || now - lastStartedAt >= intervalMs + LATE_MS);
