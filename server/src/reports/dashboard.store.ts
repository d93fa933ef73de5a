import type { Sums } from '../core/dashboard.js';
import { JOB_STATUSES, type TradeMode } from '../core/domain.js';
import { isJobTerminal } from '../core/order/trade-job.js';
import type { PriceVenue } from '../core/price/price-key.js';
import { PRICE_VENUE } from '../exchange/account-ref.store.js';
import { Batch, type Database } from '../infra/database/database.js';
import { readOwnAccountIds, type TradingFilter } from '../infra/database/owned-rows.store.js';
import { totalsOf, totalsOfSources } from './trading-totals.store.js';

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

/** What the figures are about. Of each list, undefined allows all and an empty one nothing. */
export interface DashboardScope extends Pick<TradingFilter, 'accountIds' | 'sourceIds' | 'symbols'> {
  userId: number;
  tradeMode: TradeMode;
  /** The start of the day, at which a quarter of an hour begins. */
  dayStart: Date;
}

type Db = Pick<Database, 'run' | 'query'>;

/** An IN list may not be empty; no row has these. */
const [NO_ID, NO_SYMBOL] = [[0], ['']];
const orNothing = <T>(values: readonly T[] | undefined, nothing: readonly T[]): readonly T[] | undefined =>
  values?.length === 0 ? nothing : values;

/**
 * All sums of the dashboard, in one round trip: sums of DECIMAL columns, exact on both database servers, as text.
 * Nothing here grows with the history of trades, except for chosen sources: see `totalsOfSources`.
 */
export async function readDashboardSums(db: Db, scope: DashboardScope): Promise<Sums> {
  const { userId, tradeMode, dayStart } = scope;
  const isSimulation = tradeMode === 'SIMULATION';
  const accountIds = await readOwnAccountIds(db, userId, { tradeMode, ids: scope.accountIds });
  const symbols = orNothing(scope.symbols, NO_SYMBOL);
  const sourceIds = orNothing(scope.sourceIds, NO_ID);
  const isFiltered = [scope.accountIds, symbols, sourceIds].some((some) => some !== undefined);
  const reserved = isFiltered
    ? readReservedOfOrders(db, { accountIds, symbols, sourceIds })
    : readReserved(db, userId, tradeMode);
  if (accountIds.length === 0) return { ...NO_TRADES, reserved: await reserved };
  const totals = sourceIds
    ? totalsOfSources({ accountIds, symbols, sourceIds }, dayStart)
    : totalsOf({ accountIds, symbols }, dayStart);
  const batch = new Batch()
    .add(
      `SELECT ${PRICE_VENUE} AS venue, b.asset, CAST(SUM(b.free + b.locked) AS CHAR) AS amount
       FROM exchange_accounts a JOIN account_balances_cache b ON b.exchange_account_id = a.id
       WHERE a.id IN (?) AND b.trade_mode = ? GROUP BY venue, b.asset`,
      [accountIds, tradeMode],
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
  const [results, held] = await Promise.all([db.run(batch), reserved]);
  const [holdings, rows, venues] = results as [Sums['holdings'], TotalsRow[], Sums['venues']];
  const quoted = rows.map((row) => ({ ...row, quote: row.symbol.split('/').at(-1) ?? '' }));
  return {
    ...{ holdings, reserved: held, venues },
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

const UNDER_WAY = JOB_STATUSES.filter((status) => !isJobTerminal(status));

/**
 * A vault serves every account, so its balance cannot be filtered. What it reserves can: each part is held for one order
 * that is under way, and the ledger knows which.
 */
const readReservedOfOrders = (
  db: Pick<Database, 'query'>,
  { accountIds, symbols, sourceIds }: Pick<DashboardScope, 'symbols' | 'sourceIds'> & { accountIds: readonly number[] },
): Promise<Sums['reserved']> =>
  accountIds.length === 0
    ? Promise.resolve([])
    : db.query(
        `SELECT t.asset, CAST(SUM(t.reserved_delta) AS CHAR) AS amount
           FROM trade_jobs j FORCE INDEX (trade_jobs_exchange_account_id_status_created_at_idx)
           STRAIGHT_JOIN vault_transactions t FORCE INDEX (vault_transactions_trade_job_id_idx) ON t.trade_job_id = j.id
          WHERE j.exchange_account_id IN (?) AND j.status IN (?) AND j.vault_id IS NOT NULL
            ${symbols ? 'AND j.symbol IN (?)' : ''} ${sourceIds ? 'AND j.webhook_source_id IN (?)' : ''}
          GROUP BY t.asset`,
        [accountIds, UNDER_WAY, ...(symbols ? [symbols] : []), ...(sourceIds ? [sourceIds] : [])],
      );
