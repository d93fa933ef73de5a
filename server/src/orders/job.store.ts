import { JOB_STATUSES, type ExecutionStatus, type JobStatus, type OrderSide, type OrderType } from '../core/domain.js';
import type { Database } from '../infra/database/database.js';
import { readOwnAccountIds, type TradingFilter } from '../infra/database/owned-rows.store.js';
import type { PageRequest } from '../infra/database/page.js';
import type { ListFilter, ListTable } from '../infra/database/plan-list.js';
import { readPageOf } from '../infra/database/read-list.js';

type Db = Pick<Database, 'prisma' | 'query'>;
const ownedBy = (userId: number) => ({ exchange_account: { user_id: userId } });

export const JOBS: ListTable = {
  table: 'trade_jobs',
  closed: { status: JOB_STATUSES },
  indexes: [
    { name: 'trade_jobs_exchange_account_id_created_at_idx', columns: ['exchange_account_id'] },
    { name: 'trade_jobs_exchange_account_id_status_created_at_idx', columns: ['exchange_account_id', 'status'] },
    {
      name: 'trade_jobs_exchange_account_id_symbol_status_created_at_idx',
      columns: ['exchange_account_id', 'symbol', 'status'],
    },
    {
      name: 'trade_jobs_exchange_account_id_webhook_source_id_created_at_idx',
      columns: ['exchange_account_id', 'webhook_source_id'],
    },
    {
      name: 'trade_jobs_exchange_account_id_trade_mode_created_at_idx',
      columns: ['exchange_account_id', 'trade_mode'],
    },
    { name: 'trade_jobs_exchange_account_id_origin_created_at_idx', columns: ['exchange_account_id', 'origin'] },
  ],
};

export interface JobFilter extends TradingFilter {
  status?: readonly JobStatus[] | undefined;
  side?: readonly OrderSide[] | undefined;
  orderType?: readonly OrderType[] | undefined;
  origin?: readonly string[] | undefined;
}

export async function readJobs(db: Db, userId: number, filter: JobFilter, page: PageRequest) {
  const { tradeMode } = filter;
  const accounts = await readOwnAccountIds(db, userId, { ids: filter.accountIds });
  const where = {
    status: filter.status,
    side: filter.side,
    order_type: filter.orderType,
    origin: filter.origin,
    symbol: filter.symbols,
    webhook_source_id: filter.sourceIds,
    trade_mode: tradeMode === undefined ? undefined : [tradeMode],
  };
  const jobsOf = (ids: readonly number[]): ListFilter => ({
    ...filter,
    scope: ['exchange_account_id', ids],
    where,
  });
  const filters = [jobsOf(accounts)];
  if (tradeMode !== undefined) {
    // A signal whose mode is not the account's leads to a job of the signal's mode, which is skipped. They are few.
    const alike = await readOwnAccountIds(db, userId, { tradeMode, ids: filter.accountIds });
    const others = accounts.filter((id) => !alike.includes(id));
    filters.splice(0, 1, jobsOf(alike), { ...jobsOf(others), by: 'trade_mode' });
  }
  return readPageOf(db, { list: JOBS, filter: filters, page }, (ids) =>
    db.prisma.tradeJob.findMany({ where: { id: { in: ids }, exchange_account_id: { in: accounts } } }),
  );
}
export type JobRow = Awaited<ReturnType<typeof readJobs>>['rows'][number];

export const readJobsById = (db: Db, userId: number, ids: number[]) =>
  db.prisma.tradeJob.findMany({ where: { id: { in: ids }, ...ownedBy(userId) } });

export const readJobsOfEvents = (db: Db, userId: number, eventIds: number[]) =>
  db.prisma.tradeJob.findMany({
    where: { webhook_event_id: { in: eventIds }, ...ownedBy(userId) },
    orderBy: { id: 'asc' },
  });

/** A LIMIT order that rests in the order book or is being sent. */
export const RESTING: JobStatus[] = ['PENDING', 'EXECUTING', 'PENDING_LIMIT', 'PARTIALLY_FILLED'];

export const readLimitOrders = (
  db: Db,
  userId: number,
  filter: Omit<JobFilter, 'status' | 'orderType'>,
  page: PageRequest,
) => readJobs(db, userId, { ...filter, status: RESTING, orderType: ['LIMIT'] }, page);

/** The reservations of sells, oldest first. */
export const readReservationsOfJobs = (db: Db, userId: number, jobIds: number[]) =>
  db.prisma.positionReservation.findMany({
    where: { trade_job_id: { in: jobIds }, position: ownedBy(userId) },
    orderBy: { id: 'asc' },
  });

const EXECUTIONS: ListTable = {
  table: 'trade_executions',
  indexes: [
    { name: 'trade_executions_exchange_account_id_created_at_idx', columns: ['exchange_account_id'] },
    {
      name: 'trade_executions_exchange_account_id_status_exchange_created_idx',
      columns: ['exchange_account_id', 'status_exchange'],
    },
    { name: 'trade_executions_exchange_account_id_symbol_created_at_idx', columns: ['exchange_account_id', 'symbol'] },
    {
      name: 'trade_executions_exchange_account_id_webhook_source_id_creat_idx',
      columns: ['exchange_account_id', 'webhook_source_id'],
    },
  ],
};

/** The orders of one job. */
const JOB_EXECUTIONS: ListTable = {
  table: 'trade_executions',
  indexes: [{ name: 'trade_executions_trade_job_id_created_at_idx', columns: ['trade_job_id'] }],
};

export interface ExecutionFilter extends TradingFilter {
  jobId?: number | undefined;
  status?: readonly ExecutionStatus[] | undefined;
  side?: readonly OrderSide[] | undefined;
}

/** The raw answers of the exchange stay in the database. */
const withoutRaw = { fills_json: true, raw_response_json: true } as const;

export async function readExecutions(db: Db, userId: number, filter: ExecutionFilter, page: PageRequest) {
  const { jobId } = filter;
  const accounts = await readOwnAccountIds(db, userId, { ...filter, ids: filter.accountIds });
  const where = {
    status_exchange: filter.status,
    side: filter.side,
    symbol: filter.symbols,
    webhook_source_id: filter.sourceIds,
  };
  const list = jobId === undefined ? EXECUTIONS : JOB_EXECUTIONS;
  const wanted: ListFilter =
    jobId === undefined
      ? { ...filter, scope: ['exchange_account_id', accounts], where }
      : { ...filter, scope: ['trade_job_id', [jobId]], where: { ...where, exchange_account_id: accounts } };
  return readPageOf(db, { list, filter: wanted, page }, (ids) =>
    db.prisma.tradeExecution.findMany({
      where: { id: { in: ids }, exchange_account_id: { in: accounts } },
      omit: withoutRaw,
    }),
  );
}
export type ExecutionRow = Awaited<ReturnType<typeof readExecutions>>['rows'][number];

export const readExecutionsOfJobs = (db: Db, userId: number, jobIds: number[]) =>
  db.prisma.tradeExecution.findMany({
    where: { trade_job_id: { in: jobIds }, ...ownedBy(userId) },
    omit: withoutRaw,
    orderBy: { id: 'asc' },
  });
