import type { EventStatus, JobStatus, SignalAction } from '../../core/domain.js';
import type { ReasonCode } from '../../core/reasons.js';
import type { Database } from '../../infra/database/database.js';
import { readOwnSourceIds, type TradingFilter } from '../../infra/database/owned-rows.store.js';
import type { PageRequest } from '../../infra/database/page.js';
import type { ListFilter, ListTable } from '../../infra/database/plan-list.js';
import { countList, readPageOf } from '../../infra/database/read-list.js';

type Db = Pick<Database, 'prisma' | 'query'>;

const SOURCES: ListTable = {
  table: 'webhook_sources',
  indexes: [{ name: 'webhook_sources_owner_user_id_created_at_idx', columns: ['owner_user_id'] }],
};

export interface SourceFilter extends Pick<TradingFilter, 'tradeMode' | 'from' | 'to'> {
  isActive?: boolean | undefined;
}

const sourcesOf = (userId: number, { tradeMode, isActive, from, to }: SourceFilter): ListFilter => ({
  ...{ from, to, scope: ['owner_user_id', [userId]] },
  where: {
    trade_mode: tradeMode === undefined ? undefined : [tradeMode],
    is_active: isActive === undefined ? undefined : [isActive],
  },
});

/** What the owner may see of webhooks. Of sealed secrets, only their existence is read. */
export const readSources = (db: Db, userId: number, filter: SourceFilter, page: PageRequest) =>
  readPageOf(db, { list: SOURCES, filter: sourcesOf(userId, filter), page }, (ids) => readSourcesById(db, userId, ids));

export const countSources = (db: Db, userId: number, filter: SourceFilter) =>
  countList(db, SOURCES, sourcesOf(userId, filter));

export const readSourcesById = (db: Db, userId: number, ids: number[]) =>
  db.prisma.webhookSource.findMany({ where: { id: { in: ids }, owner_user_id: userId } });
export type SourceRow = Awaited<ReturnType<typeof readSourcesById>>[number];

export const readBindings = (db: Db, userId: number, sourceIds: number[]) =>
  db.prisma.accountWebhookBinding.findMany({
    where: { webhook_source_id: { in: sourceIds }, webhook_source: { owner_user_id: userId } },
    orderBy: { id: 'asc' },
  });
export type BindingRow = Awaited<ReturnType<typeof readBindings>>[number];

const RECEIPTS: ListTable = {
  table: 'webhook_receipts',
  indexes: [
    { name: 'webhook_receipts_webhook_source_id_created_at_idx', columns: ['webhook_source_id'] },
    { name: 'webhook_receipts_webhook_source_id_outcome_created_at_idx', columns: ['webhook_source_id', 'outcome'] },
    { name: 'webhook_receipts_webhook_source_id_action_created_at_idx', columns: ['webhook_source_id', 'action'] },
    {
      name: 'webhook_receipts_webhook_source_id_symbol_normalized_created_idx',
      columns: ['webhook_source_id', 'symbol_normalized'],
    },
  ],
};

export interface ReceiptFilter extends TradingFilter {
  outcome?: 'ACCEPTED' | 'REFUSED' | undefined;
  /** True: only messages that were understood. False: only those that were not. */
  understood?: boolean | undefined;
  /** Whether the source ran dry when it came. */
  dryRun?: boolean | undefined;
}

/** Messages may be long, and lists do not need them. */
const withoutMessage = { raw_message: true } as const;
const UNDERSTOOD: SignalAction[] = ['BUY_SIGNAL', 'SELL_SIGNAL'];
const NOT_UNDERSTOOD: SignalAction[] = ['UNKNOWN'];

export async function readReceipts(db: Db, userId: number, filter: ReceiptFilter, page: PageRequest) {
  const { outcome, understood, accountIds } = filter;
  const own = await readOwnSourceIds(db, userId, { ...filter, ids: filter.sourceIds });
  const sources = accountIds ? await boundTo(db, own, accountIds) : own;
  const where = {
    outcome: outcome && [outcome],
    action: understood === undefined ? undefined : understood ? UNDERSTOOD : NOT_UNDERSTOOD,
    symbol_normalized: filter.symbols,
    dry_run: filter.dryRun === undefined ? undefined : [filter.dryRun],
  };
  return readPageOf(
    db,
    { list: RECEIPTS, filter: { ...filter, scope: ['webhook_source_id', sources], where }, page },
    (ids) =>
      db.prisma.webhookReceipt.findMany({
        where: { id: { in: ids }, webhook_source_id: { in: sources } },
        omit: withoutMessage,
      }),
  );
}

