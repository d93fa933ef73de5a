import {
  admitRun,
  isScheduledJob,
  SCHEDULED_JOBS,
  type JobStanding,
  type RunStatus,
  type RunTrigger,
  type ScheduledJobDefaults,
  type ScheduledJobName,
  type ScheduledJobStatus,
} from '../core/operations/scheduled-jobs.js';
import { Batch, type Database, type WriteResult } from '../infra/database/database.js';
import type { Page, PageRequest } from '../infra/database/page.js';
import type { ListTable } from '../infra/database/plan-list.js';
import { readPageOf } from '../infra/database/read-list.js';

type Db = Pick<Database, 'query' | 'run' | 'transaction'>;

/** The queue of BullMQ that holds the schedules. */
export const SCHEDULE_QUEUE = 'scheduled-jobs';

/** Adds the jobs that have no row yet. Settings that an admin changed stay. */
export async function addMissingJobs(db: Db): Promise<void> {
  const rows = Object.entries(SCHEDULED_JOBS) as [ScheduledJobName, ScheduledJobDefaults][];
  await db.query(
    `INSERT IGNORE INTO cron_job_configs (name, description, queue_name, job_id, interval_ms, timeout_ms, max_retries)
     VALUES ${rows.map(() => '(?, ?, ?, ?, ?, ?, ?)').join(', ')}`,
    rows.flatMap(([name, { description, intervalMs, timeoutMs, maxRetries }]) => [
      ...[name, description, SCHEDULE_QUEUE, name, intervalMs, timeoutMs, maxRetries],
    ]),
  );
}

export interface ScheduledJobRow extends JobStanding {
  id: number;
  name: ScheduledJobName;
  description: string;
  timeoutMs: number | null;
  maxRetries: number;
  /** Settings of the job's own, such as how long rows are kept. */
  config: unknown;
  /** An admin asked for a run that nobody began yet. */
  isRequested: boolean;
}

const BUSY = `EXISTS (SELECT 1 FROM cron_job_executions x FORCE INDEX (cron_job_executions_job_config_id_held_until_idx)
   WHERE x.job_config_id = c.id AND x.held_until > UTC_TIMESTAMP(3))`;
const COLUMNS = `c.id, c.name, c.description, c.interval_ms, c.status, c.enabled, c.timeout_ms, c.max_retries, c.config_json,
  c.last_started_at, c.run_requested_at IS NOT NULL AS is_requested`;

interface RawJob {
  id: number;
  name: string;
  description: string;
  interval_ms: number;
  status: string;
  enabled: 0 | 1;
  timeout_ms: number | null;
  max_retries: number;
  config_json: string | null;
  last_started_at: Date | null;
  is_requested: number;
  is_busy: number;
}

const toRow = (row: RawJob & { name: ScheduledJobName }): ScheduledJobRow => ({
  ...{ id: row.id, name: row.name, description: row.description, intervalMs: row.interval_ms },
  status: row.enabled ? (row.status as ScheduledJobStatus) : 'DISABLED',
  ...{ timeoutMs: row.timeout_ms, maxRetries: row.max_retries },
  config: row.config_json === null ? null : (JSON.parse(row.config_json) as unknown),
  lastStartedAt: row.last_started_at?.getTime() ?? null,
  ...{ isRequested: row.is_requested > 0, isBusy: row.is_busy > 0 },
});

/** All jobs that this version knows, by name. */
export async function readScheduledJobs(db: Pick<Database, 'query'>): Promise<ScheduledJobRow[]> {
  const rows = await db.query<RawJob[]>(
    `SELECT ${COLUMNS}, ${BUSY} AS is_busy FROM cron_job_configs c ORDER BY c.name`,
  );
  return rows.flatMap((row) => (isScheduledJob(row.name) ? toRow({ ...row, name: row.name }) : []));
}

export interface BegunRun {
  runId: number;
  job: ScheduledJobRow;
  trigger: RunTrigger;
}

/**
 * Begins a run if it may begin (see `admitRun`), as the only one of all processes. Runs of processes that no longer
 * report become TIMEOUT. `heldMs`: how long the run is held without a report.
 */
export async function beginRun(
  db: Db,
  {
    name,
    trigger,
    mustBeDue,
    holder,
    heldMs,
  }: { name: ScheduledJobName; trigger: RunTrigger; mustBeDue: boolean; holder: string; heldMs: number },
): Promise<BegunRun | 'BUSY' | 'PAUSED' | 'NOT_DUE' | 'UNKNOWN'> {
  return db.transaction(async (tx) => {
    const [rows] = (await tx.run(
      new Batch().add(
        `SELECT ${COLUMNS}, ${BUSY} AS is_busy, UTC_TIMESTAMP(3) AS now_at, c.run_requested_by FROM cron_job_configs c
          WHERE c.name = ? FOR UPDATE`,
        [name],
      ),
    )) as [(RawJob & { now_at: Date; run_requested_by: number | null })[]];
    const [row] = rows;
    const job = row && toRow({ ...row, name });
    const admitted = job ? admitRun(job, { mustBeDue, now: row.now_at.getTime() }) : 'UNKNOWN';
    if (!job || admitted !== 'RUN') {
      await tx.rollback();
      return admitted === 'RUN' ? 'UNKNOWN' : admitted;
    }
    const batch = new Batch()
      .add(
        `UPDATE cron_job_executions SET status = 'TIMEOUT', finished_at = UTC_TIMESTAMP(3), held_until = NULL,
           duration_ms = TIMESTAMPDIFF(MICROSECOND, started_at, UTC_TIMESTAMP(3)) DIV 1000,
           error_message = 'The process stopped reporting during the run.'
          WHERE job_config_id = ? AND status = 'RUNNING'`,
        [job.id],
      )
      .add(
        `INSERT INTO cron_job_executions (job_config_id, started_at, status, triggered_by, requested_by, holder, held_until)
         VALUES (?, UTC_TIMESTAMP(3), 'RUNNING', ?, ?, ?, UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND)`,
        [job.id, trigger, trigger === 'MANUAL' ? row.run_requested_by : null, holder, heldMs * 1_000],
      )
      .add(
        `UPDATE cron_job_configs SET last_started_at = UTC_TIMESTAMP(3)
           ${trigger === 'MANUAL' ? ', run_requested_at = NULL, run_requested_by = NULL' : ''} WHERE id = ?`,
        [job.id],
      );
    const [, inserted] = (await tx.commit(batch)) as WriteResult[];
    return { runId: inserted?.insertId ?? 0, job, trigger };
  });
}

