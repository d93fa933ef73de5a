import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { createSharedBudget } from '../../exchange/ccxt/budget/shared-budget.js';
import { isRefusal } from '../../testing/fake-exchange/engine-types.js';
import { REAL_LIMITS } from '../../testing/fake-exchange/start-fake-exchange.js';
import { makeAccount, makeExecution, makeJob, makeUser } from '../../testing/make.js';
import { openRealExchange } from '../../testing/worlds/real-exchange.js';
import { createTestContext } from '../../testing/test-context.js';
import type { TestDatabase } from '../../testing/services/test-database.js';
import { recoverOrders } from './recover-orders.js';
import { createRecoverer } from './recoverer.js';
import { useTestDatabase } from '../../testing/services/use-test-database.js';

const BTC = 'BTC/USDT';
const ORDERS = 1_000;
const DAY_MS = 8 * 3_600_000;
const LOST = 12;

let t: TestDatabase;
useTestDatabase((made) => (t = made));

/** An account with a day's worth of orders at an exchange with rate limits, and orders that were lost a while ago. */
async function world(dialect: 'binance' | 'bybit', { lost = LOST, secondsAgo = 60 } = {}) {
  const day = { offsetMs: -DAY_MS };
  const options = { dialect, limits: REAL_LIMITS, clock: { now: () => Date.now() + day.offsetMs } };
  const real = await openRealExchange({ ...options, balances: { USDT: '1000000', BTC: '10' } });
  const { fake, exchange } = real;
  fake.setPrice(BTC, { last: '100000' });
  for (let n = 0; n < ORDERS; n++) {
    day.offsetMs = -DAY_MS * (1 - n / ORDERS) - 120_000;
    const side = n % 2 === 0 ? 'BUY' : 'SELL';
    const order = { account: fake.accounts[0]?.name ?? '', clientId: `hand-${n}`, market: 'BTCUSDT', side } as const;
    if (isRefusal(fake.engine.place({ ...order, type: 'MARKET', quantity: '0.001' }))) throw new Error('refused');
  }
  day.offsetMs = 0;
  await exchange.market(BTC);
  const user_id = (await makeUser(t.db)).id;
  const name = dialect === 'binance' ? 'BINANCE_SPOT' : 'BYBIT_SPOT';
  const account = await makeAccount(t.db, { user_id, exchange: name, is_simulation: false });
  const columns = { exchange_account_id: account.id, trade_mode: 'REAL', status: 'EXECUTING' };
  const sent = new Date(Date.now() - secondsAgo * 1_000);
  const ids: number[] = [];
  for (let n = 0; n < lost; n++) {
    const job = await makeJob(t.db, { ...columns, created_at: sent, base_quantity: '0.001', admitted_at: sent });
    const unknown = { status_exchange: 'UNKNOWN', executed_qty: '0', send_before: sent, created_at: sent };
    ids.push((await makeExecution(t.db, { trade_job_id: job.id, trade_mode: 'REAL', ...unknown })).id);
  }
  const find = () => ({ ok: true as const, exchange });
  const ctx = createTestContext(t.db, { exchanges: { forAccount: find, forReading: find } });
  fake.requests.length = 0;
  const close = async () => {
    await t.db.query("UPDATE trade_executions SET status_exchange = 'NOT_PLACED' WHERE exchange_account_id = ?", [
      account.id,
    ]);
    await real.stop();
  };
  return { ...real, ctx, ids, close };
}

