import type { Context } from '../context.js';
import type { CloseReason, OrderSide } from '../core/domain.js';
import { d, roundMoney, toText } from '../core/money/money.js';
import { recomputeResults, type OldFill } from '../core/position/recompute-results.js';
import { Batch, type Tx } from '../infra/database/database.js';

type Row = Record<string, unknown>;
const text = (value: unknown): string => String(value);

const PAGE = 500;

/**
 * Brings positions up to date that were booked before fees were part of what coins cost: their results and those of
 * their fills, worked out anew from the fills. Each position is one transaction and is marked by it (`cost_quote`), so it
 * is done once, whoever does it, and a stop in the middle leaves the rest for the next start. Answers how many were done.
 */
export async function recomputeOldResults(ctx: Pick<Context, 'db' | 'log'>): Promise<number> {
  let done = 0;
  for (let after = 0; ;) {
    const rows = await ctx.db.query<{ id: number }[]>(
      'SELECT id FROM trade_positions WHERE id > ? AND cost_quote IS NULL ORDER BY id LIMIT ?',
      [after, PAGE],
    );
    for (const { id } of rows) if (await ctx.db.transaction((tx) => recomputeOne(ctx, tx, id))) done++;
    if (rows.length < PAGE) break;
    after = rows.at(-1)?.id ?? after;
  }
  if (done > 0)
    ctx.log.info({ positions: done }, 'the results of earlier positions were worked out anew, with all fees');
  return done;
}

async function recomputeOne({ log }: Pick<Context, 'log'>, tx: Tx, id: number): Promise<boolean> {
  const [row] = await tx.query<Row[]>(
    `SELECT symbol, qty_remaining, price_open, dust_qty, dust_value_quote, close_reason, closed_at
       FROM trade_positions WHERE id = ? AND cost_quote IS NULL FOR UPDATE`,
    [id],
  );
  if (!row) {
    await tx.rollback();
    return false;
  }
  const fills = await tx.query<Row[]>(
    `SELECT id, side, qty, price, fee_amount, fee_asset, realized_quote FROM position_fills
      WHERE position_id = ? ORDER BY id`,
    [id],
  );
  const after = recomputeResults({
    base: text(row.symbol).split('/')[0] ?? '',
    qtyRemaining: d(text(row.qty_remaining)),
    dustQty: d(text(row.dust_qty)),
    dustValue: d(text(row.dust_value_quote)),
    closeReason: row.close_reason as CloseReason | null,
    closedAt: row.closed_at === null ? null : (row.closed_at as Date).getTime(),
    fills: fills.map(oldFill),
  });
  const batch = new Batch();
  if (!after) {
    log.error({ positionId: id }, 'the fills of a position do not add up to it; its results stay as they were');
    const cost = roundMoney(d(text(row.price_open)).mul(d(text(row.qty_remaining))));
    await tx.commit(batch.add('UPDATE trade_positions SET cost_quote = ? WHERE id = ?', [toText(cost), id]));
    return true;
  }
  for (const fill of after.fills) {
    batch.add('UPDATE position_fills SET realized_quote = ? WHERE id = ?', [toText(fill.realized), fill.id]);
  }
  batch.add(
    `UPDATE trade_positions SET cost_quote = ?, realized_profit_usd = ?, dust_qty = ?, dust_value_quote = ?,
       shortfall_qty = ?, shortfall_value_quote = ?, write_off_quote = ?, written_off_at = ? WHERE id = ?`,
    [
      ...[after.cost, after.realizedPnl, after.dustQty, after.dustValue].map(toText),
      ...[after.shortfallQty, after.shortfallValue, after.writeOff].map(toText),
      ...[after.writtenOffAt === null ? null : new Date(after.writtenOffAt), id],
    ],
  );
  await tx.commit(batch);
  return true;
}

const oldFill = (row: Row): OldFill => ({
  id: Number(row.id),
  side: text(row.side) as OrderSide,
  qty: d(text(row.qty)),
  price: d(text(row.price)),
  feeAmount: d(text(row.fee_amount)),
  feeAsset: row.fee_asset === null ? null : text(row.fee_asset),
  realized: d(text(row.realized_quote)),
});
