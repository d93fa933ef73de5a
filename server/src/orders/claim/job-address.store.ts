import type { OrderSide, TradeMode } from '../../core/domain.js';
import { signalOfRequest, type OrderRequest } from '../../core/plan/order-request.js';
import { ACCOUNT_REF_COLUMNS, toAccountRef } from '../../exchange/account-ref.store.js';
import type { AccountRef } from '../../exchange/exchange.js';
import { fromJson, type Database } from '../../infra/database/database.js';

/** What is read of a job before it is claimed, so that its market and price can be looked up before any lock. */
export type JobAddress = SizedJobAddress | FreshJobAddress;

interface Address {
  jobId: number;
  side: OrderSide;
  symbol: string;
  tradeMode: TradeMode;
  /** ms since 1970 */
  createdAt: number;
  account: AccountRef & { userId: number; isActive: boolean };
  /** The identity of its signal, for the log. */
  eventUid?: string | null;
}

/** An exit, an order with a requested size, or a second attempt: it needs no plan. */
export interface SizedJobAddress extends Address {
  isSized: true;
}

/** A job of a signal, or of an order by hand, that was never claimed. */
export interface FreshJobAddress extends Address {
  isSized: false;
  eventId: number | null;
  signal: { price: string | null; priceUnread: string | null; receivedAt: number; maxLagSec: number | null };
  /** The weight of the binding; null = the whole size. */
  weight: string | null;
  /** For a buy, the vault of its parameter at the time of this read: a hint which row to lock. */
  vaultId: number | null;
  /** An order by hand: what its owner asked for. Its plan uses the vault of the request, not the one of a parameter. */
  request?: OrderRequest;
}

/** The columns and tables of the rows that `toJobAddress` reads. */
export const JOB_ADDRESS_COLUMNS = `j.id AS job_id, j.side, j.symbol, j.trade_mode, j.created_at,
  j.admitted_at IS NOT NULL AND j.base_quantity IS NOT NULL AS is_sized,
  ${ACCOUNT_REF_COLUMNS}, a.user_id, a.is_active,
  j.webhook_event_id, e.event_uid, j.request_json, e.price_reference, e.price_unread, COALESCE(e.created_at, j.created_at) AS received_at, s.max_lag_sec, b.weight,
  (SELECT p.vault_id FROM trade_parameters p WHERE p.exchange_account_id = j.exchange_account_id AND p.symbol = j.symbol
     AND j.side = 'BUY' AND p.side IN ('BUY', 'BOTH') ORDER BY p.side = 'BUY' DESC LIMIT 1) AS vault_id`;
export const JOB_ADDRESS_TABLES = `FROM trade_jobs j JOIN exchange_accounts a ON a.id = j.exchange_account_id
  LEFT JOIN webhook_events e ON e.id = j.webhook_event_id
  LEFT JOIN webhook_sources s ON s.id = e.webhook_source_id
  LEFT JOIN account_webhook_bindings b ON b.webhook_source_id = e.webhook_source_id AND b.exchange_account_id = j.exchange_account_id`;

const textOrNull = (value: unknown): string | null => (value === null ? null : String(value));
const numberOrNull = (value: unknown): number | null => (value === null ? null : Number(value));

export function toJobAddress(row: Record<string, unknown>): JobAddress {
  const address: Address = {
    jobId: Number(row.job_id),
    side: String(row.side) as OrderSide,
    symbol: String(row.symbol),
    tradeMode: String(row.trade_mode) as TradeMode,
    createdAt: (row.created_at as Date).getTime(),
    account: { ...toAccountRef(row), userId: Number(row.user_id), isActive: Boolean(row.is_active) },
    eventUid: textOrNull(row.event_uid ?? null),
  };
  if (row.is_sized) return { ...address, isSized: true };
  const request = fromJson<OrderRequest>(row.request_json);
  if (request) {
    const signal = signalOfRequest(request, address.createdAt);
    return { ...address, isSized: false, eventId: null, signal, weight: null, vaultId: request.vaultId, request };
  }
  return {
    ...address,
    isSized: false,
    eventId: numberOrNull(row.webhook_event_id),
    signal: {
      price: textOrNull(row.price_reference),
      priceUnread: textOrNull(row.price_unread),
      receivedAt: (row.received_at as Date).getTime(),
      maxLagSec: numberOrNull(row.max_lag_sec),
    },
    weight: textOrNull(row.weight),
    vaultId: numberOrNull(row.vault_id),
  };
}

/** undefined when the job does not exist or another executor has taken it. */
export async function readPendingJob(db: Pick<Database, 'query'>, jobId: number): Promise<JobAddress | undefined> {
  const [row] = await db.query<Record<string, unknown>[]>(
    `SELECT ${JOB_ADDRESS_COLUMNS} ${JOB_ADDRESS_TABLES} WHERE j.id = ? AND j.status = 'PENDING'`,
    [jobId],
  );
  return row && toJobAddress(row);
}

/** An account that a source's signals go to. */
export type BoundAccount = Pick<FreshJobAddress, 'account' | 'tradeMode' | 'weight'>;

/** The accounts that are actively bound to a source, in the order of their bindings. */
export async function readBoundAccounts(db: Pick<Database, 'query'>, sourceId: number): Promise<BoundAccount[]> {
  const rows = await db.query<Record<string, unknown>[]>(
    `SELECT ${ACCOUNT_REF_COLUMNS}, a.is_active, a.user_id, s.trade_mode, b.weight
     FROM account_webhook_bindings b JOIN exchange_accounts a ON a.id = b.exchange_account_id
     JOIN webhook_sources s ON s.id = b.webhook_source_id
     WHERE b.webhook_source_id = ? AND b.is_active ORDER BY b.id`,
    [sourceId],
  );
  return rows.map((row) => ({
    account: { ...toAccountRef(row), userId: Number(row.user_id), isActive: Boolean(row.is_active) },
    ...{ tradeMode: String(row.trade_mode) as TradeMode, weight: textOrNull(row.weight) },
  }));
}
