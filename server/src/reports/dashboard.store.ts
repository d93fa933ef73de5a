import type { Sums } from '../core/dashboard.js';
import type { TradeMode } from '../core/domain.js';
import { PRICE_VENUE } from '../exchange/account-ref.store.js';
import { Batch, type Database } from '../infra/database/database.js';

/** All sums of the dashboard, in one round trip: sums of DECIMAL columns, exact on both database servers, as text. */
export async function readDashboardSums(
  db: Pick<Database, 'run'>,
  userId: number,
  tradeMode: TradeMode,
  dayStart: Date,
): Promise<Sums> {
  const isSimulation = tradeMode === 'SIMULATION';
  const batch = new Batch()
    .add(
      `SELECT ${PRICE_VENUE} AS venue, b.asset, CAST(SUM(b.free + b.locked) AS CHAR) AS amount
       FROM account_balances_cache b JOIN exchange_accounts a ON a.id = b.exchange_account_id
       WHERE a.user_id = ? AND a.is_simulation = ? AND b.trade_mode = ? GROUP BY venue, b.asset`,
      [userId, isSimulation, tradeMode],
    )
    .add(
      `SELECT b.asset, CAST(SUM(b.reserved) AS CHAR) AS amount
       FROM vault_balances b JOIN vaults v ON v.id = b.vault_id
       WHERE v.user_id = ? AND v.trade_mode = ? GROUP BY b.asset`,
      [userId, tradeMode],
    )
    .add(
      `SELECT ${PRICE_VENUE} AS venue, p.symbol, COUNT(*) AS positions, CAST(SUM(p.qty_remaining) AS CHAR) AS qty,
         CAST(SUM(COALESCE(p.cost_quote, p.qty_remaining * p.price_open)) AS CHAR) AS cost
       FROM trade_positions p JOIN exchange_accounts a ON a.id = p.exchange_account_id
       WHERE a.user_id = ? AND p.trade_mode = ? AND p.status = 'OPEN' GROUP BY venue, p.symbol`,
      [userId, tradeMode],
    )
    .add(
      `SELECT ${PRICE_VENUE} AS venue, SUBSTRING_INDEX(p.symbol, '/', -1) AS quote,
         CAST(SUM(p.realized_profit_usd) AS CHAR) AS total,
         CAST(SUM(p.status = 'CLOSED' AND p.realized_profit_usd > 0) AS SIGNED) AS wins,
         CAST(SUM(p.status = 'CLOSED' AND p.realized_profit_usd < 0) AS SIGNED) AS losses
       FROM trade_positions p JOIN exchange_accounts a ON a.id = p.exchange_account_id
       WHERE a.user_id = ? AND p.trade_mode = ? GROUP BY venue, quote`,
      [userId, tradeMode],
    )
    .add(
      // A write-off is not a fill. It counts on the day of its position's last write-off.
      `SELECT venue, quote, CAST(SUM(part) AS CHAR) AS total FROM (
         SELECT ${PRICE_VENUE} AS venue, SUBSTRING_INDEX(p.symbol, '/', -1) AS quote, f.realized_quote AS part
         FROM position_fills f JOIN trade_positions p ON p.id = f.position_id
         JOIN exchange_accounts a ON a.id = p.exchange_account_id
         WHERE a.user_id = ? AND p.trade_mode = ? AND f.filled_at >= ?
         UNION ALL
         SELECT ${PRICE_VENUE}, SUBSTRING_INDEX(p.symbol, '/', -1), p.write_off_quote
         FROM trade_positions p JOIN exchange_accounts a ON a.id = p.exchange_account_id
         WHERE a.user_id = ? AND p.trade_mode = ? AND p.written_off_at >= ?
       ) today GROUP BY venue, quote`,
      [userId, tradeMode, dayStart, userId, tradeMode, dayStart],
    )
    .add(
      `SELECT ${PRICE_VENUE} AS venue FROM exchange_accounts a WHERE a.user_id = ? AND a.is_simulation = ?
       GROUP BY venue ORDER BY MIN(a.id)`,
      [userId, isSimulation],
    );
  const [holdings, reserved, open, realized, realizedToday, venues] = (await db.run(batch)) as [
    Sums['holdings'],
    Sums['reserved'],
    Sums['open'],
    Sums['realized'],
    Sums['realizedToday'],
    Sums['venues'],
  ];
  return { holdings, reserved, open, realized, realizedToday, venues };
}
