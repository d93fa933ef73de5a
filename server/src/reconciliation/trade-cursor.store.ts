import type { BookedFill } from '../core/order/booked-fill.js';
import { fromJson, type Database } from '../infra/database/database.js';

type Db = Pick<Database, 'query'>;

/** A symbol whose trades are read; `syncedUntil` is in ms since 1970, undefined = never yet. */
export interface SymbolCursor {
  symbol: string;
  syncedUntil: number | undefined;
}

const RECENT_JOBS = 200;

/**
 * The symbols of an account that we trade or that have known trades, least recently read first. An exchange lists
 * trades only by symbol; external trades of other symbols are found by the stream and in the balances.
 */
export async function readTradedSymbols(db: Db, accountId: number, limit: number): Promise<SymbolCursor[]> {
  const rows = await db.query<{ symbol: string; synced_until: Date | null }[]>(
    `SELECT s.symbol, c.synced_until FROM (
       SELECT symbol FROM trade_cursors WHERE exchange_account_id = ?
       UNION SELECT symbol FROM trade_positions WHERE exchange_account_id = ? AND status = 'OPEN'
       UNION SELECT symbol FROM trade_parameters WHERE exchange_account_id = ?
       UNION SELECT symbol FROM external_orders WHERE exchange_account_id = ?
       UNION SELECT symbol FROM (SELECT symbol FROM trade_jobs WHERE exchange_account_id = ? ORDER BY id DESC LIMIT ?) recent
     ) s LEFT JOIN trade_cursors c ON c.exchange_account_id = ? AND c.symbol = s.symbol
     ORDER BY c.synced_until IS NOT NULL, c.synced_until, s.symbol LIMIT ?`,
    [accountId, accountId, accountId, accountId, accountId, RECENT_JOBS, accountId, limit],
  );
  return rows.map(({ symbol, synced_until }) => ({ symbol, syncedUntil: synced_until?.getTime() }));
}

export async function writeCursor(
  db: Db,
  { accountId, symbol, syncedUntil }: { accountId: number; symbol: string; syncedUntil: number },
): Promise<void> {
  await db.query(
    `INSERT INTO trade_cursors (exchange_account_id, symbol, synced_until) VALUES (?, ?, ?)
     ON DUPLICATE KEY UPDATE synced_until = GREATEST(synced_until, VALUES(synced_until))`,
    [accountId, symbol, new Date(syncedUntil)],
  );
}

/** An order of ours that has trades, and which of them are booked. */
export interface TradedOrder {
  executionId: number;
  clientOrderId: string;
  tradeIds: Set<string>;
}

/** Our orders of a symbol, by exchange order id. */
export async function readTradedOrders(
  db: Db,
  { accountId, symbol, exchangeOrderIds }: { accountId: number; symbol: string; exchangeOrderIds: readonly string[] },
): Promise<Map<string, TradedOrder>> {
  if (exchangeOrderIds.length === 0) return new Map();
  const rows = await db.query<
    { id: number; client_order_id: string; exchange_order_id: string; fills_json: string | null }[]
  >(
    `SELECT e.id, e.client_order_id, e.exchange_order_id, e.fills_json
       FROM trade_executions e JOIN trade_jobs j ON j.id = e.trade_job_id
      WHERE e.exchange_account_id = ? AND e.exchange_order_id IN (${exchangeOrderIds.map(() => '?').join(', ')}) AND j.symbol = ?`,
    [accountId, ...exchangeOrderIds, symbol],
  );
  return new Map(
    rows.map(({ id, client_order_id, exchange_order_id, fills_json }) => {
      const fills = fromJson<BookedFill[]>(fills_json) ?? [];
      const tradeIds = new Set(fills.map(({ tradeId }) => tradeId));
      return [exchange_order_id, { executionId: id, clientOrderId: client_order_id, tradeIds }];
    }),
  );
}

/** Whether an order of ours for this symbol is being sent, so that an unassigned trade may belong to it. */
export async function hasUnresolved(
  db: Db,
  { accountId, symbol }: { accountId: number; symbol: string },
): Promise<boolean> {
  const rows = await db.query<{ id: number }[]>(
    `SELECT e.id FROM trade_executions e JOIN trade_jobs j ON j.id = e.trade_job_id
      WHERE e.status_exchange IN ('SENDING', 'UNKNOWN') AND e.exchange_account_id = ? AND j.symbol = ? LIMIT 1`,
    [accountId, symbol],
  );
  return rows.length > 0;
}
