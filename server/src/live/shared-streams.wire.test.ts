import type { Client } from 'graphql-ws';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Batch, openDatabase, type Database } from '../infra/database/database.js';
import { addLiveEvents } from '../infra/database/live-events.js';
import type { RedisLink } from '../infra/redis/redis.js';
import { eventually } from '../testing/eventually.js';
import { makeAccount, makeJob } from '../testing/make.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { createTestRedis } from '../testing/services/test-redis.js';
import { startTestApi, type TestApi } from '../testing/test-api.js';
import { encodeLiveCursor } from './live-cursor.js';

let database: TestDatabase;
let counted: Database;
let redis: RedisLink;
let api: TestApi;
/** The statements of the API that read live events or rows for them. */
let reads: string[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  redis = await createTestRedis();
  counted = openDatabase(database.url, { onRoundTrip: (statements) => reads.push(...statements) });
  const { tradeJob } = counted.prisma;
  // Prisma has no hook for round trips of its own, so its one read is counted by its name.
  const findMany = tradeJob.findMany.bind(tradeJob);
  Object.assign(tradeJob, { findMany: (...args: never[]) => (reads.push('trade_jobs'), findMany(...args)) });
  api = await startTestApi({ db: counted, redis });
});
afterAll(async () => {
  await api.stop();
  await counted.close();
  await redis.close();
  await database.drop();
});

const JOBS = 'subscription ($after: String) { jobChanged(after: $after) { cursor job { id status } } }';
const READS = /live_events|live_cursors WHERE user_id = \?|trade_jobs/;

async function newTrader() {
  const user = await api.newUser();
  const account = await makeAccount(database.db, { user_id: user.id });
  const job = await makeJob(database.db, { exchange_account_id: account.id });
  const change = async () => {
    const events = addLiveEvents(new Batch(), user.id, [{ topic: 'JOB', entityId: job.id }]);
    await database.db.transaction(async (tx) => void (await tx.commit(events)));
    api.ctx.live.notify(user.id);
  };
  return { ...user, job, change };
}

function listen(client: Client, query: string, variables: Record<string, unknown>): unknown[] {
  const values: unknown[] = [];
  client.subscribe(
    { query, variables },
    { next: ({ data }) => void values.push(data), error: () => undefined, complete: () => undefined },
  );
  return values;
}

it('a further subscriber costs no statement, and an event is read once for all of them', async () => {
  const trader = await newTrader();
  const client = api.client(trader.cookie);
  const first = listen(client, JOBS, { after: encodeLiveCursor(0) });
  await trader.change();
  await eventually(() => expect(first).toHaveLength(1));

  reads = [];
  const others = Array.from({ length: 40 }, () => listen(client, JOBS, { after: encodeLiveCursor(1) }));
  // The last subscribe message was handled when the answer to a later query of the same socket's server has come.
  await api.send('{ me { id } }', {}, trader.cookie);
  expect(reads.filter((sql) => READS.test(sql))).toEqual([]);

  await trader.change();
  await eventually(() => expect(others.every((values) => values.length === 1)).toBe(true));
  expect(new Set([first[1], ...others.flat()].map((value) => JSON.stringify(value))).size).toBe(1);
  expect(reads.filter((sql) => sql === 'trade_jobs')).toHaveLength(1);
  await client.dispose();
});

it('subscribers with other fields, another user or earlier cursors get their own messages', async () => {
  const [alice, bob] = [await newTrader(), await newTrader()];
  const [hers, his] = [api.client(alice.cookie), api.client(bob.cookie)];
  const streams = [
    listen(hers, JOBS, { after: encodeLiveCursor(0) }),
    listen(his, JOBS, { after: encodeLiveCursor(0) }),
    listen(hers, 'subscription { jobChanged(after: null) { job { id } } }', {}),
  ];
  await alice.change();
  await alice.change();
  await eventually(() => expect(streams[0]).toHaveLength(2));
  const late = listen(hers, JOBS, { after: encodeLiveCursor(0) });
  await alice.change();
  await bob.change();
  await eventually(() => expect(late).toHaveLength(3));
  await eventually(() => expect(streams[0]).toHaveLength(3));
  await eventually(() => expect(streams[1]).toHaveLength(1));
  expect(late).toEqual(streams[0]);
  expect(streams[1]).toMatchObject([{ jobChanged: { job: { id: String(bob.job.id) } } }]);
  expect(JSON.stringify(streams[2])).not.toContain('cursor');
  await Promise.all([hers.dispose(), his.dispose()]);
});

it('a cursor from the future is refused to a further subscriber too', async () => {
  const trader = await newTrader();
  const client = api.client(trader.cookie);
  const first = listen(client, JOBS, { after: encodeLiveCursor(0) });
  await trader.change();
  await eventually(() => expect(first).toHaveLength(1));
  const refused = new Promise<unknown>((resolve) =>
    client.subscribe(
      { query: JOBS, variables: { after: encodeLiveCursor(99) } },
      { next: () => undefined, error: resolve, complete: () => resolve('completed') },
    ),
  );
  expect(await refused).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  await trader.change();
  await eventually(() => expect(first).toHaveLength(2));
  await client.dispose();
});