describe.each(['binance', 'bybit'] as const)(
  'lost orders of an account with a thousand orders that day at %s',
  (dialect) => {
    it('are proven absent by two questions each and one read of the lists, without reading the whole day', async () => {
      const { fake, ctx, ids, close } = await world(dialect);
      try {
        expect(await recoverOrders(ctx, { limit: 100 })).toMatchObject({ looked: LOST, absent: LOST });
        const first = fake.requests.length;
        expect(await recoverOrders(ctx, { limit: 100 })).toMatchObject({ looked: LOST });
        const idLookups = dialect === 'binance' ? LOST : 2 * LOST;
        // The lists: open and closed orders, and trades.
        expect(first).toBeLessThanOrEqual(idLookups + 3);
        expect(fake.requests.length).toBeLessThanOrEqual(2 * (idLookups + 3));
        expect(fake.refusals()).toBe(0);
        const rows = await t.db.query<{ status: string }[]>(
          'SELECT status_exchange AS status FROM trade_executions WHERE id IN (?)',
          [ids],
        );
        expect(rows.map(({ status }) => status)).toEqual(ids.map(() => 'NOT_PLACED'));
      } finally {
        await close();
      }
      // Two rounds, as fast as the exchange allows.
    }, 90_000);

    it('are all found in one read of the lists when they exist', async () => {
      const { fake, ctx, ids, close } = await world(dialect, { secondsAgo: 1 });
      try {
        for (const { client_order_id } of await t.db.prisma.tradeExecution.findMany({ where: { id: { in: ids } } })) {
          const order = {
            account: fake.accounts[0]?.name ?? '',
            market: 'BTCUSDT',
            side: 'BUY',
            type: 'MARKET',
          } as const;
          fake.engine.place({ ...order, clientId: client_order_id, quantity: '0.001' });
        }
        expect(await recoverOrders(ctx, { limit: 100 })).toMatchObject({ looked: LOST, booked: LOST });
        expect(fake.requests.length).toBeLessThanOrEqual(3);
      } finally {
        await close();
      }
    });

    it('are looked for by one process at a time, and by another one when it dies', async () => {
      const { fake, ctx, close } = await world(dialect, { secondsAgo: 1 });
      try {
        const processes = [createRecoverer(), createRecoverer(), createRecoverer(), createRecoverer()];
        const sweep = (some: typeof processes) =>
          Promise.all(some.map((recoverer) => recoverOrders(ctx, { limit: 100, recoverer })));
        const swept = await sweep(processes);
        expect(swept.map(({ looked }) => looked).sort((a, b) => a - b)).toEqual([0, 0, 0, LOST]);
        const one = fake.requests.length;
        expect(one).toBeLessThanOrEqual(2);
        // The process that holds the account waits until its orders are due again; the others leave them alone.
        await sweep(processes);
        expect(fake.requests.length).toBe(one);
        const holder = swept.findIndex(({ looked }) => looked > 0);
        await processes[holder]?.stop(ctx.db);
        const rest = processes.filter((_, n) => n !== holder);
        expect((await sweep(rest)).map(({ looked }) => looked).sort((a, b) => a - b)).toEqual([0, 0, LOST]);
        for (const each of rest) await each.stop(ctx.db);
      } finally {
        await close();
      }
    });

    it('are given up together with all questions that still wait', async () => {
      const { fake, ctx, close } = await world(dialect);
      const recoverer = createRecoverer();
      try {
        const hung = fake.faults.during('lookup', { answer: 'hang' });
        const arrived = new Promise<void>((resolve) => void fake.onRequest(() => resolve()));
        const sweep = recoverOrders(ctx, { limit: 100, recoverer });
        await arrived;
        await recoverer.stop(ctx.db);
        await sweep;
        hung();
        const asked = fake.requests.length;
        await recoverOrders(ctx, { limit: 100, recoverer });
        expect(fake.requests.length).toBe(asked);
      } finally {
        await close();
      }
    });
  },
);

it('an exit is sent before the entries that wait for the rate budget', async () => {
  const real = await openRealExchange(
    { dialect: 'bybit', limits: REAL_LIMITS, balances: { USDT: '1000000', BTC: '10' } },
    { budget: createSharedBudget(undefined, pino({ level: 'silent' })) },
  );
  try {
    real.fake.setPrice(BTC, { last: '100000' });
    await real.exchange.market(BTC);
    const order = (n: number, side: 'BUY' | 'SELL') =>
      real.exchange.place({
        ...{ clientOrderId: `xE${String(n).padStart(16, '0')}`, symbol: BTC, side, type: 'MARKET', quantity: '0.001' },
      });
    const entries = Array.from({ length: 25 }, (_, n) => order(n, 'BUY'));
    const exit = order(25, 'SELL');
    expect(await exit).toMatchObject({ kind: 'accepted' });
    expect(real.fake.orders().filter(({ side }) => side === 'BUY').length).toBeLessThanOrEqual(15);
    await Promise.all(entries);
  } finally {
    await real.stop();
  }
});
