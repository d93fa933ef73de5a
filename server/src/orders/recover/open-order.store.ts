import type { OrderSide, OrderType, TradeMode } from '../../core/domain.js';
import { d, type D } from '../../core/money/money.js';
import { ACCOUNT_REF_COLUMNS, toAccountRef } from '../../exchange/account-ref.store.js';
import type { AccountRef } from '../../exchange/exchange.js';
import type { Database } from '../../infra/database/database.js';

/** An order of ours that is not over as far as the database knows. */
export interface OpenOrder {
  executionId: number;
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
  /** When a limit order is to be canceled. */
  expiresAt: number | undefined;
  absences: number;
  account: AccountRef & { userId: number };
}

type Db = Pick<Database, 'query'>;
type Row = Record<string, unknown>;
const time = (value: unknown): number => (value as Date).getTime();

const SELECT = `SELECT e.id, e.client_order_id, e.status_exchange, e.side, e.order_type, e.requested_qty, e.executed_qty,
    e.created_at, e.send_before, e.absences, j.symbol, j.limit_order_expires_at,
    a.user_id, ${ACCOUNT_REF_COLUMNS}
  FROM trade_executions e JOIN trade_jobs j ON j.id = e.trade_job_id JOIN exchange_accounts a ON a.id = e.exchange_account_id`;

const toOpenOrder = (row: Row): OpenOrder => ({
  executionId: Number(row.id),
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
  absences: Number(row.absences),
  account: { ...toAccountRef(row), userId: Number(row.user_id) },
});

const many = async (db: Db, where: string, values: readonly unknown[]): Promise<OpenOrder[]> =>
  (await db.query<Row[]>(`${SELECT} WHERE ${where}`, values)).map(toOpenOrder);

/** Which open orders, and how many of them at most. */
export interface OpenOrderQuery {
  now: number;
  limit: number;
  tradeModes: readonly TradeMode[];
  /** Of one account only. */
  accountId?: number | undefined;
}

export const modeIn = (tradeModes: readonly TradeMode[]): string =>
  `e.trade_mode IN (${tradeModes.map(() => '?').join(', ')})`;

/** Orders whose fate is not known and whose sender has given up; those looked at least recently come first. */
export const readUnresolved = (db: Db, { now, limit, tradeModes, accountId }: OpenOrderQuery): Promise<OpenOrder[]> =>
  many(
    db,
    `e.status_exchange IN ('SENDING', 'UNKNOWN') AND e.send_before < ? AND ${modeIn(tradeModes)}
       ${accountId === undefined ? '' : 'AND e.exchange_account_id = ?'}
     ORDER BY e.updated_at, e.id LIMIT ?`,
    [new Date(now), ...tradeModes, ...(accountId === undefined ? [] : [accountId]), limit],
  );

/**
 * Orders in the book that want a look now: all of the simulated exchange, and elsewhere those that should not rest: a
 * market order whose trades were not told yet, a limit order past its deadline. The others are followed per account,
 * by its stream and by `reconcileOrders`: a lookup for each would use up what the exchange allows.
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
