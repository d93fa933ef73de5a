import type { Database } from '../infra/database/database.js';

/** An asset of a vault whose balance differs from its transactions. */
export interface VaultSums {
  vault_id: number;
  asset: string;
  balance: string;
  reserved: string;
  balance_sum: string;
  reserved_sum: string;
}

/** The vault balances that differ from the sum of their transactions. SUM over DECIMAL is exact on both servers. */
export const readUnexplainedVaults = (db: Pick<Database, 'query'>): Promise<VaultSums[]> =>
  // A missing row of vault_balances counts as zero.
  db.query(
    `SELECT vault_id, asset, CAST(SUM(balance) AS CHAR) AS balance, CAST(SUM(reserved) AS CHAR) AS reserved,
       CAST(SUM(balance_delta) AS CHAR) AS balance_sum, CAST(SUM(reserved_delta) AS CHAR) AS reserved_sum
     FROM (
       SELECT vault_id, asset, balance, reserved, 0 AS balance_delta, 0 AS reserved_delta FROM vault_balances
       UNION ALL
       SELECT vault_id, asset, 0, 0, balance_delta, reserved_delta FROM vault_transactions
     ) both_sides
     GROUP BY vault_id, asset
     HAVING SUM(balance) <> SUM(balance_delta) OR SUM(reserved) <> SUM(reserved_delta)`,
  );

/** A position with one of its fills; a position with several fills has several rows. */
export interface PositionRow {
  id: number;
  symbol: string;
  qty_total: string;
  qty_remaining: string;
  qty_reserved: string;
  price_open: string;
  realized_profit_usd: string;
  dust_qty: string;
  shortfall_qty: string;
  fee_qty: string;
  write_off_quote: string;
  reserved: string;
  /** null for a position without fills */
  side: 'BUY' | 'SELL' | null;
  qty: string;
  price: string;
  fee_amount: string;
  fee_asset: string | null;
  realized_quote: string;
}

/** A page of positions with an id above `after`, with their fills. */
export const readPositionsWithFills = (
  db: Pick<Database, 'query'>,
  { after, limit }: { after: number; limit: number },
): Promise<PositionRow[]> =>
  db.query(
    `SELECT p.id, p.symbol, p.qty_total, p.qty_remaining, p.qty_reserved, p.price_open, p.realized_profit_usd,
    p.dust_qty, p.shortfall_qty, p.fee_qty, p.write_off_quote, f.side, f.qty, f.price, f.fee_amount, f.fee_asset, f.realized_quote,
    (SELECT COALESCE(SUM(pp.qty - pp.qty_sold), 0) FROM position_reservations pp
     WHERE pp.position_id = p.id AND pp.is_live) AS reserved
  FROM (SELECT id FROM trade_positions WHERE id > ? ORDER BY id LIMIT ?) page
  JOIN trade_positions p ON p.id = page.id LEFT JOIN position_fills f ON f.position_id = p.id ORDER BY p.id, f.id`,
    [after, limit],
  );

/** The owner of a vault or position; null when it is gone. */
export async function readDriftOwner(
  db: Pick<Database, 'query'>,
  { subject, id }: { subject: 'VAULT' | 'POSITION'; id: number },
): Promise<number | null> {
  const sql =
    subject === 'VAULT'
      ? 'SELECT user_id FROM vaults WHERE id = ?'
      : 'SELECT a.user_id FROM trade_positions p JOIN exchange_accounts a ON a.id = p.exchange_account_id WHERE p.id = ?';
  const [row] = await db.query<{ user_id: number }[]>(sql, [id]);
  return row?.user_id ?? null;
}
