import type { Context } from '../context.js';
import { d, roundMoney, sum, type D } from '../core/money/money.js';
import { averagePrice } from '../core/position/pnl.js';

/** A stored figure that its own history does not explain. Decimals as plain digits. */
export interface Drift {
  subject: 'VAULT' | 'POSITION';
  id: number;
  /** 'USDT balance', 'qty_remaining', ... */
  field: string;
  stored: string;
  rebuilt: string;
}

const PAGE = 500;

/**
 * Rebuilds every vault balance from its transactions and every position from its fills and reservations, and answers
 * what differs, to the last digit. Each comparison reads both sides in one statement, so trading may go on meanwhile.
 */
export async function verifyLedger(ctx: Pick<Context, 'db'>): Promise<Drift[]> {
  const drifts = await verifyVaults(ctx);
  for (let after = 0; ;) {
    const rows = await ctx.db.query<PositionRow[]>(POSITIONS, [after, PAGE]);
    const positions = new Map<number, PositionRow[]>();
    for (const row of rows) {
      const fills = positions.get(row.id);
      if (fills) fills.push(row);
      else positions.set(row.id, [row]);
    }
    for (const fills of positions.values()) drifts.push(...verifyPosition(fills));
    if (positions.size < PAGE) return drifts;
    after = Math.max(...positions.keys());
  }
}

interface VaultSums {
  vault_id: number;
  asset: string;
  balance: string;
  reserved: string;
  balance_sum: string;
  reserved_sum: string;
}

async function verifyVaults(ctx: Pick<Context, 'db'>): Promise<Drift[]> {
  // SUM over DECIMAL is exact on both servers. A missing row of vault_balances counts as zero.
  const rows = await ctx.db.query<VaultSums[]>(
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
  return rows.flatMap((row) =>
    [
      drift('VAULT', row.vault_id, `${row.asset} balance`, d(row.balance), d(row.balance_sum)),
      drift('VAULT', row.vault_id, `${row.asset} reserved`, d(row.reserved), d(row.reserved_sum)),
    ].flat(),
  );
}

interface PositionRow {
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

const POSITIONS = `SELECT p.id, p.symbol, p.qty_total, p.qty_remaining, p.qty_reserved, p.price_open, p.realized_profit_usd,
    p.dust_qty, p.shortfall_qty, p.fee_qty, p.write_off_quote, f.side, f.qty, f.price, f.fee_amount, f.fee_asset, f.realized_quote,
    (SELECT COALESCE(SUM(pp.qty - pp.qty_sold), 0) FROM position_reservations pp
     WHERE pp.position_id = p.id AND pp.is_live) AS reserved
  FROM (SELECT id FROM trade_positions WHERE id > ? ORDER BY id LIMIT ?) page
  JOIN trade_positions p ON p.id = page.id LEFT JOIN position_fills f ON f.position_id = p.id ORDER BY p.id, f.id`;

function verifyPosition(rows: readonly PositionRow[]): Drift[] {
  const [position] = rows;
  if (!position) return [];
  const base = position.symbol.split('/')[0];
  const buys = rows.filter((row) => row.side === 'BUY');
  const sells = rows.filter((row) => row.side === 'SELL');
  const gross = sum(buys.map((row) => d(row.qty)));
  const cost = sum(buys.map((row) => roundMoney(d(row.qty).mul(d(row.price)))));
  const baseFees = sum(buys.filter((row) => row.fee_asset === base).map((row) => d(row.fee_amount)));
  const total = gross.sub(baseFees);
  const remaining = total
    .sub(sum(sells.map((row) => d(row.qty))))
    .sub(d(position.dust_qty))
    .sub(d(position.shortfall_qty))
    .sub(d(position.fee_qty));
  const realized = sum([...buys, ...sells].map((row) => d(row.realized_quote))).add(d(position.write_off_quote));
  return [
    drift('POSITION', position.id, 'qty_total', d(position.qty_total), total),
    drift('POSITION', position.id, 'qty_remaining', d(position.qty_remaining), remaining),
    drift('POSITION', position.id, 'qty_reserved', d(position.qty_reserved), d(position.reserved)),
    drift('POSITION', position.id, 'price_open', d(position.price_open), averagePrice(cost, gross)),
    drift('POSITION', position.id, 'realized_profit_usd', d(position.realized_profit_usd), realized),
  ].flat();
}

const drift = (subject: Drift['subject'], id: number, field: string, stored: D, rebuilt: D): Drift[] =>
  stored.eq(rebuilt) ? [] : [{ subject, id, field, stored: stored.toFixed(), rebuilt: rebuilt.toFixed() }];
