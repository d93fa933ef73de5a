import type { OrderSide, TradeMode } from '../core/domain.js';
import { toText, type D } from '../core/money/money.js';
import type { PriceVenue } from '../core/price/price-key.js';
import type { Refusal } from '../core/reasons.js';
import { PRICE_VENUE } from '../exchange/account-ref.store.js';
import { Batch, type Database, type Tx, type WriteResult } from '../infra/database/database.js';
import type { PageRequest } from '../infra/database/page.js';
import type { ListTable } from '../infra/database/plan-list.js';
import { readPageOf } from '../infra/database/read-list.js';

type Db = Pick<Database, 'prisma' | 'query'>;

const BULK_ACTIONS: ListTable = {
  table: 'bulk_actions',
  indexes: [{ name: 'bulk_actions_user_id_created_at_idx', columns: ['user_id'] }],
};

/** The bulk actions of a user. */
export const readBulkActions = (
  db: Db,
  userId: number,
  {
    kind,
    from,
    to,
  }: { kind?: 'CLOSE_ALL' | 'KILL_SWITCH' | undefined; from?: Date | undefined; to?: Date | undefined },
  page: PageRequest,
) =>
  readPageOf(
    db,
    {
      list: BULK_ACTIONS,
      filter: {
        ...{ from, to, scope: ['user_id', [userId]] },
        where: { kind: kind === undefined ? undefined : [kind] },
      },
      page,
    },
    (ids) => readBulkActionsById(db, userId, ids),
  );

export const readBulkActionsById = (db: Db, userId: number, ids: number[]) =>
  db.prisma.bulkAction.findMany({ where: { id: { in: ids }, user_id: userId } });
export type BulkActionRow = Awaited<ReturnType<typeof readBulkActionsById>>[number];

/** The key that makes repeated requests of a kill switch, or of a retry, one plan. */
export const killKey = (userId: number, idempotencyKey: string): string => `kill:${userId}:${idempotencyKey}`;
export const retryKey = (userId: number, idempotencyKey: string): string => `retry:${userId}:${idempotencyKey}`;

/** The plan of an owner that has one of these keys. */
export async function readBulkActionByKey(
  db: Pick<Database, 'query'>,
  userId: number,
  keys: readonly string[],
): Promise<BulkActionHead | undefined> {
  const [row] = await db.query<BulkActionHead[]>(
    `SELECT id, closes_positions, expires_at, started_at, finished_at, created_at FROM bulk_actions
      WHERE dedupe_key IN (${keys.map(() => '?').join(', ')}) AND user_id = ? ORDER BY id DESC LIMIT 1`,
    [...keys, userId],
  );
  return row;
}

export const readItemsOfBulkActions = (db: Db, userId: number, bulkActionIds: number[]) =>
  db.prisma.bulkActionItem.findMany({
    where: { bulk_action_id: { in: bulkActionIds }, bulk_action: { user_id: userId } },
    orderBy: { id: 'asc' },
  });
export type BulkActionItemRow = Awaited<ReturnType<typeof readItemsOfBulkActions>>[number];

export interface NewItem {
  accountId: number;
  action: 'CANCEL_ORDER' | 'CLOSE_POSITION';
  entityId: number;
  symbol: string;
  qty: D | null;
  price: D | null;
  valueQuote: D | null;
  profitQuote: D | null;
}

/** Adds items that the plan does not have yet. `planId` may be a SQL variable of the same batch. */
export function addBulkActionItems(
  batch: Batch,
  bulkActionId: number | { sql: string },
  items: readonly NewItem[],
): void {
  if (items.length === 0) return;
  const [bulkAction, planValue] = typeof bulkActionId === 'number' ? ['?', [bulkActionId]] : [bulkActionId.sql, []];
  const textOf = (value: D | null): string | null => value && toText(value);
  batch.add(
    `INSERT INTO bulk_action_items
       (bulk_action_id, exchange_account_id, action, entity_id, symbol, qty, price, value_quote, profit_quote)
     VALUES ${items.map(() => `(${bulkAction}, ?, ?, ?, ?, ?, ?, ?, ?)`).join(', ')}
     ON DUPLICATE KEY UPDATE bulk_action_id = VALUES(bulk_action_id)`,
    items.flatMap((item) => [
      ...[...planValue, item.accountId, item.action, item.entityId, item.symbol],
      ...[textOf(item.qty), textOf(item.price), textOf(item.valueQuote), textOf(item.profitQuote)],
    ]),
  );
}

export interface OpenPosition {
  id: number;
  account_id: number;
  venue: PriceVenue;
  symbol: string;
  qty_remaining: string;
  /** The cost of the remaining coins, including fees. */
  cost: string;
}

export interface OpenPositionFilter {
  accountId?: number | undefined;
  symbol?: string | undefined;
  tradeMode?: TradeMode | undefined;
  sourceId?: number | undefined;
  /** Only these; at least one. */
  ids?: readonly number[] | undefined;
  /** Only positions with a higher id, to read the next page. */
  afterId?: number | undefined;
}

