import { once } from 'node:events';
import type { Client } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Batch } from '../infra/database/database.js';
import { addLiveEvents, type LiveTopic } from '../infra/database/live-events.js';
import { openRedis, type RedisLink } from '../infra/redis/redis.js';
import { eventually } from '../testing/eventually.js';
import { makeAccount, makeJob, makePosition, makeVault } from '../testing/make.js';
import { frame, PONG, rawSocket } from '../testing/raw-websocket.js';
import { startOwnRedis } from '../testing/services/own-redis.js';
import { startTestApi, type TestApi } from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { createTestRedis } from '../testing/services/test-redis.js';
import { decodeLiveCursor, encodeLiveCursor } from './live-cursor.js';

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

const JOBS =
  'subscription ($after: String) { jobChanged(after: $after) { cursor job { id status account { label } } } }';

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

const seqs = (stream: Stream, name = 'jobChanged'): (number | null)[] =>
  stream.values.map((value) => decodeLiveCursor((value[name] as unknown as { cursor: string }).cursor));

const settled = (stream: Stream) => eventually(() => expect(stream.isOver || stream.errors.length > 0).toBe(true));

describe('each subscription', () => {
  it('sends changed rows in their current state to their owner and to no other user', async () => {
    const [alice, bob] = [await newTrader(), await newTrader()];
    const position = await makePosition(database.db, { exchange_account_id: alice.account.id });
    const fill = await database.db.prisma.positionFill.findFirstOrThrow({ where: { position_id: position.id } });
    const alert = await database.db.prisma.systemAlert.create({
      data: { alert_type: 'TEST', severity: 'high', message: 'look', user_id: alice.id },
    });
    const queries = {
      jobChanged: JOBS,
      fillAdded: 'subscription { fillAdded { cursor fill { id position { id account { label } } } } }',
      positionChanged: 'subscription { positionChanged { cursor position { id fills { id } } } }',
      accountChanged: 'subscription { accountChanged { cursor account { id label } } }',
      alertChanged: 'subscription { alertChanged { cursor alert { id severity } } }',
      vaultChanged: 'subscription { vaultChanged { cursor vault { id name } } }',
    };
    const vault = await makeVault(database.db, { user_id: alice.id });
    const clients = [api.client(alice.cookie), api.client(bob.cookie)] as const;
    const [hers, his] = clients.map((client) => Object.values(queries).map((query) => listen(client, query))) as [
      Stream[],
      Stream[],
    ];
    const poke = { topic: 'ALERT' as const, entityId: alert.id };
    // Subscribing is not acknowledged, so an event is repeated until all subscriptions have begun.
    await eventually(async () => {
      await write(alice.id, [
        { topic: 'JOB', entityId: alice.job.id },
        { topic: 'FILL', entityId: fill.id },
        { topic: 'POSITION', entityId: position.id },
        { topic: 'ACCOUNT', entityId: alice.account.id },
        { topic: 'VAULT', entityId: vault.id },
        poke,
      ]);
      // Even an event in Bob's own stream that refers to a row of Alice shows him nothing.
      await write(bob.id, [
        { topic: 'JOB', entityId: alice.job.id },
        { topic: 'FILL', entityId: fill.id },
        { topic: 'ACCOUNT', entityId: alice.account.id },
        { topic: 'VAULT', entityId: vault.id },
        poke,
      ]);
      api.ctx.live.notify(alice.id);
      expect(hers.every(({ values }) => values.length > 0)).toBe(true);
    });
    expect(hers.map(({ values }) => values[0])).toMatchObject([
      { jobChanged: { job: { id: String(alice.job.id), account: { label: alice.account.label } } } },
      { fillAdded: { fill: { id: String(fill.id), position: { id: String(position.id) } } } },
      { positionChanged: { position: { id: String(position.id), fills: [{ id: String(fill.id) }] } } },
      { accountChanged: { account: { id: String(alice.account.id), label: alice.account.label } } },
      { alertChanged: { alert: { id: String(alert.id), severity: 'HIGH' } } },
      { vaultChanged: { vault: { id: String(vault.id), name: vault.name } } },
    ]);
    await bob.changeJob();
    const [bobsJobs] = his;
    await eventually(() => expect(bobsJobs?.values).toHaveLength(1));
    expect(his.flatMap(({ values }) => values)).toMatchObject([{ jobChanged: { job: { id: String(bob.job.id) } } }]);
    for (const client of clients) await client.dispose();
  });

  it('reads the row again for each event', async () => {
    const trader = await newTrader();
    const client = api.client(trader.cookie);
    const stream = listen(client, JOBS, { after: encodeLiveCursor(0) });
    await trader.changeJob();
    await eventually(() => expect(stream.values).toHaveLength(1));
    await database.db.prisma.exchangeAccount.update({ where: { id: trader.account.id }, data: { label: 'renamed' } });
    await trader.changeJob();
    await eventually(() =>
      expect(stream.values[1]).toMatchObject({ jobChanged: { job: { account: { label: 'renamed' } } } }),
    );
    await client.dispose();
  });

  it('prices: all known ones at once, then only what changed, the newest of each', async () => {
    const trader = await newTrader();
    api.prices.set('BTC/USDT', '100');
    api.prices.set('SOL/USDT', '10');
    const client = api.client(trader.cookie);
    const stream = listen(client, 'subscription { pricesChanged { symbol last } }');
    await eventually(() => expect(stream.values).toHaveLength(1));
    expect(stream.values[0]).toEqual({
      pricesChanged: [
        { symbol: 'BTC/USDT', last: '100' },
        { symbol: 'SOL/USDT', last: '10' },
      ],
    });
    for (let n = 1; n <= 100; n++) api.prices.set('SOL/USDT', String(10 + n));
    await eventually(() =>
      expect(stream.values.at(-1)).toEqual({ pricesChanged: [{ symbol: 'SOL/USDT', last: '110' }] }),
    );
    expect(stream.values.length).toBeLessThanOrEqual(3);
    await client.dispose();
  });
});

