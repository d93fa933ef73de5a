import type { SignalAction, TradeMode } from '../core/domain.js';
import type { Database } from '../infra/database.js';
import { below, newestFirst, type PageRequest } from '../infra/page.js';

type Db = Pick<Database, 'prisma'>;

/** What the owner may see of webhooks. Sealed secrets are read only as "there is one". */
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
}

export const readReceipts = (db: Db, userId: number, { sourceId, outcome }: ReceiptFilter, page: PageRequest) =>
  db.prisma.webhookReceipt.findMany({
    where: {
      webhook_source: { owner_user_id: userId },
      ...(sourceId !== undefined && { webhook_source_id: sourceId }),
      ...(outcome && { outcome }),
      ...below(page),
    },
    ...newestFirst(page),
  });
export type ReceiptRow = Awaited<ReturnType<typeof readReceipts>>[number];

export const readReceiptsById = (db: Db, userId: number, ids: number[]) =>
  db.prisma.webhookReceipt.findMany({ where: { id: { in: ids }, webhook_source: { owner_user_id: userId } } });

export const readReceipt = (db: Db, userId: number, receipt: string) =>
  db.prisma.webhookReceipt.findFirst({ where: { receipt, webhook_source: { owner_user_id: userId } } });

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

/** Whether a signal with this identity was accepted before. */
export async function hasSignal(db: Db, sourceId: number, eventUid: string): Promise<boolean> {
  const where = { webhook_source_id_event_uid: { webhook_source_id: sourceId, event_uid: eventUid } };
  return (await db.prisma.webhookReceipt.findUnique({ where, select: { id: true } })) !== null;
}
