import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAccount } from '../accounts/create-account.js';
import { createRealAccount } from '../accounts/create-real-account.js';
import { createParameter } from '../parameters/create-parameter.js';
import { makeAccount, makeUser, makeVault } from '../testing/make.js';
import { createTestContext } from '../testing/test-context.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { createVault } from '../vaults/create-vault.js';
import { createWebhookSource } from '../webhooks/sources/create-webhook-source.js';
import { QUOTAS } from './within-quota.js';

let t: TestDatabase;
let ctx: ReturnType<typeof createTestContext>;
beforeAll(async () => {
  t = await createTestDatabase();
  ctx = createTestContext(t.db);
});
afterAll(() => t.drop());

const confirmed = () => Promise.resolve();
const refusals = (results: { ok: boolean; code?: string }[]) =>
  results.flatMap((result) => (result.ok ? [] : [result.code]));

it('of thirty vaults created at once, only those within the quota exist', async () => {
  const { id } = await makeUser(t.db);
  await t.db.prisma.vault.createMany({
    data: Array.from({ length: QUOTAS.vaults - 3 }, (_, n) => ({
      user_id: id,
      name: `v${n}`,
      trade_mode: 'SIMULATION',
    })),
  });
  const results = await Promise.all(
    Array.from({ length: 30 }, (_, n) => createVault(ctx, id, { name: `new ${n}`, tradeMode: 'SIMULATION' })),
  );
  expect(refusals(results)).toEqual(Array(27).fill('QUOTA_REACHED'));
  expect(await t.db.prisma.vault.count({ where: { user_id: id } })).toBe(QUOTAS.vaults);
  // The quota of one user takes nothing from another.
  const other = await makeUser(t.db);
  expect((await createVault(ctx, other.id, { name: 'v', tradeMode: 'SIMULATION' })).ok).toBe(true);
});

it('accounts of both kinds share a quota, and inactive ones count', async () => {
  const { id } = await makeUser(t.db);
  await t.db.prisma.exchangeAccount.createMany({
    data: Array.from({ length: QUOTAS.accounts }, (_, n) => ({
      ...{ user_id: id, label: `a${n}`, exchange: 'BINANCE_SPOT', is_simulation: true, is_active: false },
    })),
  });
  const place = { label: 'one more', exchange: 'BINANCE_SPOT' } as const;
  const results = await Promise.all([
    createAccount(ctx, id, { ...place, initialBalances: [] }),
    createRealAccount(
      ctx,
      id,
      { ...place, testnet: false, apiKey: 'a'.repeat(64), apiSecret: 'b'.repeat(64) },
      confirmed,
    ),
  ]);
  expect(refusals(results)).toEqual(['QUOTA_REACHED', 'QUOTA_REACHED']);
});

it('sources and parameters have a quota', async () => {
  const { id } = await makeUser(t.db);
  const account = await makeAccount(t.db, { user_id: id });
  const vault = await makeVault(t.db, { user_id: id });
  await t.db.prisma.webhookSource.createMany({
    data: Array.from({ length: QUOTAS.sources }, (_, n) => ({
      ...{ owner_user_id: id, label: `s${n}`, webhook_code: `quota-${n}`, trade_mode: 'SIMULATION' },
    })),
  });
  await t.db.prisma.tradeParameter.createMany({
    data: Array.from({ length: QUOTAS.parameters }, (_, n) => ({
      ...{ user_id: id, exchange_account_id: account.id, symbol: `C${n}/USDT`, side: 'BUY', vault_id: vault.id },
    })),
  });
  const source = await createWebhookSource(ctx, id, { label: 's', tradeMode: 'SIMULATION' } as never, confirmed);
  expect(refusals([source])).toEqual(['QUOTA_REACHED']);
  const settings = { symbol: 'BTC/USDT', side: 'BUY', vaultId: vault.id } as never;
  expect(refusals([await createParameter(ctx, id, { accountId: account.id, settings })])).toEqual(['QUOTA_REACHED']);
});