it('two hundred cut sockets while events are written: resumed by cursor, nothing is missing and nothing twice', async () => {
  const trader = await newTrader();
  const total = 2_000;
  const writer = (async () => {
    for (let written = 1; written < total; written += 4) {
      await Promise.all(Array.from({ length: 4 }, () => trader.changeJob()));
      api.ctx.live.notify(trader.id);
    }
  })();
  const seen: number[] = [];
  const readOn = (want: number) =>
    new Promise<void>((resolve) => {
      const socket = new WebSocket(api.wsUrl, 'graphql-transport-ws', { headers: { cookie: trader.cookie } });
      const from = seen.length;
      const after = encodeLiveCursor(seen.at(-1) ?? 0);
      socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init' })));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve());
      socket.on('message', (text) => {
        const message = JSON.parse(String(text)) as {
          type: string;
          payload: { data: { jobChanged: { cursor: string } } };
        };
        if (message.type === 'connection_ack') {
          socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: JOBS, variables: { after } } }));
        }
        if (message.type !== 'next' || seen.length - from >= want) return;
        seen.push(decodeLiveCursor(message.payload.data.jobChanged.cursor) ?? -1);
        if (seen.length - from >= want || seen.length === total) socket.terminate(); // Without a close message.
      });
    });
  for (let cut = 0; cut < 200; cut++) await readOn(5);
  while (seen.length < total) await readOn(total);
  await writer;
  expect(seen).toEqual(Array.from({ length: total }, (_, n) => n + 1));
});

