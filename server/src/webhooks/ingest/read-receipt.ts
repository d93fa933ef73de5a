import type { Context } from '../../context.js';
import { REASONS } from '../../core/reasons.js';
import { isReceiptId } from './receipt-id.js';
import { buildTimeline } from '../events/timeline.js';
import { readReceiptRows, type AccountRow } from './receipt.store.js';
import { PROGRESS, type ReceiptAnswer } from './webhook-answers.js';

/**
 * What the sender may know of a signal: whether it was accepted and how far each account's job got. It contains nothing
 * private to the owner: no amounts, labels or ids. Null when there is no such receipt at this address.
 */
export async function readReceipt(
  { db }: Pick<Context, 'db'>,
  { code, receipt }: { code: string; receipt: string },
): Promise<ReceiptAnswer | null> {
  if (!isReceiptId(receipt)) return null;
  const { row, accounts } = await readReceiptRows(db, { code, receipt });
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
    // The general sentence is used, because the job's own one contains the owner's amounts.
    reason: row.reason_code && { code: row.reason_code, message: REASONS[row.reason_code] },
    progress: PROGRESS.findLast((stage) => reached.includes(stage)) ?? null,
  };
}
