import type { JobStatus, SignalAction, TradeMode } from '../../core/domain.js';
import type { ReasonCode } from '../../core/reasons.js';
import type { Database } from '../../infra/database/database.js';
import { below, newestFirst, type PageRequest } from '../../infra/database/page.js';

type Db = Pick<Database, 'prisma'>;

/** What the owner may see of webhooks. Of sealed secrets, only their existence is read. */
export const readSources = (db: Db, userId: number, tradeMode?: TradeMode | null) =>
  db.prisma.webhookSource.findMany({
    where: { owner_user_id: userId, ...(tradeMode && { trade_mode: tradeMode }) },
    orderBy: { id: 'asc' },
  });
export type SourceRow = Awaited<ReturnType<typeof readSources>>[number];

export const readSourcesById = (db: Db, userId: number, ids: number[]) =>
  db.prisma.webhookSource.findMany({ where: { id: { in: ids }, owner_user_id: userId } });

export const readBindings = (db: Db, userId: number, sourceIds: number[]) =>
  db.prisma.accountWebhookBinding.findMany({
    where: { webhook_source_id: { in: sourceIds }, webhook_source: { owner_user_id: userId } },
    orderBy: { id: 'asc' },
  });
export type BindingRow = Awaited<ReturnType<typeof readBindings>>[number];

export interface ReceiptFilter {
  sourceId?: number | undefined;
  outcome?: 'ACCEPTED' | 'REFUSED' | null | undefined;
  /** True: only messages that were understood. False: only those that were not. */
  understood?: boolean | null | undefined;
}

/** Messages may be long, and lists do not need them. */
const withoutMessage = { raw_message: true } as const;
const understoodOrNot = (understood: boolean) =>
  understood ? { action: { in: ['BUY_SIGNAL', 'SELL_SIGNAL'] } } : { action: 'UNKNOWN' };

export const readReceipts = (
  db: Db,
  userId: number,
  { sourceId, outcome, understood }: ReceiptFilter,
  page: PageRequest,
) =>
  db.prisma.webhookReceipt.findMany({
    where: {
      webhook_source: { owner_user_id: userId },
      ...(sourceId !== undefined && { webhook_source_id: sourceId }),
      ...(outcome && { outcome }),
      ...(typeof understood === 'boolean' && understoodOrNot(understood)),
      ...below(page),
    },
    omit: withoutMessage,
    ...newestFirst(page),
  });
export type ReceiptRow = Awaited<ReturnType<typeof readReceipts>>[number];

export const readReceiptsById = (db: Db, userId: number, ids: number[]) =>
  db.prisma.webhookReceipt.findMany({
    where: { id: { in: ids }, webhook_source: { owner_user_id: userId } },
    omit: withoutMessage,
  });

export const readReceipt = (db: Db, userId: number, receipt: string) =>
  db.prisma.webhookReceipt.findFirst({
    where: { receipt, webhook_source: { owner_user_id: userId } },
    omit: withoutMessage,
  });

export const readMessagesOfReceipts = (db: Db, userId: number, ids: number[]) =>
  db.prisma.webhookReceipt.findMany({
    where: { id: { in: ids }, webhook_source: { owner_user_id: userId } },
    select: { id: true, raw_message: true },
  });

/** The jobs that each account created for the signals of these receipts, in the order of the accounts. */
export const readOutcomesOfReceipts = (
  db: Pick<Database, 'query'>,
  userId: number,
  receiptIds: number[],
): Promise<JobOutcomeRow[]> =>
  db.query(
    `SELECT e.webhook_receipt_id AS receiptId, j.status, j.reason_code AS reasonCode, j.reason_message AS reasonMessage,
            EXISTS (SELECT 1 FROM trade_executions x WHERE x.trade_job_id = j.id AND x.executed_qty > 0) AS traded
       FROM webhook_events e
       JOIN webhook_sources s ON s.id = e.webhook_source_id AND s.owner_user_id = ?
       JOIN trade_jobs j ON j.webhook_event_id = e.id
      WHERE e.webhook_receipt_id IN (?)
      ORDER BY j.id`,
    [userId, receiptIds],
  );

export interface JobOutcomeRow {
  receiptId: number;
  status: JobStatus;
  reasonCode: ReasonCode | null;
  reasonMessage: string | null;
  traded: number;
}

export interface EventFilter {
  sourceId?: number | undefined;
  accountId?: number | undefined;
  action?: SignalAction | null | undefined;
}

export const readEvents = (db: Db, userId: number, { sourceId, accountId, action }: EventFilter, page: PageRequest) =>
  db.prisma.webhookEvent.findMany({
    where: {
      webhook_source: { owner_user_id: userId },
      ...(sourceId !== undefined && { webhook_source_id: sourceId }),
      ...(accountId !== undefined && { target_account_id: accountId }),
      ...(action && { action }),
      ...below(page),
    },
    ...newestFirst(page),
  });
export type EventRow = Awaited<ReturnType<typeof readEvents>>[number];

export const readEventsById = (db: Db, userId: number, ids: number[]) =>
  db.prisma.webhookEvent.findMany({ where: { id: { in: ids }, webhook_source: { owner_user_id: userId } } });

export const readEventsOfReceipts = (db: Db, userId: number, receiptIds: number[]) =>
  db.prisma.webhookEvent.findMany({
    where: { webhook_receipt_id: { in: receiptIds }, webhook_source: { owner_user_id: userId } },
    orderBy: { id: 'asc' },
  });

/** Whether a signal with this id was accepted before. */
export async function hasSignal(db: Db, sourceId: number, eventUid: string): Promise<boolean> {
  const where = { webhook_source_id_event_uid: { webhook_source_id: sourceId, event_uid: eventUid } };
  return (await db.prisma.webhookReceipt.findUnique({ where, select: { id: true } })) !== null;
}