it('a reader that stops reading does not use up memory and can continue where it was', async () => {
  const trader = await newTrader();
  // Much more than the socket buffers can hold, in few events.
  await database.db.prisma.tradeJob.update({ where: { id: trader.job.id }, data: { reason_message: 'x'.repeat(450) } });
  const socket = await rawSocket(api.url, trader.cookie);
  socket.write(frame({ type: 'connection_init' }));
  await once(socket, 'data');
  // The client is alive but does not read. Without pongs the server would close the socket after 12 s.
  const alive = setInterval(() => socket.write(PONG), 500);
  const selection = Array.from({ length: 28 }, (_, n) => `a${n}: reasonMessage`).join(' ');
  const query = `subscription { jobChanged(after: "${encodeLiveCursor(0)}") { cursor job { id ${selection} } } }`;
  socket.write(frame({ type: 'subscribe', id: '1', payload: { query } }));
  // A subscription that has never caught up is read at its own pace and never overflows. This one has caught up.
  await trader.changeJob();
  await once(socket, 'data');
  socket.pause();
  const witness = api.client(trader.cookie);
  const heard = listen(witness, JOBS, { after: encodeLiveCursor(0) });
  const total = 2_501;
  const before = process.memoryUsage().rss;
  for (let written = 1; written < total; written += 500) {
    await write(
      trader.id,
      Array.from({ length: 500 }, () => ({ topic: 'JOB' as const, entityId: trader.job.id })),
    );
    api.ctx.live.notify(trader.id);
    await eventually(() => expect(heard.values.length).toBeGreaterThanOrEqual(written + 500), 60_000);
  }
  expect(seqs(heard)).toEqual(Array.from({ length: total }, (_, n) => n + 1));
  expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1024 * 1024);
  // The buffered data and then the end of this one operation; the socket stays open.
  let text = '';
  let isOver = false;
  socket.on('data', (data: Buffer) => (text += data.toString('latin1'))).on('end', () => (isOver = true));
  socket.resume();
  // The overflow is at the end of the text. Searching all of it each time would slow down the rest.
  await eventually(() => expect(text.slice(-4_000)).toContain('SUBSCRIPTION_OVERFLOW'), 60_000);
  expect(isOver).toBe(false);
  clearInterval(alive);
  const last = [...text.matchAll(/"cursor":"([\w-]+)"/g)].at(-1)?.[1] ?? '';
  const resumed = listen(witness, JOBS, { after: last });
  await eventually(() => expect(resumed.values).toHaveLength(total - (decodeLiveCursor(last) ?? 0)), 60_000);
  socket.destroy();
  await witness.dispose();
}, 180_000);

it('a socket that no longer answers pings is closed', async () => {
  const trader = await newTrader();
  const socket = await rawSocket(api.url, trader.cookie);
  socket.write(frame({ type: 'connection_init' }));
  // It reads but answers nothing, like a sleeping machine behind a proxy.
  socket.resume();
  await expect(once(socket, 'end')).resolves.toBeDefined();
  socket.destroy();
}, 90_000);

it('two API processes share events through Redis', async () => {
  const trader = await newTrader();
  const link = await openRedis(process.env.REDIS_URL ?? '', redis.prefix);
  const other = await startTestApi({ db: database.db, redis: link });
  const client = api.client(trader.cookie);
  const stream = listen(client, JOBS, { after: encodeLiveCursor(0) });
  await trader.changeJob();
  await eventually(() => expect(seqs(stream)).toEqual([1]));
  await trader.changeJob();
  other.ctx.live.notify(trader.id);
  await eventually(() => expect(seqs(stream)).toEqual([1, 2]));
  await client.dispose();
  await other.stop();
  await link.close();
});

it('with Redis gone everything still arrives', async () => {
  const server = await startOwnRedis();
  const link = await openRedis(server.url, 'gone:');
  const alone = await startTestApi({ db: database.db, redis: link });
  const trader = await newTrader();
  await server.kill();
  const client = alone.client(trader.cookie);
  const stream = listen(client, JOBS, { after: encodeLiveCursor(0) });
  for (let n = 1; n <= 3; n++) {
    await trader.changeJob();
    alone.ctx.live.notify(999); // No other process is notified of the trader: the poll finds the event.
    await eventually(() => expect(stream.values).toHaveLength(n));
  }
  await client.dispose();
  await alone.stop();
  await link.close();
});

