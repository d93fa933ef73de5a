import type { JobStatus, OrderSide, OrderType, TradeMode } from '../../core/domain.js';
import { d, type D } from '../../core/money/money.js';
import { ACCOUNT_REF_COLUMNS, toAccountRef } from '../../exchange/account-ref.store.js';
import type { AccountRef } from '../../exchange/exchange.js';
import type { Database } from '../../infra/database/database.js';

/** An order of ours that is still open in the database. */
export interface OpenOrder {
  executionId: number;
  jobId: number;
  clientOrderId: string;
  status: 'SENDING' | 'UNKNOWN' | 'NEW' | 'PARTIALLY_FILLED';
  symbol: string;
  side: OrderSide;
  type: OrderType;
  requestedQty: D;
  executedQty: D;
  /** ms since 1970 */
  createdAt: number;
  sendBefore: number;
  /** When a limit order must be canceled. */
  expiresAt: number | undefined;
  notFoundCount: number;
  account: AccountRef & { userId: number };
}

type Db = Pick<Database, 'query'>;
type Row = Record<string, unknown>;
const time = (value: unknown): number => (value as Date).getTime();

const SELECT = `SELECT e.id, e.trade_job_id, e.client_order_id, e.status_exchange, e.side, e.order_type, e.requested_qty, e.executed_qty,
    e.created_at, e.send_before, e.not_found_count, j.symbol, j.limit_order_expires_at,
    a.user_id, ${ACCOUNT_REF_COLUMNS}
  FROM trade_executions e JOIN trade_jobs j ON j.id = e.trade_job_id JOIN exchange_accounts a ON a.id = e.exchange_account_id`;

const toOpenOrder = (row: Row): OpenOrder => ({
  executionId: Number(row.id),
  jobId: Number(row.trade_job_id),
  clientOrderId: String(row.client_order_id),
  status: String(row.status_exchange) as OpenOrder['status'],
  symbol: String(row.symbol),
  side: String(row.side) as OrderSide,
  type: String(row.order_type) as OrderType,
  requestedQty: d(String(row.requested_qty)),
  executedQty: d(String(row.executed_qty)),
  createdAt: time(row.created_at),
  sendBefore: time(row.send_before),
  expiresAt: row.limit_order_expires_at === null ? undefined : time(row.limit_order_expires_at),
  notFoundCount: Number(row.not_found_count),
  account: { ...toAccountRef(row), userId: Number(row.user_id) },
});

const many = async (db: Db, where: string, values: readonly unknown[]): Promise<OpenOrder[]> =>
  (await db.query<Row[]>(`${SELECT} WHERE ${where}`, values)).map(toOpenOrder);

/** Selects open orders, at most `limit` of them. */
export interface OpenOrderQuery {
  now: number;
  limit: number;
  tradeModes: readonly TradeMode[];
  /** Only orders of this account. */
  accountId?: number | undefined;
}

export const modeIn = (tradeModes: readonly TradeMode[]): string =>
  `e.trade_mode IN (${tradeModes.map(() => '?').join(', ')})`;

/** Orders with unknown outcomes whose sender has given up, least recently looked up first. */
export const readUnresolved = (db: Db, { now, limit, tradeModes, accountId }: OpenOrderQuery): Promise<OpenOrder[]> =>
  many(
    db,
    `e.status_exchange IN ('SENDING', 'UNKNOWN') AND e.send_before < ? AND ${modeIn(tradeModes)}
       ${accountId === undefined ? '' : 'AND e.exchange_account_id = ?'}
     ORDER BY e.updated_at, e.id LIMIT ?`,
    [new Date(now), ...tradeModes, ...(accountId === undefined ? [] : [accountId]), limit],
  );

/**
 * Orders in the order book that must be looked up now: all orders of the simulated exchange, and at real exchanges
 * those that should not rest: a market order whose trades are unknown, a limit order past its deadline. The others are
 * followed per account, by its stream and by `reconcileOrders`: a lookup for each would use up the rate budget.
 */
export const readResting = (db: Db, { now, limit, tradeModes }: OpenOrderQuery): Promise<OpenOrder[]> =>
  many(
    db,
    `e.status_exchange IN ('NEW', 'PARTIALLY_FILLED') AND e.send_before < ? AND ${modeIn(tradeModes)}
       AND (e.trade_mode = 'SIMULATION' OR e.order_type = 'MARKET' OR j.limit_order_expires_at <= ?)
     ORDER BY e.updated_at, e.id LIMIT ?`,
    [new Date(now), ...tradeModes, new Date(now), limit],
  );

/** Every open order of an account, oldest first. */
export const readOpenOf = (db: Db, accountId: number): Promise<OpenOrder[]> =>
  many(
    db,
    "e.status_exchange IN ('SENDING', 'UNKNOWN', 'NEW', 'PARTIALLY_FILLED') AND e.exchange_account_id = ? ORDER BY e.id",
    [accountId],
  );

