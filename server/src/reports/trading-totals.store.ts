import { d } from '../core/money/money.js';
import { Batch, type Database, type Tx } from '../infra/database/database.js';

// trading_totals: what the dashboard would otherwise sum over all positions and fills. A row counts an account and a
// symbol: all of it (ALL), or the profit of a quarter of an hour, from which a day in any time zone adds up.
// A change of a position or fill sets is_counted = FALSE, in the statement that makes it. `countChanges` then brings the
// totals up to date; until then a reader adds the difference. So a reading is exact at every moment, and no order waits.

/** The period of the rows that count everything. */
const ALL = "TIMESTAMP '1970-01-01 00:00:00'";
/** The quarter of an hour of a moment, independent of the time zone of the session. */
const quarterOf = (moment: string): string =>
  `TIMESTAMPADD(MINUTE, TIMESTAMPDIFF(MINUTE, ${ALL}, ${moment}) DIV 15 * 15, ${ALL})`;

const isOpen = "p.status = 'OPEN'";
/** The cost of an old position that was never recomputed is that of its opening price. */
const COST = 'COALESCE(p.cost_quote, CAST(p.qty_remaining * p.price_open AS DECIMAL(36,18)))';
const ZERO = 'CAST(0 AS DECIMAL(36,18))';

/** What a position counts as now, by the columns of counted_positions. */
const NOW: Record<string, string> = {
  open_positions: `IF(${isOpen}, 1, 0)`,
  open_qty: `IF(${isOpen}, p.qty_remaining, ${ZERO})`,
  open_cost: `IF(${isOpen}, ${COST}, ${ZERO})`,
  realized_quote: 'p.realized_profit_usd',
  wins: `IF(NOT ${isOpen} AND p.realized_profit_usd > 0, 1, 0)`,
  losses: `IF(NOT ${isOpen} AND p.realized_profit_usd < 0, 1, 0)`,
};
const WRITE_OFF = `IF(p.written_off_at IS NULL, ${ZERO}, p.write_off_quote)`;
const COLUMNS = Object.keys(NOW);

/** The difference of a position to what is counted of it. */
const difference = COLUMNS.map((name) => `SUM(${NOW[name]} - COALESCE(c.${name}, 0)) AS ${name}`).join(', ');
const COUNTED = 'LEFT JOIN counted_positions c ON c.position_id = p.id';

/** Which rows of a table: an index hint and a condition. */
interface Rows {
  hint?: string;
  where: string;
}

/** Profit by the moment it was made: of fills, and of write-offs, which count at the last one. */
const moves = (positions: Rows, fills: Rows): string => `
  SELECT f.exchange_account_id AS account, f.symbol, ${quarterOf('f.filled_at')} AS period,
         f.realized_quote - COALESCE(f.counted_quote, 0) AS realized
    FROM position_fills f ${fills.hint ?? ''} WHERE ${fills.where}
  UNION ALL
  SELECT p.exchange_account_id, p.symbol, ${quarterOf('p.written_off_at')}, ${WRITE_OFF}
    FROM trade_positions p ${positions.hint ?? ''} WHERE ${positions.where} AND p.written_off_at IS NOT NULL
  UNION ALL
  SELECT p.exchange_account_id, p.symbol, ${quarterOf('c.written_off_at')}, -c.write_off
    FROM trade_positions p ${positions.hint ?? ''} JOIN counted_positions c ON c.position_id = p.id
   WHERE ${positions.where} AND c.written_off_at IS NOT NULL`;

/** The most positions, and the most fills, that are counted in one transaction. */
export const COUNTED_AT_ONCE = 2_000;

/**
 * Counts changed positions and fills, at most `limit` of each, in one transaction. Returns how many it counted. Rows
 * that a booking holds are left for the next time.
 */
export const countChanges = (db: Pick<Database, 'transaction'>, { limit = COUNTED_AT_ONCE } = {}): Promise<number> =>
  db.transaction(async (tx) => {
    const positions = await lockUncounted(tx, 'trade_positions', limit);
    const fills = await lockUncounted(tx, 'position_fills', limit);
    const all = positions.length + fills.length;
    if (all === 0) {
      await tx.rollback();
      return 0;
    }
    await tx.commit(countBatch(positions, fills));
    return all;
  });

async function lockUncounted(tx: Tx, table: CountedTable, limit: number): Promise<number[]> {
  const rows = await tx.query<{ id: number }[]>(
    `SELECT id FROM ${table} ${freshHint(table)} WHERE is_counted = FALSE LIMIT ? FOR UPDATE SKIP LOCKED`,
    [limit],
  );
  return rows.map(({ id }) => Number(id));
}

