import { afterEach, expect, it } from 'vitest';
import { pauseEntries } from '../../accounts/pause-entries.js';
import { eventually } from '../../testing/eventually.js';
import type { FakeExchange } from '../../testing/fake-exchange/start-fake-exchange.js';
import { createTestRedis } from '../../testing/services/test-redis.js';
import type { TestDatabase } from '../../testing/services/test-database.js';
import { useTestDatabase } from '../../testing/services/use-test-database.js';
import { BTC, openSignalWorld, type SignalWorld } from '../../testing/worlds/signal-world.js';
import { readSyncedAccount } from '../account-sync.store.js';
import { reconcileAccount } from '../reconcile-account.js';
import { watchAccounts } from '../watch-accounts.js';

// Orders that no job made, at a fake exchange behind the adapter for real trading, with a running executor.

let t: TestDatabase;
useTestDatabase((made) => (t = made));

const worlds: SignalWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.stop();
});
async function open(dialect: 'binance' | 'bybit'): Promise<SignalWorld & { ctx: SignalWorld['processes'][0]['ctx'] }> {
  const world = await openSignalWorld(t.db, { dialect });
  worlds.push(world);
  const [first] = world.processes;
  if (!first) throw new Error('there is no process');
  return { ...world, ctx: first.ctx };
}
const byHand = (fake: FakeExchange, more: object = {}) =>
  fake.engine.place({
    ...{ account: fake.accounts[0]?.name ?? '', market: BTC, side: 'BUY', type: 'LIMIT', quantity: '0.02' },
    ...{ price: '80000', clientId: `hand${Math.random().toString(36).slice(2, 10)}` },
    ...more,
  });
const accountRow = (id: number) => t.db.prisma.exchangeAccount.findUniqueOrThrow({ where: { id } });
const alertsOf = (userId: number) =>
  t.db.prisma.systemAlert.findMany({ where: { user_id: userId, alert_type: 'ORDER_NOT_OURS', resolved_at: null } });
const ended = async ({ jobOf }: SignalWorld, id: number, status: string) => {
  await eventually(async () => expect((await jobOf(id)).status).toBe(status), 20_000);
  return jobOf(id);
};

it.each(['binance', 'bybit'] as const)(
  'an order at %s that no job made stops entries at once, not exits, until the owner resumes them',
  async (dialect) => {
    const w = await open(dialect);
    await ended(w, await w.signal('BUY'), 'FILLED');
    const redis = await createTestRedis();
    const watch = watchAccounts({ ...w.ctx, redis }, { lease: { ttlMs: 600, everyMs: 50 } });
    try {
      await eventually(() => expect(w.fake.streams.asked.join()).toMatch(/userDataStream.subscribe|"subscribe"/));
      const placedAt = performance.now();
      byHand(w.fake);
      await eventually(async () =>
        expect(await accountRow(w.account.id)).toMatchObject({
          ...{ entries_pause_reason: 'ORDER_NOT_OURS', entries_paused_at: expect.any(Date) },
        }),
      );
      expect(performance.now() - placedAt).toBeLessThan(60_000);
    } finally {
      await watch.stop();
      await redis.close();
    }
    expect(await alertsOf(w.user_id)).toMatchObject([{ severity: 'high' }]);
    const refused = await ended(w, await w.signal('BUY'), 'SKIPPED');
    expect(refused).toMatchObject({ reason_code: 'ORDER_NOT_OURS', executions: [] });
    expect(refused.reason_message).toContain('no job made');
    // Exits go on.
    await ended(w, await w.signal('SELL'), 'FILLED');
    expect((await w.positions()).map(({ status }) => status)).toEqual(['CLOSED']);
    await pauseEntries(w.ctx, w.user_id, { accountId: w.account.id, isPaused: false });
    await ended(w, await w.signal('BUY'), 'FILLED');
  },
);

it('the comparison finds such an order too, once: the same order pauses nothing again after entries were resumed', async () => {
  const w = await open('binance');
  const account = await readSyncedAccount(t.db, w.account.id);
  if (!account) throw new Error('the account was just made');
  const order = byHand(w.fake);
  await reconcileAccount(w.ctx, account);
  expect(await accountRow(w.account.id)).toMatchObject({ entries_pause_reason: 'ORDER_NOT_OURS' });
  await pauseEntries(w.ctx, w.user_id, { accountId: w.account.id, isPaused: false });
  expect(await accountRow(w.account.id)).toMatchObject({ entries_paused_at: null, entries_pause_reason: null });
  if (!('account' in order)) throw new Error('the exchange refused the order');
  w.fake.engine.fill(order, '0.02');
  await reconcileAccount(w.ctx, account);
  expect(await accountRow(w.account.id)).toMatchObject({ entries_paused_at: null });
  byHand(w.fake);
  await reconcileAccount(w.ctx, account);
  expect(await accountRow(w.account.id)).toMatchObject({ entries_pause_reason: 'ORDER_NOT_OURS' });
});

it('an order from before the account was connected is reported and pauses nothing', async () => {
  const w = await open('binance');
  byHand(w.fake);
  const later = new Date(Date.now() + 60_000);
  await t.db.query('UPDATE exchange_accounts SET created_at = ? WHERE id = ?', [later, w.account.id]);
  const account = await readSyncedAccount(t.db, w.account.id);
  if (!account) throw new Error('the account was just made');
  await reconcileAccount(w.ctx, account);
  expect(await alertsOf(w.user_id)).toHaveLength(1);
  expect(await accountRow(w.account.id)).toMatchObject({ entries_paused_at: null });
});
