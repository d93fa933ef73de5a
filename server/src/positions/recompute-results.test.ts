import { expect, it } from 'vitest';
import { pino } from 'pino';
import { makePosition } from '../testing/make.js';
import type { TestDatabase } from '../testing/services/test-database.js';
import { verifyLedger } from '../vaults/verify-ledger.js';
import { recomputeOldResults } from './recompute-results.js';
import { useTestDatabase } from '../testing/services/use-test-database.js';

let t: TestDatabase;
useTestDatabase((made) => (t = made));
const log = pino({ level: 'silent' });

/**
 * A position as it was booked earlier: 1 ETH bought at 2,000 with a fee of 0.001 ETH, 0.999 sold at 2,000 with a fee of
 * 1.998 USDT.
 */
async function closedTheOldWay(): Promise<number> {
  const { id } = await makePosition(t.db, { symbol: 'ETH/USDT', qty_total: '1', price_open: '2000' });
  const [buy] = await t.db.prisma.positionFill.findMany({ where: { position_id: id } });
  await t.db.query("UPDATE position_fills SET fee_amount = 0.001, fee_asset = 'ETH' WHERE position_id = ?", [id]);
  await t.db.query(
    `INSERT INTO position_fills (position_id, trade_execution_id, side, qty, price, trade_id, fee_amount, fee_asset,
       realized_quote, filled_at, exchange_account_id, symbol)
     VALUES (?, ?, 'SELL', 0.999, 2000, 'sold', 1.998, 'USDT', -1.998, UTC_TIMESTAMP(3), ?, 'ETH/USDT')`,
    [id, buy?.trade_execution_id, buy?.exchange_account_id],
  );
  await t.db.query(
    `UPDATE trade_positions SET qty_total = 0.999, qty_remaining = 0, status = 'CLOSED', close_reason = 'MANUAL',
       closed_at = UTC_TIMESTAMP(3), realized_profit_usd = -1.998, fees_quote = 3.998 WHERE id = ?`,
    [id],
  );
  return id;
}

it('old positions are recomputed with all fees, each once, by any number of processes', async () => {
  const ids = [await closedTheOldWay(), await closedTheOldWay(), await closedTheOldWay()];
  const done = await Promise.all([1, 2, 3].map(() => recomputeOldResults({ db: t.db, log })));
  expect(done.reduce((all, one) => all + one, 0)).toBe(3);
  const rows = await t.db.prisma.tradePosition.findMany({ where: { id: { in: ids } }, include: { fills: true } });
  expect(rows.map((row) => [row.realized_profit_usd, row.cost_quote, row.write_off_quote].map(String))).toEqual(
    ids.map(() => ['-3.998', '0', '0']),
  );
  expect(rows.flatMap(({ fills }) => fills.map(({ realized_quote }) => String(realized_quote)))).toEqual(
    ids.flatMap(() => ['0', '-3.998']),
  );
  expect(await verifyLedger({ db: t.db })).toEqual([]);
  expect(await recomputeOldResults({ db: t.db, log })).toBe(0);
});