/** Open positions of an owner, oldest first, at most `limit`. */
export function readOpenPositions(
  db: Pick<Database, 'query'>,
  userId: number,
  filter: OpenPositionFilter,
  limit: number,
): Promise<OpenPosition[]> {
  const conditions: [string, unknown][] = [];
  if (filter.accountId !== undefined) conditions.push(['a.id = ?', filter.accountId]);
  if (filter.symbol !== undefined) conditions.push(['p.symbol = ?', filter.symbol]);
  if (filter.tradeMode !== undefined) conditions.push(['p.trade_mode = ?', filter.tradeMode]);
  if (filter.afterId !== undefined) conditions.push(['p.id > ?', filter.afterId]);
  if (filter.sourceId !== undefined) conditions.push(['e.webhook_source_id = ?', filter.sourceId]);
  const { ids = [] } = filter;
  const among = ids.length > 0 ? ` AND p.id IN (${ids.map(() => '?').join(', ')})` : '';
  return db.query(
    `SELECT p.id, p.exchange_account_id AS account_id, ${PRICE_VENUE} AS venue, p.symbol, p.qty_remaining,
       COALESCE(p.cost_quote, CAST(p.qty_remaining * p.price_open AS DECIMAL(36,18))) AS cost
       FROM trade_positions p JOIN exchange_accounts a ON a.id = p.exchange_account_id
       JOIN trade_jobs j ON j.id = p.trade_job_id_open LEFT JOIN webhook_events e ON e.id = j.webhook_event_id
      WHERE a.user_id = ? AND p.status = 'OPEN'${conditions.map(([sql]) => ` AND ${sql}`).join('')}${among}
      ORDER BY p.id LIMIT ?`,
    [userId, ...conditions.map(([, value]) => value), ...ids, limit],
  );
}

export interface RestingOrder {
  id: number;
  account_id: number;
  symbol: string;
  side: OrderSide;
  base_quantity: string | null;
  limit_price: string | null;
}

const RESTING = `j.order_type = 'LIMIT' AND j.status IN ('PENDING', 'EXECUTING', 'PENDING_LIMIT', 'PARTIALLY_FILLED')`;

/** LIMIT orders of an owner that rest in the order book or are being sent, oldest first. */
export const readRestingOrders = (db: Pick<Database, 'query'>, userId: number): Promise<RestingOrder[]> =>
  db.query(
    `SELECT j.id, j.exchange_account_id AS account_id, j.symbol, j.side, j.base_quantity, j.limit_price
       FROM trade_jobs j JOIN exchange_accounts a ON a.id = j.exchange_account_id
      WHERE a.user_id = ? AND ${RESTING} ORDER BY j.id`,
    [userId],
  );

/** Counts the buys of an owner that were claimed before entries were paused and have not ended yet. */
export async function countBuysUnderWay(db: Pick<Database, 'query'>, userId: number): Promise<number> {
  const [row] = await db.query<{ n: number }[]>(
    `SELECT COUNT(*) AS n FROM trade_jobs j JOIN exchange_accounts a ON a.id = j.exchange_account_id
      WHERE a.user_id = ? AND j.side = 'BUY' AND j.status = 'EXECUTING'`,
    [userId],
  );
  return Number(row?.n ?? 0);
}

/** The result of an item. */
export type ItemResult = { ok: true; jobId: number | null } | Refusal;

/** Writes the result of an item that has none yet. */
export async function writeItemResult(
  db: Pick<Database, 'query'>,
  itemId: number,
  result: ItemResult,
  now: number,
): Promise<void> {
  const refusal = result.ok ? undefined : result;
  await db.query(
    `UPDATE bulk_action_items SET outcome = ?, reason_code = ?, reason_message = ?, trade_job_id = ?, done_at = ?
      WHERE id = ? AND outcome IS NULL`,
    [
      ...[refusal ? 'REFUSED' : 'DONE', refusal?.code ?? null, refusal?.message.slice(0, 500) ?? null],
      ...[result.ok ? result.jobId : null, new Date(now), itemId],
    ],
  );
}

export interface BulkActionHead {
  id: number;
  closes_positions: number;
  expires_at: Date | null;
  started_at: Date | null;
  finished_at: Date | null;
  created_at: Date;
}

/** What a finished kill switch has not stopped: entries resumed since, and orders and positions that are not its items. */
export async function readUnstopped(
  db: Pick<Database, 'query'>,
  userId: number,
  plan: BulkActionHead,
): Promise<{ isResumed: boolean; orders: number; positions: number }> {
  const isNoItem = (action: string, id: string) =>
    `NOT EXISTS (SELECT 1 FROM bulk_action_items i WHERE i.bulk_action_id = ? AND i.action = '${action}' AND i.entity_id = ${id})`;
  const [row] = await db.query<{ resumed: number; orders: number; positions: number }[]>(
    `SELECT (u.entries_paused_at IS NULL OR u.entries_paused_at > ?) AS resumed,
       (SELECT COUNT(*) FROM trade_jobs j JOIN exchange_accounts a ON a.id = j.exchange_account_id
         WHERE a.user_id = u.id AND ${RESTING} AND ${isNoItem('CANCEL_ORDER', 'j.id')}) AS orders,
       (SELECT COUNT(*) FROM trade_positions p JOIN exchange_accounts a ON a.id = p.exchange_account_id
         WHERE ? AND a.user_id = u.id AND p.status = 'OPEN' AND ${isNoItem('CLOSE_POSITION', 'p.id')}) AS positions
       FROM users u WHERE u.id = ?`,
    [plan.created_at, plan.id, plan.closes_positions, plan.id, userId],
  );
  return {
    isResumed: Boolean(row?.resumed),
    orders: Number(row?.orders ?? 0),
    positions: Number(row?.positions ?? 0),
  };
}

