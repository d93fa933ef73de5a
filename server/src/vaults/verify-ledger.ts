import type { Context } from '../context.js';
import { d, roundMoney, sum, type D } from '../core/money/money.js';
import { averagePrice } from '../core/position/pnl.js';
import { readPositionsWithFills, readUnexplainedVaults, type PositionRow } from './ledger-check.store.js';

/** A stored number that differs from its own history. Decimals as plain digits. */
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
 * Recomputes every vault balance from its transactions and every position from its fills and reservations, and returns
 * what differs, to the last digit. Each comparison reads both sides in one statement, so trading may continue
 * meanwhile.
 */
export const verifyLedger = async (ctx: Pick<Context, 'db'>): Promise<Drift[]> =>
  (await verifyLedgerPart(ctx, { after: 0, mayGoOn: () => true })).drifts;

/**
 * The same for all vaults and the positions behind the id `after`, as long as `mayGoOn`. `next` is where the next part
 * begins; 0 when the last position was reached.
 */
export async function verifyLedgerPart(
  ctx: Pick<Context, 'db'>,
  { after: from, mayGoOn }: { after: number; mayGoOn: () => boolean },
): Promise<{ drifts: Drift[]; positions: number; next: number }> {
  const drifts = await verifyVaults(ctx);
  let checked = 0;
  for (let after = from; ;) {
    if (after > from && !mayGoOn()) return { drifts, positions: checked, next: after };
    const rows = await readPositionsWithFills(ctx.db, { after, limit: PAGE });
    const positions = new Map<number, PositionRow[]>();
    for (const row of rows) {
      const fills = positions.get(row.id);
      if (fills) fills.push(row);
      else positions.set(row.id, [row]);
    }
    for (const fills of positions.values()) drifts.push(...verifyPosition(fills));
    checked += positions.size;
    if (positions.size < PAGE) return { drifts, positions: checked, next: 0 };
    after = Math.max(...positions.keys());
  }
}

async function verifyVaults(ctx: Pick<Context, 'db'>): Promise<Drift[]> {
  const rows = await readUnexplainedVaults(ctx.db);
  return rows.flatMap((row) =>
    [
      drift('VAULT', row.vault_id, `${row.asset} balance`, d(row.balance), d(row.balance_sum)),
      drift('VAULT', row.vault_id, `${row.asset} reserved`, d(row.reserved), d(row.reserved_sum)),
    ].flat(),
  );
}

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