function countBatch(positions: readonly number[], fills: readonly number[]): Batch {
  // 0 is no row: a list may not be empty.
  const [positionIds, fillIds] = [positions, fills].map((ids) => [0, ...ids]);
  const sums = COLUMNS.map((name) => `trading_totals.${name} = trading_totals.${name} + VALUES(${name})`).join(', ');
  return new Batch()
    .add(
      `INSERT INTO trading_totals (exchange_account_id, period_start, symbol, ${COLUMNS.join(', ')})
       SELECT p.exchange_account_id, ${ALL}, p.symbol, ${difference} FROM trade_positions p ${COUNTED}
        WHERE p.id IN (?) GROUP BY p.exchange_account_id, p.symbol ORDER BY p.exchange_account_id, p.symbol
       ON DUPLICATE KEY UPDATE ${sums}`,
      [positionIds],
    )
    .add(
      `INSERT INTO trading_totals (exchange_account_id, period_start, symbol, realized_quote)
       SELECT m.account, m.period, m.symbol, SUM(m.realized) AS moved
         FROM (${moves({ where: 'p.id IN (?)' }, { where: 'f.id IN (?)' })}) m
        GROUP BY m.account, m.period, m.symbol HAVING moved <> 0 ORDER BY m.account, m.period, m.symbol
       ON DUPLICATE KEY UPDATE trading_totals.realized_quote = trading_totals.realized_quote + VALUES(realized_quote)`,
      [fillIds, positionIds, positionIds],
    )
    .add(
      `INSERT INTO counted_positions (position_id, ${COLUMNS.join(', ')}, write_off, written_off_at)
       SELECT p.id, ${COLUMNS.map((name) => NOW[name]).join(', ')}, ${WRITE_OFF}, p.written_off_at
         FROM trade_positions p WHERE p.id IN (?)
       ON DUPLICATE KEY UPDATE ${[...COLUMNS, 'write_off', 'written_off_at'].map((name) => `counted_positions.${name} = VALUES(${name})`).join(', ')}`,
      [positionIds],
    )
    .add('UPDATE trade_positions SET is_counted = TRUE, updated_at = updated_at WHERE id IN (?)', [positionIds])
    .add('UPDATE position_fills SET is_counted = TRUE, counted_quote = realized_quote WHERE id IN (?)', [fillIds]);
}

type CountedTable = 'trade_positions' | 'position_fills';
const freshHint = (table: CountedTable): string => `FORCE INDEX (${table}_is_counted_exchange_account_id_idx)`;

/** Rows of one account that are not counted yet. */
const fresh = (table: CountedTable, name: string): Rows => ({
  hint: freshHint(table),
  where: `${name}.is_counted = FALSE AND ${name}.exchange_account_id = ?`,
});

/** A subquery with its values. */
interface Totals {
  sql: string;
  values: unknown[];
}

/** Some accounts, and of them only these symbols. No list is empty. */
export interface TotalsScope {
  accountIds: readonly number[];
  symbols?: readonly string[] | undefined;
}

const NOTHING = [0, ZERO, ZERO, ZERO, 0, 0].join(', ');

/** The condition that a scope is for rows of a table, and the values of its placeholders. */
const rowsOf = ({ accountIds, symbols }: TotalsScope) => ({
  isOf: (name: string): string =>
    `${name}.exchange_account_id IN (?)${symbols === undefined ? '' : ` AND ${name}.symbol IN (?)`}`,
  own: [accountIds, ...(symbols === undefined ? [] : [symbols])],
});

/**
 * A subquery of the totals of a scope (`account`, `symbol` and the columns): everything, and as `today_quote` the profit
 * realized since a moment at which a quarter of an hour begins. What is not counted yet is part of it, and as it is one
 * statement, both parts are of one moment.
 */
export function totalsOf(scope: TotalsScope, since: Date): Totals {
  const { isOf, own } = rowsOf(scope);
  const notCounted = (table: CountedTable, name: string): Rows => ({
    hint: freshHint(table),
    where: `${name}.is_counted = FALSE AND ${isOf(name)}`,
  });
  const positions = notCounted('trade_positions', 'p');
  const sql = `(
    SELECT t.exchange_account_id AS account, t.symbol, ${COLUMNS.map((name) => `t.${name}`).join(', ')}, ${ZERO} AS today_quote
      FROM trading_totals t WHERE ${isOf('t')} AND t.period_start = ${ALL}
    UNION ALL
    SELECT p.exchange_account_id, p.symbol, ${COLUMNS.map((name) => `${NOW[name]} - COALESCE(c.${name}, 0)`).join(', ')}, ${ZERO}
      FROM trade_positions p ${positions.hint} ${COUNTED} WHERE ${positions.where}
    UNION ALL
    SELECT t.exchange_account_id, t.symbol, ${NOTHING}, t.realized_quote
      FROM trading_totals t WHERE ${isOf('t')} AND t.period_start >= ?
    UNION ALL
    SELECT m.account, m.symbol, ${NOTHING}, m.realized
      FROM (${moves(positions, notCounted('position_fills', 'f'))}) m WHERE m.period >= ?
  )`;
  return { sql, values: [...own, ...own, ...own, since, ...own, ...own, ...own, since] };
}

/** A fill is written after it happened; the clocks of an exchange and of this machine differ by less than a day. */
const WRITTEN_AT_MOST_EARLIER_MS = 86_400_000;

