import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { SCHEDULED_JOBS } from '../core/operations/scheduled-jobs.js';
import { makeAccount, makePosition } from '../testing/make.js';
import { createTestContext } from '../testing/test-context.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { countChanges } from './trading-totals.store.js';
import { readAllTotalsDrifts, verifyTotals } from './verify-totals.js';

const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
let t: TestDatabase;
beforeAll(async () => {
  t = await createTestDatabase();
});
afterAll(() => t.drop());

let account: Awaited<ReturnType<typeof makeAccount>>;
beforeEach(async () => {
  account = await makeAccount(t.db);
  for (const realized of ['5.5', '-1.000000000000000001', '0'])
    await makePosition(t.db, {
      ...{ exchange_account_id: account.id, symbol: 'BTC/USDT', realized_profit_usd: realized },
      ...(realized !== '0' && { status: 'CLOSED', closed_at: new Date() }),
    });
});

const verify = (after = account.id - 1) =>
  verifyTotals(createTestContext(t.db), { after, budgetMs: 60_000, signal: new AbortController().signal });
const open = async () => {
  const rows = await t.db.prisma.systemAlert.findMany({ where: { alert_type: 'LEDGER_DRIFT', resolved_at: null } });
  return rows.map(({ open_key, user_id, message }) => ({ open_key, user_id, message }));
};
const count = async () => {
  while ((await countChanges(t.db)) > 0);
};
const tamper = (set: string, where = "period_start = '1970-01-01'") =>
  t.db.query(`UPDATE trading_totals SET ${set} WHERE exchange_account_id = ? AND ${where}`, [account.id]);

it('totals agree while changes wait to be counted, and after they were', async () => {
  expect(await verify()).toMatchObject({ differences: 0 });
  await t.db.query(
    'UPDATE position_fills SET realized_quote = 0.25, is_counted = FALSE WHERE exchange_account_id = ? LIMIT 1',
    [account.id],
  );
  expect(await verify()).toMatchObject({ differences: 0 });
  await count();
  expect(await verify()).toMatchObject({ differences: 0 });
  await t.db.query(
    'UPDATE position_fills SET realized_quote = 0.75, is_counted = FALSE WHERE exchange_account_id = ? LIMIT 1',
    [account.id],
  );
  expect(await verify()).toMatchObject({ differences: 0 });
  expect(await open()).toEqual([]);
});

it.each([
  ['open_positions', 'number of open positions'],
  ['open_qty', 'open quantity'],
  ['open_cost', 'cost of the open positions'],
  ['realized_quote', 'realized result'],
  ['wins', 'number of gains'],
  ['losses', 'number of losses'],
])(
  'a row whose %s somebody changed by the least alarms the owner, who reads of the %s, until it is right again',
  async (column, figure) => {
    await count();
    const least = ['open_positions', 'wins', 'losses'].includes(column)
      ? '1'
      : "CAST('0.000000000000000001' AS DECIMAL(36,18))";
    await tamper(`${column} = ${column} + ${least}`);
    expect(await verify()).toMatchObject({ differences: 1 });
    expect(await open()).toMatchObject([
      { open_key: `LEDGER_DRIFT:totals:${account.id}:BTC/USDT`, user_id: account.user_id },
    ]);
    const message = String((await open())[0]?.message);
    expect(message).toContain(`The ${figure} is too high by ${least === '1' ? '1' : '0.000000000000000001'}.`);
    expect(message).toContain('Trust the list of positions, and tell the administrator.');
    expect(message).not.toContain('_');
    await tamper(`${column} = ${column} - ${least}`);
    await verify();
    expect(await open()).toEqual([]);
  },
);

it('a quarter of an hour that was changed, added or deleted is found, and so is a row for everything that is gone', async () => {
  await t.db.query(
    'UPDATE position_fills SET realized_quote = 1.5, is_counted = FALSE WHERE exchange_account_id = ? LIMIT 1',
    [account.id],
  );
  await count();
  expect(await verify()).toMatchObject({ differences: 0 });
  await tamper('realized_quote = realized_quote * 2', "period_start <> '1970-01-01'");
  expect(
    (await readAllTotalsDrifts({ db: t.db }, { after: account.id - 1, mayGoOn: () => true })).drifts,
  ).toMatchObject([{ period: expect.any(Date) as Date, difference: { realized_quote: '1.5' } }]);
  await t.db.query("DELETE FROM trading_totals WHERE exchange_account_id = ? AND period_start <> '1970-01-01'", [
    account.id,
  ]);
  expect(await verify()).toMatchObject({ differences: 1 });
  await t.db.query('DELETE FROM trading_totals WHERE exchange_account_id = ?', [account.id]);
  expect(await verify()).toMatchObject({ differences: 2 });
  // One alert for a symbol, however many rows of it differ.
  expect(await open()).toHaveLength(1);
  await t.db.query('DELETE FROM system_alerts');
});

it('a run goes on where the one before ended, and ends no alert of an account that it did not check', async () => {
  await count();
  await tamper('wins = wins + 7');
  await verify();
  expect(await open()).toHaveLength(1);
  expect(await verify(account.id)).toMatchObject({ differences: 0 });
  expect(await open()).toHaveLength(1);
  const aborted = AbortSignal.abort();
  const part = await verifyTotals(createTestContext(t.db), { after: 0, budgetMs: 60_000, signal: aborted });
  expect(part).toMatchObject({ accounts: 1 });
  expect(part.next).toBeGreaterThan(0);
  await tamper('wins = wins - 7');
  await verify();
});

it('tampered rows alarm within two minutes: the jobs that look run every minute', () => {
  for (const name of ['ledger_verify', 'totals_verify'] as const)
    expect(SCHEDULED_JOBS[name].intervalMs).toBeLessThanOrEqual(60_000);
});

it('the command says that the ledger is right and ends with 0, or names each difference and ends with 1', async () => {
  await count();
  const command = () =>
    spawnSync(process.execPath, ['--import', TSX, path.join(import.meta.dirname, '../operate.ts'), 'verify-ledger'], {
      encoding: 'utf8',
      env: { ...process.env, DATABASE_URL: t.url, SECRET_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}` },
    });
  // The rows of makePosition need not follow from their fills, so only the totals count here.
  const before = command();
  expect(before.stderr).toBe('');
  expect(before.stdout).toMatch(/The ledger is right|differ from their history/);
  expect(before.stdout).not.toContain(`in account ${account.id} do not`);
  await tamper('losses = losses + 3');
  const after = command();
  expect(after.stdout).toContain(`TOTALS The kept totals of BTC/USDT in account ${account.id}`);
  expect(after.stdout).toContain('The number of losses is too high by 3.');
  expect(after.status).toBe(1);
  await tamper('losses = losses - 3');
});
