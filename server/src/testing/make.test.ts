import { expect, it } from 'vitest';
import { makeBinding, makeExecution, makeParameter, makePosition, makeUser, makeVault } from './make.js';
import type { TestDatabase } from './services/test-database.js';
import { useTestDatabase } from './services/use-test-database.js';

let t: TestDatabase;
useTestDatabase((made) => (t = made));

it('makes each row together with missing parent rows', async () => {
  const vault = await makeVault(t.db, { balances: { USDT: '0.000000000000000001' } });
  const [balance] = await t.db.prisma.vaultBalance.findMany({ where: { vault_id: vault.id } });
  expect(balance?.balance.toFixed()).toBe('0.000000000000000001');

  const parameter = await makeParameter(t.db, { vault_id: vault.id, user_id: vault.user_id });
  const account = await t.db.prisma.exchangeAccount.findUniqueOrThrow({ where: { id: parameter.exchange_account_id } });
  expect(account.user_id).toBe(vault.user_id);

  const binding = await makeBinding(t.db, { exchange_account_id: account.id });
  const source = await t.db.prisma.webhookSource.findUniqueOrThrow({ where: { id: binding.webhook_source_id } });
  expect(source.owner_user_id).toBe(vault.user_id);

  expect((await makeExecution(t.db)).side).toBe('BUY');
  expect((await makeUser(t.db, { email: 'someone@example.com', role: 'admin' })).email).toBe('someone@example.com');
});

it('makes a position that matches its fill, with overrides', async () => {
  const position = await makePosition(t.db, {
    qty_total: '2',
    qty_reserved: '0.5',
    price_open: '10',
    symbol: 'SOL/USDT',
  });
  const [fill] = await t.db.prisma.positionFill.findMany({ where: { position_id: position.id } });
  expect([fill?.qty.toFixed(), fill?.price.toFixed(), position.qty_remaining.toFixed()]).toEqual(['2', '10', '2']);
  expect(position.qty_reserved.toFixed()).toBe('0.5');
});