/**
 * The same subquery for what signals of some sources led to. No totals are kept of a source, because most readings are
 * of all of them: its own positions are added up, found by an index, and the fills of the day.
 */
export function totalsOfSources(scope: TotalsScope & { sourceIds: readonly number[] }, since: Date): Totals {
  const { isOf, own } = rowsOf(scope);
  const isIn = (name: string): string => `${isOf(name)} AND ${name}.webhook_source_id IN (?)`;
  const mine = [...own, scope.sourceIds];
  const sql = `(
    SELECT p.exchange_account_id AS account, p.symbol, ${COLUMNS.map((name) => `${NOW[name]} AS ${name}`).join(', ')},
           IF(p.written_off_at >= ?, p.write_off_quote, ${ZERO}) AS today_quote
      FROM trade_positions p FORCE INDEX (trade_positions_exchange_account_id_webhook_source_id_status_idx)
     WHERE ${isIn('p')}
    UNION ALL
    SELECT f.exchange_account_id, f.symbol, ${NOTHING}, f.realized_quote
      FROM position_fills f FORCE INDEX (position_fills_exchange_account_id_webhook_source_id_created_idx)
     WHERE ${isIn('f')} AND f.created_at >= ? AND f.filled_at >= ?
  )`;
  const writtenSince = new Date(since.getTime() - WRITTEN_AT_MOST_EARLIER_MS);
  return { sql, values: [since, ...mine, ...mine, writtenSince, since] };
}

/** A kept total that differs from what the positions and fills of its account add up to. */
export interface TotalsDrift {
  accountId: number;
  userId: number;
  symbol: string;
  /** The quarter of an hour; null = the row that counts everything. */
  period: Date | null;
  /** By column: how much more is kept than there is. Decimals as plain digits. */
  difference: Record<string, string>;
}

/** The accounts behind the id `after` that have totals or positions, in the order of their ids. */
export const readCountedAccounts = async (
  db: Pick<Database, 'query'>,
  { after, limit }: { after: number; limit: number },
): Promise<{ id: number; userId: number }[]> =>
  (
    await db.query<{ id: number; user_id: number }[]>(
      'SELECT id, user_id FROM exchange_accounts WHERE id > ? ORDER BY id LIMIT ?',
      [after, limit],
    )
  ).map(({ id, user_id }) => ({ id, userId: user_id }));

/**
 * Adds up all positions and fills of an account again and returns where its totals, with what is not counted yet, differ
 * to the last digit. Both sides are read by one statement, so trading may continue meanwhile.
 */
export async function readTotalsDrifts(
  db: Pick<Database, 'query'>,
  { id, userId }: { id: number; userId: number },
): Promise<TotalsDrift[]> {
  const nothing = (realized: string) => ['0', ZERO, ZERO, realized, '0', '0'].join(', ');
  const positions = fresh('trade_positions', 'p');
  const rows = await db.query<Record<string, unknown>[]>(
    `SELECT x.symbol, x.period, ${COLUMNS.map((name) => `CAST(SUM(x.${name}) AS CHAR) AS ${name}`).join(', ')} FROM (
       SELECT t.symbol, t.period_start AS period, ${COLUMNS.map((name) => `t.${name}`).join(', ')}
         FROM trading_totals t WHERE t.exchange_account_id = ?
       UNION ALL
       SELECT p.symbol, ${ALL}, ${COLUMNS.map((name) => `${NOW[name]} - COALESCE(c.${name}, 0)`).join(', ')}
         FROM trade_positions p ${positions.hint} ${COUNTED} WHERE ${positions.where}
       UNION ALL
       SELECT m.symbol, m.period, ${nothing('m.realized')}
         FROM (${moves(positions, fresh('position_fills', 'f'))}) m
       UNION ALL
       SELECT p.symbol, ${ALL}, ${COLUMNS.map((name) => `-(${NOW[name]})`).join(', ')}
         FROM trade_positions p WHERE p.exchange_account_id = ?
       UNION ALL
       SELECT f.symbol, ${quarterOf('f.filled_at')}, ${nothing('-f.realized_quote')}
         FROM position_fills f WHERE f.exchange_account_id = ?
       UNION ALL
       SELECT p.symbol, ${quarterOf('p.written_off_at')}, ${nothing('-p.write_off_quote')}
         FROM trade_positions p WHERE p.exchange_account_id = ? AND p.written_off_at IS NOT NULL
     ) x GROUP BY x.symbol, x.period HAVING ${COLUMNS.map((name) => `SUM(x.${name}) <> 0`).join(' OR ')}
     ORDER BY x.symbol, x.period LIMIT 100`,
    Array.from({ length: 8 }, () => id),
  );
  return rows.map((row) => {
    const period = row.period as Date;
    const all = COLUMNS.map((name) => [name, plainDigits(row[name])] as const);
    return {
      ...{ accountId: id, userId, symbol: String(row.symbol), period: period.getTime() === 0 ? null : period },
      difference: Object.fromEntries(all.filter(([, value]) => value !== '0')),
    };
  });
}

const plainDigits = (value: unknown): string => d(String(value)).toFixed();