export const isUnresolved = ({ status }: Pick<OpenOrder, 'status'>): boolean =>
  status === 'SENDING' || status === 'UNKNOWN';

/** A sent order of ours, by its client order id. */
export async function readOrderByClientId(
  db: Db,
  { accountId, clientOrderId }: { accountId: number; clientOrderId: string },
): Promise<{ executionId: number; account: AccountRef; createdAt: number } | undefined> {
  const [row] = await db.query<Row[]>(
    `SELECT e.id, e.created_at, ${ACCOUNT_REF_COLUMNS}
       FROM trade_executions e JOIN exchange_accounts a ON a.id = e.exchange_account_id
      WHERE e.exchange_account_id = ? AND e.client_order_id = ?`,
    [accountId, clientOrderId],
  );
  return row && { executionId: Number(row.id), account: toAccountRef(row), createdAt: time(row.created_at) };
}

/** The latest order of a job of this owner, and the state of the job. */
export async function readOrderOfJob(
  db: Db,
  { jobId, ownerUserId }: { jobId: number; ownerUserId: number },
): Promise<
  | {
      status: JobStatus;
      symbol: string;
      account: AccountRef;
      /** undefined before the job was claimed. */
      order: { executionId: number; clientOrderId: string; createdAt: number } | undefined;
    }
  | undefined
> {
  const [row] = await db.query<Row[]>(
    `SELECT j.status, j.symbol, x.id AS execution_id, x.client_order_id, x.created_at, ${ACCOUNT_REF_COLUMNS}
       FROM trade_jobs j JOIN exchange_accounts a ON a.id = j.exchange_account_id
       LEFT JOIN trade_executions x ON x.trade_job_id = j.id
      WHERE j.id = ? AND a.user_id = ? ORDER BY x.attempt DESC LIMIT 1`,
    [jobId, ownerUserId],
  );
  if (!row) return undefined;
  const { execution_id: executionId, client_order_id: clientOrderId, created_at: createdAt } = row;
  const order = executionId !== null && {
    ...{ executionId: Number(executionId), clientOrderId: String(clientOrderId), createdAt: time(createdAt) },
  };
  return {
    ...{ status: String(row.status) as JobStatus, symbol: String(row.symbol), account: toAccountRef(row) },
    order: order || undefined,
  };
}

/** The last order of each buy that has waited, PENDING, for its next attempt since before this time. */
export async function readStaleRetries(
  db: Db,
  { before, limit, tradeModes }: { before: number; limit: number; tradeModes: readonly TradeMode[] },
): Promise<number[]> {
  const rows = await db.query<{ id: number }[]>(
    `SELECT MAX(e.id) AS id FROM trade_jobs j JOIN trade_executions e ON e.trade_job_id = j.id
     WHERE j.status = 'PENDING' AND j.side = 'BUY' AND j.created_at <= ? AND ${modeIn(tradeModes)} GROUP BY j.id ORDER BY j.id LIMIT ?`,
    [new Date(before), ...tradeModes, limit],
  );
  return rows.map(({ id }) => id);
}

/** The exchange order ids among these that belong to other known orders: ours, or external ones noted before. */
export async function readKnownOrderIds(
  db: Db,
  { account, symbol }: Pick<OpenOrder, 'account' | 'symbol'>,
  exchangeOrderIds: readonly string[],
): Promise<string[]> {
  if (exchangeOrderIds.length === 0) return [];
  const rows = await db.query<{ exchange_order_id: string }[]>(
    `SELECT e.exchange_order_id FROM trade_executions e JOIN trade_jobs j ON j.id = e.trade_job_id
      WHERE e.exchange_account_id = ? AND e.exchange_order_id IN (?) AND j.symbol = ?
     UNION SELECT exchange_order_id FROM external_orders
      WHERE exchange_account_id = ? AND exchange_order_id IN (?) AND symbol = ?`,
    [account.id, exchangeOrderIds, symbol, account.id, exchangeOrderIds, symbol],
  );
  return rows.map(({ exchange_order_id }) => exchange_order_id);
}

/** The quantity of an asset that our other sells hold or will hold: those being sent and those that rest. */
export async function readLockedByOurSells(
  db: Db,
  { accountId, asset, exceptExecutionId }: { accountId: number; asset: string; exceptExecutionId: number },
): Promise<D> {
  const [row] = await db.query<{ locked: string }[]>(
    `SELECT CAST(COALESCE(SUM(e.requested_qty - e.executed_qty), 0) AS CHAR) AS locked
       FROM trade_executions e JOIN trade_jobs j ON j.id = e.trade_job_id
      WHERE e.status_exchange IN ('SENDING', 'UNKNOWN', 'NEW', 'PARTIALLY_FILLED') AND e.exchange_account_id = ?
        AND e.side = 'SELL' AND SUBSTRING_INDEX(j.symbol, '/', 1) = ? AND e.id <> ?`,
    [accountId, asset, exceptExecutionId],
  );
  return d(row?.locked ?? '0');
}
