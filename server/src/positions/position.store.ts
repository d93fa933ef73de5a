import type { TradeMode } from '../core/domain.js';
import type { Database } from '../infra/database/database.js';
import { below, newestFirst, type PageRequest } from '../infra/database/page.js';

type Db = Pick<Database, 'prisma' | 'query'>;
const ownedBy = (userId: number) => ({ exchange_account: { user_id: userId } });

export interface PositionFilterRow {
  status?: 'OPEN' | 'CLOSED' | null | undefined;
  tradeMode?: TradeMode | null | undefined;
  symbol?: string | null | undefined;
  accountId?: number | undefined;
  sourceId?: number | undefined;
}

export const readPositions = (db: Db, userId: number, filter: PositionFilterRow, page: PageRequest) =>
  db.prisma.tradePosition.findMany({
    where: {
      ...ownedBy(userId),
      ...(filter.status && { status: filter.status }),
      ...(filter.tradeMode && { trade_mode: filter.tradeMode }),
      ...(filter.symbol && { symbol: filter.symbol }),
      ...(filter.accountId !== undefined && { exchange_account_id: filter.accountId }),
      ...(filter.sourceId !== undefined && { open_job: { webhook_event: { webhook_source_id: filter.sourceId } } }),
      ...below(page),
    },
    ...newestFirst(page),
  });
export type PositionRow = Awaited<ReturnType<typeof readPositions>>[number];

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

export const readFillsById = (db: Db, userId: number, ids: number[]) =>
  db.prisma.positionFill.findMany({ where: { id: { in: ids }, position: ownedBy(userId) } });

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
