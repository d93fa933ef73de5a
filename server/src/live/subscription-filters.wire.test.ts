import type { Client } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Batch } from '../infra/database/database.js';
import { addLiveEvents, type LiveTopic } from '../infra/database/live-events.js';
import type { RedisLink } from '../infra/redis/redis.js';
import { eventually } from '../testing/eventually.js';
import { makeAccount, makeJob, makePosition } from '../testing/make.js';
import { startTestApi, type TestApi } from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { createTestRedis } from '../testing/services/test-redis.js';

let database: TestDatabase;
let redis: RedisLink;
let api: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  redis = await createTestRedis();
  api = await startTestApi({ db: database.db, redis });
});
afterAll(async () => {
  await api.stop();
  await redis.close();
  await database.drop();
});

const write = (userId: number, changes: { topic: LiveTopic; entityId: number }[]) =>
  database.db.transaction(async (tx) => void (await tx.commit(addLiveEvents(new Batch(), userId, changes))));

interface Stream {
  values: Record<string, never>[];
  errors: { message: string; extensions?: Record<string, unknown> }[];
  isOver: boolean;
  end(): void;
}

/** Collects the messages of a subscription. */
function listen(client: Client, query: string, variables: Record<string, unknown> = {}): Stream {
  const stream: Stream = { values: [], errors: [], isOver: false, end: () => undefined };
  stream.end = client.subscribe<Record<string, never>>(
    { query, variables },
    {
      next: ({ data, errors }) => {
        if (data) stream.values.push(data);
        stream.errors.push(...((errors ?? []) as Stream['errors']));
      },
      error: (error) => {
        stream.isOver = true;
        if (Array.isArray(error)) stream.errors.push(...(error as Stream['errors']));
      },
      complete: () => {
        stream.isOver = true;
      },
    },
  );
  return stream;
}

/** A trader with one job, and a function that announces a change of it. */
async function newTrader() {
  const user = await api.newUser();
  const account = await makeAccount(database.db, { user_id: user.id, label: `of ${user.id}` });
  const job = await makeJob(database.db, { exchange_account_id: account.id });
  return { ...user, account, job, changeJob: () => write(user.id, [{ topic: 'JOB', entityId: job.id }]) };
}

describe('a subscription', () => {
  it('takes a filter and sends only the events that match it', async () => {
    const trader = await newTrader();
    const other = await makeAccount(database.db, { user_id: trader.id, is_simulation: false });
    const wanted = await makePosition(database.db, { exchange_account_id: trader.account.id, symbol: 'SOL/USDT' });
    const others = [
      await makePosition(database.db, { exchange_account_id: trader.account.id, symbol: 'BTC/USDT' }),
      await makePosition(database.db, { exchange_account_id: other.id, trade_mode: 'REAL', symbol: 'SOL/USDT' }),
    ];
    const fills = await database.db.prisma.positionFill.findMany({
      where: { exchange_account: { user_id: trader.id } },
      orderBy: { id: 'asc' },
    });
    const filter = `filter: { symbol: "SOLUSDT", accountId: ${trader.account.id}, tradeMode: SIMULATION }`;
    const client = api.client(trader.cookie);
    const cursor = (await api.send('{ liveCursor }', {}, trader.cookie)).data?.liveCursor;
    const after = `after: "${String(cursor)}"`;
    const streams = [
      listen(client, `subscription { positionChanged(${after}, ${filter}) { cursor position { id } } }`),
      listen(client, `subscription { jobChanged(${after}, ${filter}) { cursor job { id } } }`),
      listen(client, `subscription { fillAdded(${after}, ${filter}) { cursor fill { positionId } } }`),
      listen(
        client,
        `subscription { accountChanged(${after}, filter: { tradeMode: REAL }) { cursor account { id } } }`,
      ),
    ] as const;
    const all = [...others, wanted];
    await write(trader.id, [
      ...all.map(({ id }) => ({ topic: 'POSITION' as const, entityId: id })),
      ...all.map((position) => ({ topic: 'JOB' as const, entityId: position.trade_job_id_open })),
      ...fills.map(({ id }) => ({ topic: 'FILL' as const, entityId: id })),
      { topic: 'ACCOUNT', entityId: trader.account.id },
      { topic: 'ACCOUNT', entityId: other.id },
    ]);
    await eventually(() => expect(streams.map(({ values }) => values.length)).toEqual([1, 1, 1, 1]));
    expect(streams.map(({ values }) => values[0])).toMatchObject([
      { positionChanged: { position: { id: String(wanted.id) } } },
      { jobChanged: { job: { id: String(wanted.trade_job_id_open) } } },
      { fillAdded: { fill: { positionId: String(wanted.id) } } },
      { accountChanged: { account: { id: String(other.id) } } },
    ]);
    for (const stream of streams) stream.end();
    void client.dispose();
  });

  it('of jobs tells every status, also one that has passed', async () => {
    const trader = await newTrader();
    const cursor = String((await api.send('{ liveCursor }', {}, trader.cookie)).data?.liveCursor);
    for (const status of ['EXECUTING', 'FILLED'] as const) {
      await database.db.query('UPDATE trade_jobs SET status = ? WHERE id = ?', [status, trader.job.id]);
      await trader.changeJob();
    }
    const client = api.client(trader.cookie);
    const query = 'subscription ($after: String) { jobChanged(after: $after) { cursor status job { status } } }';
    const stream = listen(client, query, { after: cursor });
    await eventually(() => expect(stream.values).toHaveLength(2));
    expect(stream.values).toMatchObject([
      { jobChanged: { status: 'EXECUTING', job: { status: 'FILLED' } } },
      { jobChanged: { status: 'FILLED', job: { status: 'FILLED' } } },
    ]);
    stream.end();
    void client.dispose();
  });
});
