import type { JobStatus, SignalAction } from '../../core/domain.js';
import type { ReasonCode } from '../../core/reasons.js';
import type { DryRunStatus } from '../../core/signal/dry-run.js';
import { Batch, type Database } from '../../infra/database/database.js';
import type { ExecutionTimestamps, JobTimestamps } from '../events/timeline.js';

interface ReceiptRow {
  id: number;
  received_at: Date;
  outcome: 'ACCEPTED' | 'REFUSED';
  http_status: number;
  reason_code: ReasonCode | null;
  reason_message: string | null;
  event_uid: string | null;
  action: SignalAction | null;
  symbol_normalized: string | null;
  duplicates: number;
}
/** How far the job of one account got. */
export type AccountRow = JobTimestamps &
  ExecutionTimestamps & { status: JobStatus | DryRunStatus | null; reason_code: ReasonCode | null };

/** A receipt of the source at an address, and its jobs, by event. */
export async function readReceiptRows(
  db: Pick<Database, 'run'>,
  { code, receipt }: { code: string; receipt: string },
): Promise<{ row: ReceiptRow | undefined; accounts: AccountRow[] }> {
  const batch = new Batch()
    .add(
      `SELECT r.id, r.received_at, r.outcome, r.http_status, r.reason_code, r.reason_message, r.event_uid, r.action,
              r.symbol_normalized, r.duplicates
         FROM webhook_receipts r JOIN webhook_sources s ON s.id = r.webhook_source_id
        WHERE r.receipt = ? AND s.webhook_code = ?`,
      [receipt, code],
    )
    .add(
      `SELECT COALESCE(j.status, w.status) AS status, COALESCE(j.reason_code, w.reason_code) AS reason_code, j.committed_at, j.queued_at, j.waiting_since, j.claimed_at,
              x.sent_at, x.acknowledged_at, x.filled_at, x.booked_at
         FROM webhook_receipts r
         JOIN webhook_events e ON e.webhook_receipt_id = r.id
         LEFT JOIN trade_jobs j ON j.webhook_event_id = e.id
         LEFT JOIN dry_runs w ON w.webhook_event_id = e.id
         LEFT JOIN trade_executions x ON x.trade_job_id = j.id
              AND x.attempt = (SELECT MAX(y.attempt) FROM trade_executions y WHERE y.trade_job_id = j.id)
        WHERE r.receipt = ?
        ORDER BY e.id`,
      [receipt],
    );
  const [receipts, accounts] = (await db.run(batch)) as [ReceiptRow[], AccountRow[]];
  return { row: receipts[0], accounts };
}
