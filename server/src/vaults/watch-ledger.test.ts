import { expect, it } from 'vitest';
import { makePosition, makeVault } from '../testing/make.js';
import type { TestDatabase } from '../testing/services/test-database.js';
import { useTestDatabase } from '../testing/services/use-test-database.js';
import { createTestContext } from '../testing/test-context.js';
import { watchLedger } from './watch-ledger.js';

let t: TestDatabase;
useTestDatabase((made) => (t = made));
const open = async () => {
  const rows = await t.db.prisma.systemAlert.findMany({ where: { alert_type: 'LEDGER_DRIFT', resolved_at: null } });
  return rows.map(({ open_key, user_id, message }) => ({ open_key, user_id, message }));
};
const watch = (after = 0) =>
  watchLedger(createTestContext(t.db), { after, budgetMs: 10_000, signal: new AbortController().signal });

it('a vault row that somebody changed alarms its owner, and the alarm ends when the row is right again', async () => {
  const vault = await makeVault(t.db, { balances: { USDT: '100' } });
  await t.db.query(
    `INSERT INTO vault_transactions (vault_id, type, asset, amount, balance_delta, reserved_delta, dedupe_key)
     SELECT ?, 'DEPOSIT', 'USDT', 100, 100, 0, 'watch-ledger' FROM dual
      WHERE NOT EXISTS (SELECT 1 FROM vault_transactions WHERE vault_id = ?)`,
    [vault.id, vault.id],
  );
  expect(await watch()).toMatchObject({ differences: 0 });
  await t.db.query('UPDATE vault_balances SET balance = 100.000000000000000001 WHERE vault_id = ?', [vault.id]);
  expect(await watch()).toMatchObject({ differences: 1 });
  expect(await open()).toMatchObject([
    { open_key: `LEDGER_DRIFT:verify:VAULT:${vault.id}:USDT balance`, user_id: vault.user_id },
  ]);
  expect((await open())[0]?.message).toContain('100.000000000000000001');
  await t.db.query('UPDATE vault_balances SET balance = 100 WHERE vault_id = ?', [vault.id]);
  await watch();
  expect(await open()).toEqual([]);
});

it('a position whose numbers do not follow from its fills alarms, also behind the place where a run began', async () => {
  const wrong = await makePosition(t.db, { qty_remaining: '0.0005' });
  const { next } = await watch();
  expect(next).toBe(0);
  expect((await open()).some(({ open_key }) => open_key?.startsWith(`LEDGER_DRIFT:verify:POSITION:${wrong.id}:`))).toBe(
    true,
  );
  // A run that begins behind the position neither checks it nor ends its alarm.
  const before = await open();
  expect(await watch(wrong.id)).toMatchObject({ positions: 0, differences: 0 });
  expect(await open()).toEqual(before);
});