/** Those of some sources that are bound to one of these accounts. */
async function boundTo(db: Db, sources: readonly number[], accounts: readonly number[]): Promise<number[]> {
  if (sources.length === 0 || accounts.length === 0) return [];
  const rows = await db.query<{ id: number }[]>(
    `SELECT webhook_source_id AS id FROM account_webhook_bindings
     WHERE webhook_source_id IN (?) AND exchange_account_id IN (?)`,
    [sources, accounts],
  );
  return [...new Set(rows.map(({ id }) => id))];
}
export type ReceiptRow = Awaited<ReturnType<typeof readReceipts>>['rows'][number];

export const readReceiptsById = (db: Db, userId: number, ids: number[]) =>
  db.prisma.webhookReceipt.findMany({
    where: { id: { in: ids }, webhook_source: { owner_user_id: userId } },
    omit: withoutMessage,
  });

/** Receipts with the mode of their source, for live events. */
export const readLiveReceipts = (db: Db, userId: number, ids: number[]) =>
  db.prisma.webhookReceipt.findMany({
    where: { id: { in: ids }, webhook_source: { owner_user_id: userId } },
    omit: withoutMessage,
    include: { webhook_source: { select: { trade_mode: true } } },
  });
export type LiveReceiptRow = Awaited<ReturnType<typeof readLiveReceipts>>[number];

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

const EVENTS: ListTable = {
  table: 'webhook_events',
  indexes: [
    { name: 'webhook_events_webhook_source_id_created_at_idx', columns: ['webhook_source_id'] },
    {
      name: 'webhook_events_webhook_source_id_target_account_id_created_a_idx',
      columns: ['webhook_source_id', 'target_account_id'],
    },
    { name: 'webhook_events_webhook_source_id_action_created_at_idx', columns: ['webhook_source_id', 'action'] },
    { name: 'webhook_events_webhook_source_id_status_created_at_idx', columns: ['webhook_source_id', 'status'] },
    {
      name: 'webhook_events_webhook_source_id_symbol_normalized_created_a_idx',
      columns: ['webhook_source_id', 'symbol_normalized'],
    },
  ],
};

export interface EventFilter extends TradingFilter {
  action?: readonly SignalAction[] | undefined;
  status?: readonly EventStatus[] | undefined;
}

export async function readEvents(db: Db, userId: number, filter: EventFilter, page: PageRequest) {
  const sources = await readOwnSourceIds(db, userId, { ...filter, ids: filter.sourceIds });
  const where = {
    target_account_id: filter.accountIds,
    action: filter.action,
    status: filter.status,
    symbol_normalized: filter.symbols,
  };
  return readPageOf(
    db,
    { list: EVENTS, filter: { ...filter, scope: ['webhook_source_id', sources], where }, page },
    (ids) => db.prisma.webhookEvent.findMany({ where: { id: { in: ids }, webhook_source_id: { in: sources } } }),
  );
}
export type EventRow = Awaited<ReturnType<typeof readEvents>>['rows'][number];

export const readEventsById = (db: Db, userId: number, ids: number[]) =>
  db.prisma.webhookEvent.findMany({ where: { id: { in: ids }, webhook_source: { owner_user_id: userId } } });

export const readEventsOfReceipts = (db: Db, userId: number, receiptIds: number[]) =>
  db.prisma.webhookEvent.findMany({
    where: { webhook_receipt_id: { in: receiptIds }, webhook_source: { owner_user_id: userId } },
    orderBy: { id: 'asc' },
  });

const BLOCKED: ListTable = {
  table: 'webhook_blocked_attempts',
  indexes: [
    { name: 'webhook_blocked_attempts_webhook_source_id_created_at_idx', columns: ['webhook_source_id'] },
    {
      name: 'webhook_blocked_attempts_webhook_source_id_reason_code_creat_idx',
      columns: ['webhook_source_id', 'reason_code'],
    },
  ],
};

export interface BlockedFilter extends Pick<TradingFilter, 'tradeMode' | 'sourceIds' | 'from' | 'to'> {
  reasonCode?: readonly ReasonCode[] | undefined;
}

/** Refused POSTs to the sources of a user. */
export async function readBlockedAttempts(db: Db, userId: number, filter: BlockedFilter, page: PageRequest) {
  const sources = await readOwnSourceIds(db, userId, { ...filter, ids: filter.sourceIds });
  const where = { reason_code: filter.reasonCode };
  return readPageOf(
    db,
    { list: BLOCKED, filter: { ...filter, scope: ['webhook_source_id', sources], where }, page },
    (ids) =>
      db.prisma.webhookBlockedAttempt.findMany({ where: { id: { in: ids }, webhook_source_id: { in: sources } } }),
  );
}
export type BlockedRow = Awaited<ReturnType<typeof readBlockedAttempts>>['rows'][number];

/** Whether a signal with this id was accepted before. */
export async function hasSignal(db: Db, sourceId: number, eventUid: string): Promise<boolean> {
  const where = { webhook_source_id_event_uid: { webhook_source_id: sourceId, event_uid: eventUid } };
  return (await db.prisma.webhookReceipt.findUnique({ where, select: { id: true } })) !== null;
}