describe('a cursor', () => {
  it.each([
    ['that is none', 'nonsense', 'BAD_USER_INPUT'],
    ['of a list', Buffer.from('id:7').toString('base64url'), 'BAD_USER_INPUT'],
    ['ahead of everything', encodeLiveCursor(1_000), 'BAD_USER_INPUT'],
    ['of what is no longer kept', encodeLiveCursor(1), 'CURSOR_TOO_OLD'],
  ])('%s is refused by name', async (_what, after, code) => {
    const trader = await newTrader();
    for (let n = 0; n < 3; n++) await trader.changeJob();
    await database.db.query('DELETE FROM live_events WHERE user_id = ? AND seq <= 2', [trader.id]);
    const client = api.client(trader.cookie);
    const stream = listen(client, JOBS, { after });
    await settled(stream);
    expect(stream.errors[0]?.extensions?.code).toBe(code);
    await client.dispose();
  });

  it('from liveCursor continues from a query into the stream', async () => {
    const trader = await newTrader();
    await trader.changeJob();
    const { data } = await api.send('{ liveCursor }', {}, trader.cookie);
    await trader.changeJob();
    const client = api.client(trader.cookie);
    const stream = listen(client, JOBS, { after: data?.liveCursor });
    await eventually(() => expect(seqs(stream)).toEqual([2]));
    await client.dispose();
  });
});

describe('a socket', () => {
  const closeCode = async (headers: Record<string, string>): Promise<number> => {
    const socket = new WebSocket(api.wsUrl, 'graphql-transport-ws', { headers });
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init' })));
    return new Promise((resolve, reject) => {
      socket.on('close', resolve);
      socket.on('unexpected-response', (_request, answer) => resolve(answer.statusCode ?? 0));
      socket.on('error', reject);
    });
  };

  it('without a session, or with one whose password must change, is closed', async () => {
    expect(await closeCode({})).toBe(4401);
    expect(await closeCode({ cookie: 'mvcash_session=' + 'a'.repeat(40) })).toBe(4401);
    const user = await api.newUser({ must_change_password: true });
    expect(await closeCode({ cookie: user.cookie })).toBe(4403);
  });

  it.each(['https://evil.example', 'null', 'http://127.0.0.1:1', 'http://localhost:4000.evil.example'])(
    'opened by a page of %s is turned away before it opens',
    async (origin) => {
      const user = await api.newUser();
      expect(await closeCode({ cookie: user.cookie, origin })).toBe(403);
    },
  );

  it('opened by our own page is accepted', async () => {
    const trader = await newTrader();
    for (const origin of [api.url, api.ctx.env.PUBLIC_URL]) {
      const client = api.client(trader.cookie, { origin });
      const stream = listen(client, JOBS, { after: encodeLiveCursor(0) });
      await trader.changeJob();
      await eventually(() => expect(stream.values.length).toBeGreaterThan(0));
      await client.dispose();
    }
  });

  it('is closed when its session ends in any way, and receives nothing after that', async () => {
    const trader = await newTrader();
    const socket = new WebSocket(api.wsUrl, 'graphql-transport-ws', { headers: { cookie: trader.cookie } });
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init' })));
    await once(socket, 'message');
    await database.db.query('DELETE FROM sessions WHERE user_id = ?', [trader.id]);
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(4401);
  });

  it('carries at most fifty operations, and only subscriptions', async () => {
    const trader = await newTrader();
    const client = api.client(trader.cookie);
    const streams = Array.from({ length: 51 }, () => listen(client, JOBS, { after: encodeLiveCursor(0) }));
    await settled(streams[50] as Stream);
    expect(streams[50]?.errors[0]?.extensions?.code).toBe('RATE_LIMITED');
    await trader.changeJob();
    await eventually(() => expect(streams.slice(0, 50).every(({ values }) => values.length === 1)).toBe(true));
    streams[0]?.end();
    const query = await eventually(async () => {
      const stream = listen(client, '{ me { id } }');
      await settled(stream);
      expect(stream.errors[0]?.extensions?.code).toBe('BAD_REQUEST');
      return stream;
    });
    expect(query.values).toEqual([]);
    await client.dispose();
  });
});
