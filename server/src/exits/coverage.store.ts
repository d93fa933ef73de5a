import type { AccountRef } from '../exchange/exchange.js';
import { ACCOUNT_REF_COLUMNS, toAccountRef } from '../exchange/account-ref.store.js';
import type { Database } from '../infra/database/database.js';

type Db = Pick<Database, 'query'>;

export interface OpenGroup {
  account: AccountRef;
  userId: number;
  label: string;
  symbol: string;
  /** Whether the account is switched on and, if real, has keys. */
  isUsable: boolean;
  positions: number;
  unlimited: number;
  unlimitedIds: readonly string[];
  newestUnlimited: number;
}

/** Nothing limits a loss of this position now, and no sell of all of it is on its way. */
const IS_UNLIMITED = `NOT (p.sl_enabled AND p.sl_pct IS NOT NULL)
  AND NOT (p.trailing_enabled AND p.trailing_distance_pct IS NOT NULL
           AND (p.trailing_arming_pct IS NULL OR p.trailing_armed_at IS NOT NULL))
  AND NOT (p.break_even_after_first AND p.partial_tp_triggered)
  AND p.time_stop_hours IS NULL AND p.qty_reserved < p.qty_remaining`;

/** The open positions, counted by account and symbol. */
export async function readOpenGroups(db: Db): Promise<OpenGroup[]> {
  const rows = await db.query<Record<string, unknown>[]>(
    `SELECT ${ACCOUNT_REF_COLUMNS}, a.user_id, a.label, g.symbol, g.positions, g.unlimited, g.some_ids, g.newest,
       a.is_active AND (a.is_simulation OR a.api_key_enc IS NOT NULL) AS is_usable
     FROM (SELECT p.exchange_account_id, p.symbol, COUNT(*) AS positions, SUM(${IS_UNLIMITED}) AS unlimited,
             SUBSTRING_INDEX(GROUP_CONCAT(IF(${IS_UNLIMITED}, p.id, NULL) ORDER BY p.id), ',', 10) AS some_ids,
             MAX(IF(${IS_UNLIMITED}, p.id, 0)) AS newest
           FROM trade_positions p WHERE p.status = 'OPEN' GROUP BY p.exchange_account_id, p.symbol) g
     JOIN exchange_accounts a ON a.id = g.exchange_account_id ORDER BY a.id, g.symbol`,
  );
  return rows.map((row) => ({
    ...{ account: toAccountRef(row), userId: Number(row.user_id), label: String(row.label) },
    ...{ symbol: String(row.symbol), isUsable: Boolean(row.is_usable), positions: Number(row.positions) },
    ...{ unlimited: Number(row.unlimited), newestUnlimited: Number(row.newest) },
    unlimitedIds: row.some_ids === null ? [] : String(row.some_ids).split(','),
  }));
}

/** The venues whose prices a process has a lease for, or had one until a moment ago, when another takes over. */
export async function readWatchedVenues(db: Db, graceSec: number): Promise<Set<string>> {
  const rows = await db.query<{ name: string }[]>(
    `SELECT name FROM process_leases WHERE name LIKE 'prices:%' AND held_until > UTC_TIMESTAMP(3) - INTERVAL ? SECOND`,
    [graceSec],
  );
  return new Set(rows.map(({ name }) => name.slice('prices:'.length)));
}
