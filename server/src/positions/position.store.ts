import type { OrderSide } from '../core/domain.js';
import type { Database } from '../infra/database/database.js';
import { readOwnAccountIds, type TradingFilter } from '../infra/database/owned-rows.store.js';
import type { PageRequest } from '../infra/database/page.js';
import type { ListTable } from '../infra/database/plan-list.js';
import { readPageOf } from '../infra/database/read-list.js';

type Db = Pick<Database, 'prisma' | 'query'>;
const ownedBy = (userId: number) => ({ exchange_account: { user_id: userId } });

/** A column of 0 and 1. */
type Flag = 0 | 1;

/**
 * A position as the driver reads it, which costs a tenth of what Prisma's objects cost: decimals are text with all digits
 * of their column.
 */
export interface PositionRow {
  id: number;
  exchange_account_id: number;
  webhook_source_id: number | null;
  trade_mode: string;
  symbol: string;
  side: string;
  trade_job_id_open: number;
  qty_total: string;
  qty_remaining: string;
  qty_reserved: string;
  price_open: string;
  status: string;
  realized_profit_usd: string;
  fees_quote: string;
  sl_enabled: Flag;
  sl_pct: string | null;
  tp_enabled: Flag;
  tp_pct: string | null;
  trailing_enabled: Flag;
  trailing_distance_pct: string | null;
  trailing_max_price: string | null;
  trailing_arming_pct: string | null;
  trailing_version: number;
  time_stop_hours: number | null;
  break_even_after_first: Flag;
  min_profit_pct: string | null;
  sl_triggered: Flag;
  tp_triggered: Flag;
  trailing_triggered: Flag;
  partial_tp_triggered: Flag;
  lock_sell_by_webhook: Flag;
  close_reason: string | null;
  closed_at: Date | null;
  vault_id: number | null;
  dust_qty: string;
  dust_value_quote: string;
  cost_quote: string | null;
  shortfall_qty: string;
  shortfall_value_quote: string;
  unsellable_reason: string | null;
  unsellable_at: Date | null;
  trace_json: string | null;
  created_at: Date;
  updated_at: Date;
}

const COLUMNS = `p.id, p.exchange_account_id, p.webhook_source_id, p.trade_mode, p.symbol, p.side, p.trade_job_id_open,
  p.qty_total, p.qty_remaining, p.qty_reserved, p.price_open, p.status, p.realized_profit_usd, p.fees_quote,
  p.sl_enabled, p.sl_pct, p.tp_enabled, p.tp_pct, p.trailing_enabled, p.trailing_distance_pct, p.trailing_max_price,
  p.trailing_arming_pct, p.trailing_version, p.time_stop_hours, p.break_even_after_first, p.min_profit_pct,
  p.sl_triggered, p.tp_triggered, p.trailing_triggered, p.partial_tp_triggered, p.lock_sell_by_webhook, p.close_reason,
  p.closed_at, p.vault_id, p.dust_qty, p.dust_value_quote, p.cost_quote, p.shortfall_qty, p.shortfall_value_quote,
  p.unsellable_reason, p.unsellable_at, p.trace_json, p.created_at, p.updated_at`;

/** Without a status both are read, each from its own range. */
const POSITIONS: ListTable = {
  table: 'trade_positions',
  closed: { status: ['OPEN', 'CLOSED'] },
  indexes: [
    {
      name: 'trade_positions_exchange_account_id_status_created_at_idx',
      columns: ['exchange_account_id', 'status'],
    },
    {
      name: 'trade_positions_exchange_account_id_symbol_status_created_at_idx',
      columns: ['exchange_account_id', 'symbol', 'status'],
    },
    {
      name: 'trade_positions_exchange_account_id_webhook_source_id_status_idx',
      columns: ['exchange_account_id', 'webhook_source_id', 'status'],
    },
  ],
};

export interface PositionFilterRow extends TradingFilter {
  status?: readonly ('OPEN' | 'CLOSED')[] | undefined;
}

export async function readPositions(db: Db, userId: number, filter: PositionFilterRow, page: PageRequest) {
  const accounts = await readOwnAccountIds(db, userId, { ...filter, ids: filter.accountIds });
  const where = {
    status: filter.status,
    symbol: filter.symbols,
    webhook_source_id: filter.sourceIds,
  };
  return readPageOf(
    db,
    { list: POSITIONS, filter: { ...filter, scope: ['exchange_account_id', accounts], where }, page },
    (ids) =>
      db.query<PositionRow[]>(
        `SELECT ${COLUMNS} FROM trade_positions p WHERE p.id IN (?) AND p.exchange_account_id IN (?)`,
        [ids, accounts],
      ),
  );
}

/** Positions of a user by one of their unique columns. */
const readOwn = (db: Db, userId: number, column: 'id' | 'trade_job_id_open', keys: number[]): Promise<PositionRow[]> =>
  keys.length === 0
    ? Promise.resolve([])
    : db.query<PositionRow[]>(
        `SELECT ${COLUMNS} FROM trade_positions p JOIN exchange_accounts a ON a.id = p.exchange_account_id AND a.user_id = ?
         WHERE p.${column} IN (?)`,
        [userId, keys],
      );

