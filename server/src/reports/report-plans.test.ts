import { expect, it } from 'vitest';
import type { Batch } from '../infra/database/database.js';
import { makeAccount, makeUser } from '../testing/make.js';
import type { TestDatabase } from '../testing/services/test-database.js';
import { useTestDatabase } from '../testing/services/use-test-database.js';
import { fillWithTrades, makeReportWorld } from '../testing/worlds/report-world.js';
import { compareBy } from './comparison.js';
import { readDashboardSums } from './dashboard.store.js';
import { closedBy, daysOf, exposureOf } from './report-parts.js';
import { reportScope } from './report-scope.js';
import { readFees, readVaultMoves, readWebhooks } from './report.store.js';

let t: TestDatabase;
useTestDatabase((made) => (t = made));

const DAY_MS = 86_400_000;

it('no read of a report scans the rows of a neighbor who has many', async () => {
  const busy = await makeAccount(t.db, { user_id: (await makeUser(t.db)).id });
  await fillWithTrades(t.db, { accountId: busy.id, count: 20_000 });
  const { id: userId } = await makeUser(t.db);
  const world = await makeReportWorld(t.db, { userId, positions: 60, seed: 5 });
  const asked: [sql: string, values: readonly unknown[]][] = [];
  const db = {
    query: ((sql: string, values: readonly unknown[] = []) => {
      asked.push([sql, values]);
      return t.db.query(sql, values);
    }) as Pick<typeof t.db, 'query'>['query'],
    run(batch: Batch) {
      let from = 0;
      for (const sql of batch.parts) {
        const count = (sql.match(/\?/g) ?? []).length;
        asked.push([sql, batch.values.slice(from, from + count)]);
        from += count;
      }
      return t.db.run(batch);
    },
  };
  const [accountId = null] = world.accountIds;
  const [sourceId = null] = world.sourceIds;
  const none = { tradeMode: 'SIMULATION' as const, timeZone: 'UTC', accountId: null, sourceId: null, symbol: null };
  const period = { from: new Date(world.startMs), to: new Date(world.startMs + 9 * DAY_MS) };
  const several = [
    { accountIds: world.accountIds, symbols: ['BTC/USDT', 'ETH/BTC'] },
    { accountIds: world.accountIds, sourceIds: world.sourceIds, symbols: ['BTC/USDT'] },
  ];
  for (const part of [{}, { accountId }, { sourceId }, { symbol: 'BTC/USDT' }, period, ...several]) {
    const found = await reportScope({ db: t.db, clock: { now: () => Date.now() } }, userId, {
      ...none,
      from: null,
      to: null,
      ...part,
    });
    if (!found.ok) throw new Error(found.message);
    for (const by of ['total', 'symbol', 'account', 'source', 'result'] as const) await closedBy(db, found.scope, by);
    await daysOf(db, found.scope);
    await exposureOf(db, found.scope, () => () => undefined);
    await readFees(db, found.scope);
    await readVaultMoves(db, found.scope);
    await readWebhooks(db, found.scope);
    for (const by of ['source', 'account'] as const) await compareBy(db, found.scope, by);
  }
  const dayStart = new Date(Date.UTC(2026, 10, 1));
  for (const part of [{}, { accountIds: world.accountIds }, ...several]) {
    await readDashboardSums(db, { userId, tradeMode: 'SIMULATION', dayStart, ...part });
  }
  for (const [sql, values] of asked) {
    const plan = await t.db.query<{ table: string; type: string; key: string | null; rows: number }[]>(
      `EXPLAIN ${sql}`,
      values,
    );
    for (const { table, type, key, rows } of plan) {
      // A table with a few rows is read whole; those that hold the trades of the neighbor are not.
      if (!/^[a-z]$/.test(table) || Number(rows) < 100) continue;
      const seen = {
        table,
        isScan: key === null || /^(ALL|index)$/.test(type),
        hasFew: table !== 'p' || Number(rows) < 5_000,
      };
      expect(seen, sql).toEqual({ table, isScan: false, hasFew: true });
    }
  }
  expect(asked.length).toBeGreaterThan(40);
}, 120_000);
