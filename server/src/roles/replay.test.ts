import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { priceKey } from '../core/price/price-key.js';
import { createContext } from '../create-context.js';
import { loadEnv } from '../env.js';
import { eventually } from '../testing/eventually.js';
import { makeAccount, makeJob, makeParameter } from '../testing/make.js';
import { createTestDatabase } from '../testing/services/test-database.js';
import { createTestRedis } from '../testing/services/test-redis.js';
import { startExecutor } from './executor.js';
import { startMonitors } from './monitors.js';

const SYMBOL = 'HIST/USDT';
/** From any starting point: the next high is 115, and the 113 after it is more than 1 % lower. */
const ROUND = ['113.90', '115.00', '113.00'];
const closing: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function recording(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'replay-'));
  closing.push(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'recording.csv');
  const lines = Array.from({ length: 30_000 }, (_, index) => `${index * 200},${SYMBOL},${ROUND[index % 3]},0.25`);
  await writeFile(file, `timestamp_ms,symbol,price,quantity\n${lines.join('\n')}\n`);
  return file;
}

/** All roles except the API, with their own database and Redis. */
async function startProcess(file: string) {
  const t = await createTestDatabase();
  closing.push(() => t.drop());
  const redis = await createTestRedis();
  closing.push(() => redis.close());
  const settings = {
    ...{ NODE_ENV: 'test', LOG_LEVEL: 'silent', LOG_PRETTY: 'false', DATABASE_URL: t.url },
    ...{ REDIS_URL: process.env.REDIS_URL, SECRET_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}` },
    ...{ PRICE_FEED: 'replay', REPLAY_FILE: file, REPLAY_SPEED: '10' },
  };
  const { ctx, close } = await createContext({ ...loadEnv(settings), REDIS_PREFIX: redis.prefix });
  closing.push(close);
  const [executor, monitors] = [startExecutor(ctx), startMonitors(ctx)];
  closing.push(() => executor.stop());
  closing.push(() => monitors.stop());
  return ctx;
}

it('a recording of an unknown symbol can be traded: a buy, and its trailing stop at the recorded price', async () => {
  const ctx = await startProcess(await recording());
  const { db, prices, trades } = ctx;
  await eventually(() => expect(prices.get(priceKey('SIMULATION', SYMBOL))?.source).toBe('replay'));

  const { id: accountId } = await makeAccount(db);
  const trailing = { trailing_stop_enabled: true, trailing_distance_pct: '1' };
  await makeParameter(db, { exchange_account_id: accountId, symbol: SYMBOL, ...trailing });
  const { id: jobId } = await makeJob(db, { exchange_account_id: accountId, symbol: SYMBOL });
  trades.enqueue([{ jobId, committedAt: Date.now(), queuedAt: Date.now() }]);

  const position = await eventually(async () => {
    const found = await db.prisma.tradePosition.findFirstOrThrow({ where: { exchange_account_id: accountId } });
    expect([found.status, found.close_reason]).toEqual(['CLOSED', 'TRAILING_STOP']);
    return found;
  });
  expect(ROUND).toContain(position.price_open.toFixed(2));
  expect(position.trailing_max_price?.toFixed()).toBe('115');
  const exits = await db.prisma.tradeJob.findMany({ where: { exchange_account_id: accountId, side: 'SELL' } });
  expect(exits.map(({ status, exit_price }) => `${status} ${exit_price?.toFixed()}`)).toEqual(['FILLED 113']);
  // 100 USDT at one of these prices, minus the fee, in steps of the last decimal of the recorded quantities.
  expect(exits[0]?.base_quantity?.toFixed()).toMatch(/^0\.8[567]$/);
});