export const readPositionsById = (db: Db, userId: number, ids: number[]) => readOwn(db, userId, 'id', ids);

export const readPositionsOfJobs = (db: Db, userId: number, jobIds: number[]) =>
  readOwn(db, userId, 'trade_job_id_open', jobIds);

export const readFillsOfPositions = (db: Db, userId: number, positionIds: number[]) =>
  db.prisma.positionFill.findMany({
    where: { position_id: { in: positionIds }, position: ownedBy(userId) },
    orderBy: { id: 'asc' },
  });
export type FillRow = Awaited<ReturnType<typeof readFillsOfPositions>>[number];

const FILLS: ListTable = {
  table: 'position_fills',
  indexes: [
    { name: 'position_fills_exchange_account_id_created_at_idx', columns: ['exchange_account_id'] },
    { name: 'position_fills_exchange_account_id_symbol_created_at_idx', columns: ['exchange_account_id', 'symbol'] },
    {
      name: 'position_fills_exchange_account_id_webhook_source_id_created_idx',
      columns: ['exchange_account_id', 'webhook_source_id'],
    },
  ],
};

export interface FillFilterRow extends TradingFilter {
  side?: readonly OrderSide[] | undefined;
}

/** The fills of a user's positions. */
export async function readFills(db: Db, userId: number, filter: FillFilterRow, page: PageRequest) {
  const accounts = await readOwnAccountIds(db, userId, { ...filter, ids: filter.accountIds });
  const where = {
    side: filter.side,
    symbol: filter.symbols,
    webhook_source_id: filter.sourceIds,
  };
  return readPageOf(
    db,
    { list: FILLS, filter: { ...filter, scope: ['exchange_account_id', accounts], where }, page },
    (ids) => db.prisma.positionFill.findMany({ where: { id: { in: ids }, exchange_account_id: { in: accounts } } }),
  );
}

/** Fills with the mode of their position. */
export const readLiveFills = (db: Db, userId: number, ids: number[]) =>
  db.prisma.positionFill.findMany({
    where: { id: { in: ids }, position: ownedBy(userId) },
    include: { position: { select: { trade_mode: true } } },
  });
export type LiveFillRow = Awaited<ReturnType<typeof readLiveFills>>[number];

/** The label of the source whose signal led to each job; jobs without a signal are left out. */
export const readSourceLabels = (
  db: Db,
  userId: number,
  jobIds: number[],
): Promise<{ jobId: number; sourceId: number; label: string }[]> =>
  db.query(
    `SELECT j.id AS jobId, s.id AS sourceId, s.label
     FROM trade_jobs j JOIN webhook_events e ON e.id = j.webhook_event_id
     JOIN webhook_sources s ON s.id = e.webhook_source_id AND s.owner_user_id = ?
     WHERE j.id IN (?)`,
    [userId, jobIds],
  );

export interface TargetRow {
  id: number;
  position_id: number;
  ordinal: number;
  pct: string;
  share_pct: string;
  triggered_at: Date | null;
  trade_job_id: number | null;
  /** Of the job that it led to. */
  job_status: string | null;
  has_sold: Flag;
}

/** The targets of these positions, lowest first. */
export const readTargetsOfPositions = (db: Db, userId: number, positionIds: number[]) =>
  db.query<TargetRow[]>(
    `SELECT t.id, t.position_id, t.ordinal, t.pct, t.share_pct, t.triggered_at, t.trade_job_id, j.status AS job_status,
       EXISTS (SELECT 1 FROM position_reservations r WHERE r.trade_job_id = t.trade_job_id AND r.qty_sold > 0) AS has_sold
     FROM position_targets t JOIN trade_positions p ON p.id = t.position_id
     JOIN exchange_accounts a ON a.id = p.exchange_account_id AND a.user_id = ?
     LEFT JOIN trade_jobs j ON j.id = t.trade_job_id
     WHERE t.position_id IN (?) ORDER BY t.position_id, t.ordinal`,
    [userId, positionIds],
  );

/** The sells that have a reservation on these positions, with their jobs, oldest first. */
export const readSellsOfPositions = (db: Db, userId: number, positionIds: number[]) =>
  db.prisma.positionReservation.findMany({
    where: { position_id: { in: positionIds }, position: ownedBy(userId) },
    include: { trade_job: true },
    orderBy: { id: 'asc' },
  });

/** The owner's manual changes of these positions, oldest first. */
export const readEditsOfPositions = (db: Db, userId: number, positionIds: number[]) =>
  db.prisma.auditLog.findMany({
    where: {
      entity_type: 'position',
      entity_id: { in: positionIds },
      user_id: userId,
      action: { in: ['updatePositionExits', 'setSellLock'] },
    },
    orderBy: { id: 'asc' },
  });
export type EditRow = Awaited<ReturnType<typeof readEditsOfPositions>>[number];
