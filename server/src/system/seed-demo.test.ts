import { verify } from '@node-rs/argon2';
import { expect, it } from 'vitest';
import type { TestDatabase } from '../testing/services/test-database.js';
import { seedDemo } from './seed-demo.js';
import { useTestDatabase } from '../testing/services/use-test-database.js';

let t: TestDatabase;
useTestDatabase((made) => (t = made));

const trader = { email: 'trader@example.com', password: 'correct horse' };
const everything = async () => {
  const { prisma } = t.db;
  return JSON.stringify(
    await Promise.all([
      prisma.user.findMany({ include: { profile: true, roles: true, live_cursor: true } }),
      prisma.exchangeAccount.findMany({ include: { balances_cache: true } }),
      prisma.vault.findMany({ include: { balances: true, transactions: true } }),
      prisma.tradeParameter.findMany(),
      prisma.webhookSource.findMany({ include: { bindings: true } }),
    ]),
    (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
  );
};

it('gives an empty installation all a first signal needs, once, even when several processes start together', async () => {
  const demos = await Promise.all([1, 2, 3].map(() => seedDemo(t, trader)));
  expect(demos.filter(({ password }) => password === 'correct horse')).toHaveLength(1);
  expect(demos.filter(({ adminPassword }) => adminPassword !== undefined)).toHaveLength(1);
  expect(new Set(demos.map(({ webhookCode }) => webhookCode)).size).toBe(1);
  expect(demos[0]?.webhookCode).toMatch(/^[\w-]{32}$/);

  const users = await t.db.prisma.user.findMany({ include: { roles: true }, orderBy: { email: 'desc' } });
  expect(users.map(({ email, roles }) => [email, roles.map(({ role }) => role).sort()])).toEqual([
    ['trader@example.com', ['user']],
    ['admin@mvcashnode.local', ['admin', 'user']],
  ]);
  expect(users[0]?.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await verify(users[0]?.password_hash ?? '', 'correct horse')).toBe(true);
});

it('the parts belong together: one mode, one owner, a vault that its deposit explains', async () => {
  const { prisma } = t.db;
  const source = await prisma.webhookSource.findFirstOrThrow({
    include: { bindings: { include: { exchange_account: true } } },
  });
  const account = source.bindings[0]?.exchange_account;
  expect([source.trade_mode, account?.is_simulation, account?.user_id]).toEqual([
    'SIMULATION',
    true,
    source.owner_user_id,
  ]);
  const cache = await prisma.accountBalanceCache.findMany();
  expect(cache.map((row) => [row.asset, row.trade_mode, row.free.toFixed(), row.locked.toFixed()])).toEqual([
    ['USDT', 'SIMULATION', '10000', '0'],
  ]);
  const [sums] = await t.db.query<Record<string, string>[]>(
    `SELECT b.balance, b.reserved, SUM(x.balance_delta) AS balanceSum, SUM(x.reserved_delta) AS reservedSum
     FROM vault_balances b JOIN vault_transactions x ON x.vault_id = b.vault_id AND x.asset = b.asset GROUP BY b.id`,
  );
  expect(sums).toEqual({
    balance: '5000.000000000000000000',
    reserved: '0.000000000000000000',
    balanceSum: '5000.000000000000000000',
    reservedSum: '0.000000000000000000',
  });
  const parameters = await prisma.tradeParameter.findMany({ include: { vault: true }, orderBy: { symbol: 'asc' } });
  expect(parameters.map(({ symbol }) => symbol)).toEqual(['BTC/USDT', 'ETH/USDT', 'SOL/USDT']);
  for (const { exchange_account_id, vault } of parameters) {
    expect([exchange_account_id, vault?.user_id, vault?.trade_mode]).toEqual([
      account?.id,
      source.owner_user_id,
      'SIMULATION',
    ]);
  }
});

it('a second start changes nothing and does not know the password', async () => {
  const before = await everything();
  const again = await seedDemo(t, { email: trader.email, password: 'another one' });
  expect(again.password).toBeUndefined();
  expect(await everything()).toBe(before);
});

it('neither overwrites nor restores what the trader changed or deleted', async () => {
  await t.db.prisma.tradeParameter.deleteMany({ where: { symbol: 'SOL/USDT' } });
  await t.db.prisma.tradeParameter.updateMany({ data: { quote_amount_fixed: '7' } });
  await t.db.prisma.webhookSource.deleteMany();
  const before = await everything();
  expect((await seedDemo(t, trader)).webhookCode).toBeNull();
  expect(await everything()).toBe(before);
});

it('generates a password when none is given', async () => {
  const demo = await seedDemo(t, { email: 'other@example.com' });
  const user = await t.db.prisma.user.findUniqueOrThrow({ where: { email: demo.email } });
  expect(demo.password).toHaveLength(16);
  expect(await verify(user.password_hash, demo.password ?? '')).toBe(true);
});
