import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { d, type D } from '../core/money/money.js';
import { eventually } from '../testing/eventually.js';
import { makeAccount } from '../testing/make.js';
import { startOwnRedis, type OwnRedis } from '../testing/services/own-redis.js';
import { openProcess } from '../testing/worlds/process-world.js';
import { seededRandom } from '../testing/seeded-random.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { BTC, openMany } from '../testing/worlds/trigger-world.js';
import { watchTriggers } from './watch-triggers.js';

/**
 * Two monitors, one with the feed and one that gets every price through Redis, each with its own database and the same
 * positions. Both must fire the same exits at the same prices for the same reasons, and match a plain walk over all
 * prices.
 */
let redis: OwnRedis;
let databases: TestDatabase[];
beforeAll(async () => {
  redis = await startOwnRedis();
  databases = await Promise.all([createTestDatabase(), createTestDatabase()]);
});
afterAll(async () => {
  await Promise.all(databases.map((one) => one.drop()));
  await redis.kill();
});

interface Exits {
  sl: string | null;
  tp: string | null;
  trailing: string | null;
}
interface Fired {
  position: number;
  price: string;
  reason: string;
}

/** The rules of trading.md, applied to a list of prices. */
function oracle(positions: readonly Exits[], prices: readonly string[]): Fired[] {
  const open = d('100000');
  const share = (pct: string, sign: 1 | -1): D =>
    d('1').add(
      d(pct)
        .mul(d(String(sign)))
        .div(d('100')),
    );
  return positions.flatMap(({ sl, tp, trailing }, position): Fired[] => {
    let max = open;
    for (const text of prices) {
      const price = d(text);
      if (price.gt(max)) max = price;
      const stop = sl === null ? null : open.mul(share(sl, -1));
      const trail = trailing === null ? null : max.mul(share(trailing, -1));
      const isTrailed = trail !== null && price.lte(trail);
      const isStopped = stop !== null && price.lte(stop);
      if (isTrailed && !(isStopped && stop.gt(trail))) return [{ position, price: text, reason: 'TRAILING_STOP' }];
      if (isStopped) return [{ position, price: text, reason: 'STOP_LOSS' }];
      if (tp !== null && price.gte(open.mul(share(tp, 1)))) return [{ position, price: text, reason: 'TAKE_PROFIT' }];
    }
    return [];
  });
}

const TICKS = 3_000;
const COUNT = 190;

/**
 * A random walk in batches of thirty prices, with single-price spikes that only a monitor that sees every price
 * notices.
 */
function walk(random: () => number): string[] {
  let price = 100_000;
  return Array.from({ length: TICKS }, () => {
    price *= 1 + (random() - 0.5) * 0.001;
    const spike = random() < 0.02 ? 1 + (random() - 0.5) * 0.06 : 1;
    return (price * spike).toFixed(2);
  });
}

function draw(random: () => number): Exits {
  const pct = (most: number) => (0.25 + Math.floor(random() * most * 4) / 4).toFixed(2);
  const one: Exits = { sl: null, tp: null, trailing: null };
  if (random() < 0.6) one.sl = pct(4);
  if (random() < 0.5) one.tp = pct(4);
  if (random() < 0.5 || (!one.sl && !one.tp)) one.trailing = pct(5);
  return one;
}

it(
  'both fire what a walk over every price predicts: the same positions, prices and reasons',
  { timeout: 120_000 },
  async () => {
    const random = seededRandom(20_261_130);
    const positions = Array.from({ length: COUNT }, () => draw(random));
    const prices = walk(random);
    const prefix = randomUUID();
    const processes = await Promise.all(databases.map(({ db }) => openProcess(db, { url: redis.url, prefix })));
    const ids = await Promise.all(
      databases.map(async ({ db }) => {
        const { id: accountId } = await makeAccount(db);
        const made: number[] = [];
        for (const { sl, tp, trailing } of positions) {
          const columns = {
            ...{ sl_enabled: sl !== null, sl_pct: sl, tp_enabled: tp !== null, tp_pct: tp },
            ...{ trailing_enabled: trailing !== null, trailing_distance_pct: trailing },
          };
          made.push(...(await openMany(db, { accountId, count: 1, columns })));
        }
        return made;
      }),
    );
    const [feed] = processes.map(({ ctx }) => ctx.prices);
    const seen = processes.map(({ ctx }) => {
      const received: string[] = [];
      ctx.prices.subscribe((changed) => received.push(...changed.map(({ last }) => last)));
      return received;
    });
    const watches = processes.map(({ ctx }) => watchTriggers(ctx, { lookMs: 50 }));
    try {
      const publish = (last: string) =>
        feed?.publish('SIMULATION', [{ symbol: BTC, last, at: Date.now(), source: 'test' }]);
      publish('100000');
      await eventually(() => expect(watches.map((one) => one.size())).toEqual([COUNT, COUNT]));
      for (const [n, last] of prices.entries()) {
        publish(last);
        if (n % 30 === 29) await new Promise((resolve) => setImmediate(resolve));
      }
      await eventually(() =>
        expect(seen).toEqual([
          ['100000', ...prices],
          ['100000', ...prices],
        ]),
      );
      const wanted = oracle(positions, prices);
      expect(wanted.length).toBeGreaterThan(COUNT / 2);
      for (const [n, { db }] of databases.entries()) {
        await eventually(async () => {
          const rows = await db.query<{ id: number; price: string; reason: string }[]>(
            `SELECT pp.position_id AS id, j.exit_price AS price, j.exit_reason AS reason FROM trade_jobs j
             JOIN position_reservations pp ON pp.trade_job_id = j.id WHERE j.origin = 'TRIGGER'`,
          );
          const fired = rows
            .map(({ id, price, reason }) => ({
              position: ids[n]?.indexOf(id) ?? -1,
              price: d(price).toFixed(2),
              reason,
            }))
            .sort((a, b) => a.position - b.position);
          expect(fired).toEqual(wanted);
        }, 60_000);
      }
    } finally {
      await Promise.all(watches.map((one) => one.stop()));
      await Promise.all(processes.map((one) => one.close()));
    }
  },
);