/** Locks one of the owner's plans until the end of the transaction. */
export async function lockPlan(
  tx: Tx,
  { userId, bulkActionId, kind }: { userId: number; bulkActionId: number; kind: 'CLOSE_ALL' | 'KILL_SWITCH' },
): Promise<BulkActionHead | undefined> {
  const [bulkAction] = await tx.query<BulkActionHead[]>(
    `SELECT id, closes_positions, expires_at, started_at, finished_at, created_at FROM bulk_actions
      WHERE id = ? AND user_id = ? AND kind = ? FOR UPDATE`,
    [bulkActionId, userId, kind],
  );
  return bulkAction;
}

export const finishPlan = (db: Pick<Database, 'query'>, bulkActionId: number, now: number): Promise<WriteResult> =>
  db.query('UPDATE bulk_actions SET finished_at = COALESCE(finished_at, ?) WHERE id = ?', [
    new Date(now),
    bulkActionId,
  ]);

export interface OpenItem {
  id: number;
  action: 'CANCEL_ORDER' | 'CLOSE_POSITION';
  entity_id: number;
  qty: string | null;
  /** The kind of its plan. */
  kind: 'CLOSE_ALL' | 'KILL_SWITCH';
}

/** Items of a plan without a result, in their order. */
export const readOpenItems = (db: Pick<Database, 'query'>, bulkActionId: number): Promise<OpenItem[]> =>
  db.query(
    `SELECT i.id, i.action, i.entity_id, i.qty, b.kind FROM bulk_action_items i
       JOIN bulk_actions b ON b.id = i.bulk_action_id WHERE i.bulk_action_id = ? AND i.outcome IS NULL ORDER BY i.id`,
    [bulkActionId],
  );

/** A plan to write. */
export interface NewPlan {
  userId: number;
  kind: 'CLOSE_ALL' | 'KILL_SWITCH';
  closesPositions: boolean;
  /** One plan for each key. */
  dedupeKey?: string;
  /** The filter that selected its positions. */
  filter?: OpenPositionFilter;
  /** Until when it may be started (ms since 1970). Without it the plan has already started. */
  expiresAt?: number;
  /** ms since 1970 */
  now: number;
}

/**
 * Writes a plan with its items and returns its id. The writes of `before` are committed with it and come first. A
 * second plan with the same key is a database error.
 */
export const insertPlan = (
  db: Pick<Database, 'transaction'>,
  bulkAction: NewPlan,
  { items = [], before }: { items?: readonly NewItem[]; before?: (batch: Batch) => Batch } = {},
): Promise<number> =>
  db.transaction(async (tx) => {
    const writes = before?.(new Batch()) ?? new Batch();
    const { userId, kind, closesPositions, dedupeKey = null, filter, expiresAt, now } = bulkAction;
    const place = writes.size;
    writes
      .add(
        `INSERT INTO bulk_actions (user_id, kind, dedupe_key, closes_positions, filter_json, expires_at, started_at, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        [
          ...[userId, kind, dedupeKey, closesPositions, filter === undefined ? null : JSON.stringify(filter)],
          ...(expiresAt === undefined ? [null, new Date(now)] : [new Date(expiresAt), null]),
          new Date(now),
        ],
      )
      .add('SET @plan := LAST_INSERT_ID()');
    addBulkActionItems(writes, { sql: '@plan' }, items);
    const inserted = (await tx.commit(writes))[place] as WriteResult;
    return inserted.insertId;
  });

/** Records the start of a plan; the first time stays. */
export const addPlanStart = (batch: Batch, bulkActionId: number, now: number): Batch =>
  batch.add('UPDATE bulk_actions SET started_at = COALESCE(started_at, ?) WHERE id = ?', [new Date(now), bulkActionId]);

/** Whether the account and the source in a filter belong to the owner; true for those not in the filter. */
export async function readOwnedFilter(
  db: Pick<Database, 'query'>,
  userId: number,
  { accountId, sourceId }: OpenPositionFilter,
): Promise<{ account: boolean; source: boolean }> {
  const [row] = await db.query<{ account: number; source: number }[]>(
    `SELECT EXISTS (SELECT 1 FROM exchange_accounts WHERE id = ? AND user_id = ?) AS account,
       EXISTS (SELECT 1 FROM webhook_sources WHERE id = ? AND owner_user_id = ?) AS source`,
    [accountId ?? 0, userId, sourceId ?? 0, userId],
  );
  return {
    account: accountId === undefined || Boolean(row?.account),
    source: sourceId === undefined || Boolean(row?.source),
  };
}
