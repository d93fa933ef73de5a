import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { priceKey } from '../core/price/price-key.js';
import { eventually } from '../testing/eventually.js';
import { makeAccount } from '../testing/make.js';
import { startOwnRedis, type OwnRedis } from '../testing/services/own-redis.js';
import { openProcess, type ProcessContext } from '../testing/worlds/process-world.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { BTC, openMany } from '../testing/worlds/trigger-world.js';
import { watchTriggers } from '../exits/watch-triggers.js';
import { startExecutor } from './executor.js';

/** A monitor and an executor as two processes, connected only by their own Redis and the database. */
let t: TestDatabase;
let own: OwnRedis;
beforeAll(async () => {
  [t, own] = await Promise.all([createTestDatabase({ connectionLimit: 30 }), startOwnRedis()]);
});
afterAll(async () => {
  await own.kill();
  await t.drop();
});
const ending: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  own.resume();
  for (const end of ending.splice(0).reverse()) await end();
  await t.db.query("UPDATE trade_positions SET status = 'CLOSED', qty_reserved = 0, qty_remaining = 0");
  await own.kill();
  await own.start();
});

const KEY = priceKey('SIMULATION', BTC);
/** The promised time is two seconds, but the test machine may be busy. */
const LIMIT_MS = 6_000;

async function start(prefix = randomUUID()) {
  const [monitor, executor] = await Promise.all([
    openProcess(t.db, { url: own.url, prefix }),
    openProcess(t.db, { url: own.url, prefix }),
  ]);
  ending.push(monitor.close, executor.close);
  const running = startExecutor(executor.ctx);
  ending.push(running.stop);
  const watch = watchTriggers(monitor.ctx, { lookMs: 50 });
  ending.push(watch.stop);
  const say = (last: string) =>
    monitor.ctx.prices.publish('SIMULATION', [{ symbol: BTC, last, at: Date.now(), source: 'test' }]);
  say('100000');
  await eventually(() => expect(executor.ctx.prices.get(KEY)?.last).toBe('100000'));
  return { monitor: monitor.ctx, executor: executor.ctx, watch, say };
}

async function hold(columns: Record<string, unknown> = { sl_enabled: true, sl_pct: '2' }): Promise<number> {
  const { id: accountId } = await makeAccount(t.db);
  await t.db.query(
    `INSERT INTO account_balances_cache (exchange_account_id, trade_mode, asset, free, locked, last_sync_at)
     VALUES (?, 'SIMULATION', 'BTC', 1, 0, UTC_TIMESTAMP(3)) ON DUPLICATE KEY UPDATE free = 1`,
    [accountId],
  );
  const [id = 0] = await openMany(t.db, { accountId, count: 1, columns });
  return id;
}

/** How the position was sold. A sale after the limit counts as none. */
async function sold(id: number, since: number) {
  const job = await eventually(async () => {
    const { reservations } = await t.db.prisma.tradePosition.findUniqueOrThrow({
      where: { id },
      include: { reservations: { include: { trade_job: { include: { executions: true } } } } },
    });
    expect(reservations.map(({ trade_job }) => trade_job.status)).toEqual(['FILLED']);
    return reservations[0]!.trade_job;
  }, LIMIT_MS);
  return { tookMs: performance.now() - since, reason: job.exit_reason, at: job.executions[0]?.avg_price?.toFixed() };
}

const command = async (...words: [string, ...string[]]): Promise<void> => {
  const link = new Redis(own.url);
  await link.call(...words);
  link.disconnect();
};
const TROUBLES: [string, (executor: ProcessContext) => void | Promise<unknown>][] = [
  ['was killed', () => own.kill()],
  ['hangs', () => own.pause()],
  ['forgets everything', () => command('FLUSHALL')],
  [
    'has no memory left',
    async () => {
      await command('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
      await command('CONFIG', 'SET', 'maxmemory', '1');
    },
  ],
];

describe.each(TROUBLES)('When Redis %s', (_what, trouble) => {
  it('a stop sells within seconds, once, at the price that reached it, at the start of the outage and later', async () => {
    const { executor, watch, say } = await start();
    const [first, second] = [await hold(), await hold({ sl_enabled: true, sl_pct: '5' })];
    await eventually(() => expect(watch.size()).toBe(2));
    await trouble(executor);
    let since = performance.now();
    say('97000');
    const atOnce = await sold(first, since);
    expect(atOnce).toMatchObject({ reason: 'STOP_LOSS', at: '97000' });
    expect(atOnce.tookMs).toBeLessThan(LIMIT_MS);
    say('96000');
    await eventually(() => expect(executor.prices.get(KEY)?.last).toBe('96000'));
    since = performance.now();
    say('94000');
    expect(await sold(second, since)).toMatchObject({ reason: 'STOP_LOSS' });
    const [{ n } = { n: 0 }] = await t.db.query<{ n: number }[]>(
      'SELECT COUNT(*) AS n FROM trade_executions e JOIN position_reservations p ON p.trade_job_id = e.trade_job_id WHERE p.position_id IN (?, ?)',
      [first, second],
    );
    expect(Number(n)).toBe(2);
  });

  it('a position that opens during the outage is watched from its opening on', async () => {
    const { watch, say } = await start();
    await trouble(undefined as never);
    const id = await hold();
    await eventually(() => expect(watch.size()).toBe(1), LIMIT_MS);
    const since = performance.now();
    say('97000');
    expect(await sold(id, since)).toMatchObject({ reason: 'STOP_LOSS' });
  });
});

it('prices go through Redis again when it recovers', async () => {
  const { monitor, executor, say } = await start();
  own.pause();
  await eventually(() => expect([monitor.redis.state(), executor.redis.state()]).toEqual(['SILENT', 'SILENT']));
  say('99000');
  await eventually(() => expect(executor.prices.get(KEY)?.last).toBe('99000'));
  own.resume();
  await eventually(() => expect([monitor.redis.isUp(), executor.redis.isUp()]).toEqual([true, true]));
  say('98000');
  await eventually(() => expect(executor.prices.get(KEY)?.last).toBe('98000'));
});

it('a process that cannot reach Redis gets the prices of one that can', async () => {
  const { say } = await start();
  const cut = await openProcess(t.db, { url: 'redis://127.0.0.1:1', prefix: 'cut' });
  ending.push(cut.close);
  say('98500');
  await eventually(() => expect(cut.ctx.prices.get(KEY)?.last).toBe('98500'));
});
