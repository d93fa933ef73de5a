import type { Context } from '../../context.js';
import type { JobStatus, SignalAction } from '../../core/domain.js';
import { REASONS, type ReasonCode } from '../../core/reasons.js';
import { Batch } from '../../infra/database/database.js';
import { isReceiptId } from './receipt-id.js';
import { buildTimeline, type ExecutionTimestamps, type JobTimestamps } from '../events/timeline.js';
import { PROGRESS, type ReceiptAnswer } from './webhook-answers.js';

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
type AccountRow = JobTimestamps & ExecutionTimestamps & { status: JobStatus | null; reason_code: ReasonCode | null };

/**
 * What the sender may know of a signal: whether it was taken and how far each account's job got. Nothing that belongs
 * to the owner: no amounts, no labels, no ids. Null when there is no such receipt at this address.
 */
export async function readReceipt(
  { db }: Pick<Context, 'db'>,
  { code, receipt }: { code: string; receipt: string },
): Promise<ReceiptAnswer | null> {
  if (!isReceiptId(receipt)) return null;
  const batch = new Batch()
    .add(
      `SELECT r.id, r.received_at, r.outcome, r.http_status, r.reason_code, r.reason_message, r.event_uid, r.action,
              r.symbol_normalized, r.duplicates
         FROM webhook_receipts r JOIN webhook_sources s ON s.id = r.webhook_source_id
        WHERE r.receipt = ? AND s.webhook_code = ?`,
      [receipt, code],
    )
    .add(
      `SELECT j.status, j.reason_code, j.committed_at, j.queued_at, j.waiting_since, j.claimed_at,
              x.sent_at, x.acknowledged_at, x.filled_at, x.booked_at
         FROM webhook_receipts r
         JOIN webhook_events e ON e.webhook_receipt_id = r.id
         LEFT JOIN trade_jobs j ON j.webhook_event_id = e.id
         LEFT JOIN trade_executions x ON x.trade_job_id = j.id
              AND x.attempt = (SELECT MAX(y.attempt) FROM trade_executions y WHERE y.trade_job_id = j.id)
        WHERE r.receipt = ?
        ORDER BY e.id`,
      [receipt],
    );
  const [receipts, accounts] = (await db.run(batch)) as [ReceiptRow[], AccountRow[]];
  const [row] = receipts;
  if (!row) return null;
  return {
    receipt,
    received_at: row.received_at.toISOString(),
    outcome: row.outcome,
    http_status: row.http_status,
    reason: row.reason_code && { code: row.reason_code, message: row.reason_message ?? REASONS[row.reason_code] },
    event_uid: row.event_uid,
    action: row.action,
    symbol: row.symbol_normalized,
    duplicates: row.duplicates,
    accounts: accounts.map(toAccount),
  };
}

function toAccount(row: AccountRow): ReceiptAnswer['accounts'][number] {
  const reached = buildTimeline(null, row, row).map(({ stage }) => stage);
  return {
    status: row.status ?? 'NOT_TRADED',
    // The general sentence: the job's own one names the owner's amounts.
    reason: row.reason_code && { code: row.reason_code, message: REASONS[row.reason_code] },
    progress: PROGRESS.findLast((stage) => reached.includes(stage)) ?? null,
  };
}
