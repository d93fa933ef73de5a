import type { Sums } from '../core/dashboard.js';
import type { TradeMode } from '../core/domain.js';
import type { PriceVenue } from '../core/price/price-key.js';
import { PRICE_VENUE } from '../exchange/account-ref.store.js';
import { Batch, type Database } from '../infra/database/database.js';
import { readOwnAccountIds } from '../infra/database/owned-rows.store.js';
import { totalsOf } from './trading-totals.store.js';

interface TotalsRow {
  venue: PriceVenue;
  symbol: string;
  positions: number;
  qty: string;
  cost: string;
  total: string;
  wins: number;
  losses: number;
  today: string;
}

/**
 * All sums of the dashboard, in one round trip: sums of DECIMAL columns, exact on both database servers, as text.
 * Nothing here grows with the history of trades.
 */
export async function readDashboardSums(
  db: Pick<Database, 'run' | 'query'>,
  userId: number,
  tradeMode: TradeMode,
  dayStart: Date,
): Promise<Sums> {
  const isSimulation = tradeMode === 'SIMULATION';
  const accountIds = await readOwnAccountIds(db, userId, { tradeMode });
  if (accountIds.length === 0) return { ...NO_TRADES, reserved: await readReserved(db, userId, tradeMode) };
  const totals = totalsOf(accountIds, dayStart);
  const batch = new Batch()
    .add(
      `SELECT ${PRICE_VENUE} AS venue, b.asset, CAST(SUM(b.free + b.locked) AS CHAR) AS amount
       FROM exchange_accounts a JOIN account_balances_cache b ON b.exchange_account_id = a.id
       WHERE a.user_id = ? AND a.is_simulation = ? AND b.trade_mode = ? GROUP BY venue, b.asset`,
      [userId, isSimulation, tradeMode],
    )
    .add(
      `SELECT ${PRICE_VENUE} AS venue, t.symbol, CAST(SUM(t.open_positions) AS SIGNED) AS positions,
         CAST(SUM(t.open_qty) AS CHAR) AS qty, CAST(SUM(t.open_cost) AS CHAR) AS cost,
         CAST(SUM(t.realized_quote) AS CHAR) AS total, CAST(SUM(t.wins) AS SIGNED) AS wins,
         CAST(SUM(t.losses) AS SIGNED) AS losses, CAST(SUM(t.today_quote) AS CHAR) AS today
       FROM ${totals.sql} t JOIN exchange_accounts a ON a.id = t.account GROUP BY venue, t.symbol`,
      totals.values,
    )
    .add(
      `SELECT ${PRICE_VENUE} AS venue FROM exchange_accounts a WHERE a.user_id = ? AND a.is_simulation = ?
       GROUP BY venue ORDER BY MIN(a.id)`,
      [userId, isSimulation],
    );
  const [results, reserved] = await Promise.all([db.run(batch), readReserved(db, userId, tradeMode)]);
  const [holdings, rows, venues] = results as [Sums['holdings'], TotalsRow[], Sums['venues']];
  const quoted = rows.map((row) => ({ ...row, quote: row.symbol.split('/').at(-1) ?? '' }));
  return {
    ...{ holdings, reserved, venues },
    open: rows
      .filter(({ positions }) => Number(positions) > 0)
      .map(({ venue, symbol, positions, qty, cost }) => ({ venue, symbol, positions: Number(positions), qty, cost })),
    realized: quoted.map(({ venue, quote, total, wins, losses }) => ({ venue, quote, total, wins, losses })),
    realizedToday: quoted.map(({ venue, quote, today }) => ({ venue, quote, total: today })),
  };
}

const NO_TRADES: Omit<Sums, 'reserved'> = { holdings: [], open: [], realized: [], realizedToday: [], venues: [] };

const readReserved = (db: Pick<Database, 'query'>, userId: number, tradeMode: TradeMode): Promise<Sums['reserved']> =>
  db.query(
    `SELECT b.asset, CAST(SUM(b.reserved) AS CHAR) AS amount
       FROM vaults v JOIN vault_balances b ON b.vault_id = v.id
      WHERE v.user_id = ? AND v.trade_mode = ? GROUP BY b.asset`,
    [userId, tradeMode],
  );
