import type { JobStatus, OrderSide, TradeMode } from '../core/domain.js';
import type { Database } from '../infra/database/database.js';
import { below, newestFirst, type PageRequest } from '../infra/database/page.js';

type Db = Pick<Database, 'prisma'>;
const ownedBy = (userId: number) => ({ exchange_account: { user_id: userId } });

export interface JobFilter {
  tradeMode?: TradeMode | null | undefined;
  status?: JobStatus[] | null | undefined;
  symbol?: string | null | undefined;
  accountId?: number | undefined;
}

export const readJobs = (db: Db, userId: number, filter: JobFilter, page: PageRequest) =>
  db.prisma.tradeJob.findMany({
    where: {
      ...ownedBy(userId),
      ...(filter.tradeMode && { trade_mode: filter.tradeMode }),
      ...(filter.status && { status: { in: filter.status } }),
      ...(filter.symbol && { symbol: filter.symbol }),
      ...(filter.accountId !== undefined && { exchange_account_id: filter.accountId }),
      ...below(page),
    },
    ...newestFirst(page),
  });
export type JobRow = Awaited<ReturnType<typeof readJobs>>[number];

export const readJobsById = (db: Db, userId: number, ids: number[]) =>
  db.prisma.tradeJob.findMany({ where: { id: { in: ids }, ...ownedBy(userId) } });

export const readJobsOfEvents = (db: Db, userId: number, eventIds: number[]) =>
  db.prisma.tradeJob.findMany({
    where: { webhook_event_id: { in: eventIds }, ...ownedBy(userId) },
    orderBy: { id: 'asc' },
  });

/** A LIMIT order that rests in the order book or is being sent. */
export const RESTING: JobStatus[] = ['PENDING', 'EXECUTING', 'PENDING_LIMIT', 'PARTIALLY_FILLED'];

export interface LimitOrderFilterRow extends Omit<JobFilter, 'status'> {
  side?: OrderSide | null | undefined;
}

export const readLimitOrders = (db: Db, userId: number, filter: LimitOrderFilterRow, page: PageRequest) =>
  db.prisma.tradeJob.findMany({
    where: {
      ...ownedBy(userId),
      order_type: 'LIMIT',
      status: { in: RESTING },
      ...(filter.tradeMode && { trade_mode: filter.tradeMode }),
      ...(filter.side && { side: filter.side }),
      ...(filter.symbol && { symbol: filter.symbol }),
      ...(filter.accountId !== undefined && { exchange_account_id: filter.accountId }),
      ...below(page),
    },
    ...newestFirst(page),
  });

/** The reservations of sells, oldest first. */
export const readReservationsOfJobs = (db: Db, userId: number, jobIds: number[]) =>
  db.prisma.positionReservation.findMany({
    where: { trade_job_id: { in: jobIds }, position: ownedBy(userId) },
    orderBy: { id: 'asc' },
  });

export interface ExecutionFilter {
  tradeMode?: TradeMode | null | undefined;
  symbol?: string | null | undefined;
  accountId?: number | undefined;
  jobId?: number | undefined;
}

/** The raw answers of the exchange stay in the database. */
const withoutRaw = { fills_json: true, raw_response_json: true } as const;

export const readExecutions = (db: Db, userId: number, filter: ExecutionFilter, page: PageRequest) =>
  db.prisma.tradeExecution.findMany({
    where: {
      ...ownedBy(userId),
      ...(filter.tradeMode && { trade_mode: filter.tradeMode }),
      ...(filter.symbol && { trade_job: { symbol: filter.symbol } }),
      ...(filter.accountId !== undefined && { exchange_account_id: filter.accountId }),
      ...(filter.jobId !== undefined && { trade_job_id: filter.jobId }),
      ...below(page),
    },
    include: { trade_job: { select: { symbol: true } } },
    omit: withoutRaw,
    ...newestFirst(page),
  });
export type ExecutionRow = Awaited<ReturnType<typeof readExecutions>>[number];

export const readExecutionsOfJobs = (db: Db, userId: number, jobIds: number[]) =>
  db.prisma.tradeExecution.findMany({
    where: { trade_job_id: { in: jobIds }, ...ownedBy(userId) },
    include: { trade_job: { select: { symbol: true } } },
    omit: withoutRaw,
    orderBy: { id: 'asc' },
  });
