import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../server/src/context.js';
import { atVenue } from '../server/src/core/price/venue-price.js';
import { readPriceKey } from '../server/src/core/price/price-key.js';
import { FAULTS, type Fault } from '../server/src/testing/fake-exchange/faults.js';
import { REAL_LIMITS } from '../server/src/testing/fake-exchange/start-fake-exchange.js';
import { makeAccount, makeJob, makeParameter, makeUser, makeVault } from '../server/src/testing/make.js';
import { openRealExchange } from '../server/src/testing/worlds/real-exchange.js';
import { createTestContext } from '../server/src/testing/test-context.js';
import { createTestDatabase } from '../server/src/testing/services/test-database.js';
import { findWrong } from '../server/src/testing/simulation/find-wrong.js';
import { executeTrade } from '../server/src/orders/send/execute-trade.js';
import { recoverOrders } from '../server/src/orders/recover/recover-orders.js';
import { most, p99, seconds, type GuaranteeResult, type Sizes } from './guarantee.js';

const BTC = 'BTC/USDT';
const SWEEP_MS = 2_000;
const GIVE_UP_MS = 150_000;
const AT_ONCE = 8;
const NASTY: Fault[] = Object.entries(FAULTS).flatMap(([name, fault]) =>
  ['limited', 'banned', 'slow'].includes(name) ? [] : [fault],
);

/** R1 and R4 over the real socket: jobs through the ccxt adapter while the exchange fails, and the time until resolved. */
export async function healOverSocket({ socketJobs, firstSeed }: Sizes): Promise<GuaranteeResult[]> {
  const share = Math.ceil(socketJobs / 6);
  // Most of the time is waiting, so all six run in parallel.
  const walks = (['binance', 'bybit'] as const).flatMap((dialect) =>
    (['open', 'always', 'none'] as const).map((duplicateIds) =>
      heal({ dialect, duplicateIds, jobs: share, seed: firstSeed }),
    ),
  );
  return (await Promise.all(walks)).flat();
}

interface Walk {
  dialect: 'binance' | 'bybit';
  duplicateIds: 'open' | 'always' | 'none';
  jobs: number;
  seed: number;
}

async function heal({ dialect, duplicateIds, jobs, seed }: Walk): Promise<GuaranteeResult[]> {
  const database = await createTestDatabase({ connectionLimit: 4 });
  const { db } = database;
  const real = await openRealExchange(
    { dialect, duplicateIds, balances: { USDT: '10000000', BTC: '1' }, limits: REAL_LIMITS },
    { timeoutMs: 700 },
  );
  try {
    real.fake.setPrice(BTC, { last: '100000' });
    await real.exchange.market(BTC);
    const user_id = (await makeUser(db)).id;
    const exchange = dialect === 'binance' ? 'BINANCE_SPOT' : 'BYBIT_SPOT';
    const account = await makeAccount(db, { user_id, exchange, is_simulation: false, balances: { USDT: '10000000' } });
    const vault = await makeVault(db, { user_id, trade_mode: 'REAL', balances: { USDT: '10000000' } });
    await makeParameter(db, { exchange_account_id: account.id, user_id, vault_id: vault.id });
    const find = () => ({ ok: true as const, exchange: real.exchange });
    const prices: Context['prices'] = {
      get: (key) => {
        const { venue, symbol } = readPriceKey(key);
        return atVenue(venue, { symbol, last: '100000', at: Date.now(), source: 'fake' });
      },
      ...{ all: () => [], subscribe: () => () => undefined, history: async () => [] },
    };
    const ctx = createTestContext(db, { prices, exchanges: { forAccount: find, forReading: find } });
    real.fake.faults.seeded({ seed, chance: 0.6, faults: NASTY });
    await trade(ctx, jobs, { exchange_account_id: account.id, vault_id: vault.id });
    real.fake.faults.clear();
    const healing = await untilKnown(ctx);
    const { fake } = real;
    const wrong = await findWrong({
      db,
      account: { id: account.id },
      vaultId: vault.id,
      orders: fake.orders(),
      trades: fake.trades(),
    });
    for (const each of wrong) process.stderr.write(`R1 ${dialect}, ${duplicateIds}: ${each}\n`);
    return told({ dialect, duplicateIds, jobs, wrong, healing, orders: fake.orders().length, met: fake.faults.met });
  } finally {
    await real.stop();
    await database.drop();
  }
}

async function trade(ctx: Context, jobs: number, columns: { exchange_account_id: number; vault_id: number }) {
  const ids: number[] = [];
  for (let n = 0; n < jobs; n++) ids.push((await makeJob(ctx.db, { ...columns, trade_mode: 'REAL' })).id);
  const work = async () => {
    for (let id = ids.shift(); id !== undefined; id = ids.shift())
      await executeTrade(ctx, { jobId: id, committedAt: Date.now(), queuedAt: Date.now() });
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** Sweeps as the executor does, and records when the outcome of each order was known. */
async function untilKnown(ctx: Context): Promise<{ known: number[]; unknown: number }> {
  const since = performance.now();
  const open = async () =>
    (
      await ctx.db.query<{ id: number }[]>(
        "SELECT id FROM trade_executions WHERE status_exchange IN ('SENDING', 'UNKNOWN')",
      )
    ).length;
  const known: number[] = [];
  let left = await open();
  while (left > 0 && performance.now() - since < GIVE_UP_MS) {
    await recoverOrders(ctx, { limit: 200 });
    const pending = await ctx.db.query<{ id: number }[]>("SELECT id FROM trade_jobs WHERE status = 'PENDING'");
    for (const { id } of pending) await executeTrade(ctx, { jobId: id, committedAt: Date.now(), queuedAt: Date.now() });
    const now = await open();
    for (let n = now; n < left; n++) known.push(performance.now() - since);
    left = now;
    if (left > 0) await sleep(SWEEP_MS);
  }
  return { known, unknown: left };
}

function told(
  seen: Pick<Walk, 'dialect' | 'duplicateIds' | 'jobs'> & {
    wrong: string[];
    healing: { known: number[]; unknown: number };
    orders: number;
    met: number;
  },
): GuaranteeResult[] {
  const { dialect, duplicateIds, jobs, wrong, healing, orders, met } = seen;
  const { known, unknown } = healing;
  const place = `${dialect} over a socket, ids unique: ${duplicateIds}`;
  return [
    {
      ...{ guarantee: 'R1', what: `one order per job, ${place}` },
      ...{
        figure: `${wrong.length} wrong (${jobs} jobs, ${orders} orders, ${met} faults)`,
        target: '0',
        holds: wrong.length === 0,
      },
    },
    {
      ...{ guarantee: 'R4', what: `healed exchange to every fate known, ${place}` },
      figure: `p99 ${seconds(known, 0.99)}, most ${seconds(known, 1)}, never ${unknown} (of ${known.length + unknown} open)`,
      ...{
        target: 'p99 <= 20 s, all <= 120 s',
        holds: unknown === 0 && p99(known) <= 20_000 && most(known) <= 120_000,
      },
    },
  ];
}