/** Reports that the run goes on. Returns false when it is no longer ours. */
export async function holdRun(db: Pick<Database, 'query'>, runId: number, heldMs: number): Promise<boolean> {
  const { affectedRows } = await db.query<WriteResult>(
    `UPDATE cron_job_executions SET held_until = UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND
      WHERE id = ? AND held_until > UTC_TIMESTAMP(3)`,
    [heldMs * 1_000, runId],
  );
  return affectedRows === 1;
}

export interface RunEnd {
  status: Exclude<RunStatus, 'RUNNING'>;
  result?: unknown;
  error?: string;
}

/** Writes how a run ended, once. A run that timed out keeps its lease until `releaseRun`, because its work goes on. */
export async function endRun(
  db: Pick<Database, 'query'>,
  runId: number,
  { status, result, error }: RunEnd,
): Promise<void> {
  await db.query(
    `UPDATE cron_job_executions SET status = ?, finished_at = UTC_TIMESTAMP(3), result_json = ?, error_message = ?,
       duration_ms = TIMESTAMPDIFF(MICROSECOND, started_at, UTC_TIMESTAMP(3)) DIV 1000
       ${status === 'TIMEOUT' ? '' : ', held_until = NULL'} WHERE id = ? AND status = 'RUNNING'`,
    [status, result === undefined ? null : JSON.stringify(result), error?.slice(0, 2_000) ?? null, runId],
  );
}

export const releaseRun = (db: Pick<Database, 'query'>, runId: number): Promise<unknown> =>
  db.query('UPDATE cron_job_executions SET held_until = NULL WHERE id = ?', [runId]);

/** Asks for a run by hand; a process with the role monitors begins it within about a second. */
export async function requestRun(db: Pick<Database, 'query'>, name: ScheduledJobName, userId: number): Promise<void> {
  await db.query(
    'UPDATE cron_job_configs SET run_requested_at = UTC_TIMESTAMP(3), run_requested_by = ? WHERE name = ?',
    [userId, name],
  );
}

export async function writeJobStatus(
  db: Pick<Database, 'query'>,
  name: ScheduledJobName,
  { status, userId }: { status: 'ACTIVE' | 'PAUSED'; userId: number },
): Promise<void> {
  await db.query(
    `UPDATE cron_job_configs SET status = ?, enabled = TRUE, updated_by = ?, updated_at = UTC_TIMESTAMP(3) WHERE name = ?`,
    [status, userId, name],
  );
}

export async function writeJobInterval(
  db: Pick<Database, 'query'>,
  name: ScheduledJobName,
  { intervalMs, userId }: { intervalMs: number; userId: number },
): Promise<void> {
  await db.query(
    'UPDATE cron_job_configs SET interval_ms = ?, updated_by = ?, updated_at = UTC_TIMESTAMP(3) WHERE name = ?',
    [intervalMs, userId, name],
  );
}

export interface RunRow {
  id: number;
  /** The same as `started_at`: the place in a list. */
  created_at: Date;
  started_at: Date;
  finished_at: Date | null;
  duration_ms: number | null;
  status: RunStatus;
  result_json: string | null;
  error_message: string | null;
  triggered_by: RunTrigger;
}

const RUNS: ListTable = {
  table: 'cron_job_executions',
  at: 'started_at',
  indexes: [{ name: 'cron_job_executions_job_config_id_started_at_idx', columns: ['job_config_id'] }],
};

/** The runs of a job. */
export const readRuns = (
  db: Pick<Database, 'query'>,
  jobId: number,
  { status }: { status?: readonly RunStatus[] | undefined },
  page: PageRequest,
): Promise<Page<RunRow>> =>
  readPageOf(db, { list: RUNS, filter: { scope: ['job_config_id', [jobId]], where: { status } }, page }, (ids) =>
    db.query<RunRow[]>(
      `SELECT id, started_at, started_at AS created_at, finished_at, duration_ms, status, result_json, error_message, triggered_by
         FROM cron_job_executions WHERE id IN (?)`,
      [ids],
    ),
  );

/** How the last `count` ended runs of a job went, newest first. */
export async function readLastEnds(
  db: Pick<Database, 'query'>,
  jobId: number,
  count: number,
): Promise<{ status: RunStatus; error: string | null; result: unknown }[]> {
  const rows = await db.query<{ status: RunStatus; error_message: string | null; result_json: string | null }[]>(
    `SELECT status, error_message, result_json FROM cron_job_executions WHERE job_config_id = ? AND status <> 'RUNNING'
      ORDER BY id DESC LIMIT ?`,
    [jobId, count],
  );
  return rows.map(({ status, error_message, result_json }) => ({
    ...{ status, error: error_message },
    result: result_json === null ? null : (JSON.parse(result_json) as unknown),
  }));
}
