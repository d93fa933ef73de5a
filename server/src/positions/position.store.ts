import type { OrderSide } from '../core/domain.js';
import type { Database } from '../infra/database/database.js';
import { readOwnAccountIds, type TradingFilter } from '../infra/database/owned-rows.store.js';
import type { PageRequest } from '../infra/database/page.js';
import type { ListTable } from '../infra/database/plan-list.js';
import { readPageOf } from '../infra/database/read-list.js';

type Db = Pick<Database, 'prisma' | 'query'>;
const ownedBy = (userId: number) => ({ exchange_account: { user_id: userId } });

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
  const accounts = await readOwnAccountIds(db, userId, { ...filter, id: filter.accountId });
  const where = {
    status: filter.status,
    symbol: filter.symbols,
    webhook_source_id: filter.sourceId === undefined ? undefined : [filter.sourceId],
  };
  return readPageOf(
    db,
    { list: POSITIONS, filter: { ...filter, scope: ['exchange_account_id', accounts], where }, page },
    (ids) => db.prisma.tradePosition.findMany({ where: { id: { in: ids }, exchange_account_id: { in: accounts } } }),
  );
}
export type PositionRow = Awaited<ReturnType<typeof readPositions>>['rows'][number];

export const readPositionsById = (db: Db, userId: number, ids: number[]) =>
  db.prisma.tradePosition.findMany({ where: { id: { in: ids }, ...ownedBy(userId) } });

export const readPositionsOfJobs = (db: Db, userId: number, jobIds: number[]) =>
  db.prisma.tradePosition.findMany({ where: { trade_job_id_open: { in: jobIds }, ...ownedBy(userId) } });

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
  const accounts = await readOwnAccountIds(db, userId, { ...filter, id: filter.accountId });
  const where = {
    side: filter.side,
    symbol: filter.symbols,
    webhook_source_id: filter.sourceId === undefined ? undefined : [filter.sourceId],
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

export const readTargetsOfPositions = (db: Db, userId: number, positionIds: number[]) =>
  db.prisma.positionTarget.findMany({
    where: { position_id: { in: positionIds }, position: ownedBy(userId) },
    include: { trade_job: { select: { status: true, reservations: { select: { qty_sold: true } } } } },
    orderBy: [{ position_id: 'asc' }, { ordinal: 'asc' }],
  });
export type TargetRow = Awaited<ReturnType<typeof readTargetsOfPositions>>[number];

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
