import { afterAll, beforeAll, expect, it } from 'vitest';
import { settingNames } from '../../env.js';
import type { RedisLink } from '../../infra/redis/redis.js';
import { executeTradeQueue } from '../../orders/queue/create-trade-queue.js';
import { eventually } from '../../testing/eventually.js';
import { createTestDatabase, type TestDatabase } from '../../testing/services/test-database.js';
import { createTestRedis } from '../../testing/services/test-redis.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';

let t: TestDatabase;
let redis: RedisLink;
let api: TestApi;
let admin: Awaited<ReturnType<TestApi['newUser']>>;
let trader: Awaited<ReturnType<TestApi['newUser']>>;
const SECRETS = ['a-canary-of-the-demo-password', 'AGE-SECRET-KEY-1CANARY', Buffer.alloc(32, 7).toString('base64')];
beforeAll(async () => {
  t = await createTestDatabase();
  redis = await createTestRedis();
  const env = {
    ...{ DEMO_PASSWORD: SECRETS[0] ?? '', BACKUP_AGE_IDENTITY: SECRETS[1] ?? '', API_REQUESTS_PER_MIN: '9000' },
    ALLOWED_HOSTS: 'trade.example.org',
  };
  api = await startTestApi({ db: t.db, redis }, { env });
  [admin, trader] = [await api.newUser({ role: 'admin' }), await api.newUser()];
});
afterAll(async () => {
  await api.stop();
  await redis.close();
  await t.drop();
});
const ask = async <T>(query: string, variables: object = {}, cookie = admin.cookie): Promise<T> => {
  const { data, errors } = await api.send(query, variables, cookie);
  expect(errors).toEqual([]);
  return data as T;
};

it('the settings in force are shown with their defaults, and no secret in any form', async () => {
  const { settings } = await ask<{ settings: { name: string; value: string | null; isSet: boolean }[] }>(
    '{ settings { name value isSet isConfidential } }',
  );
  expect(settings.map(({ name }) => name).sort()).toEqual([...settingNames].sort());
  const shown = new Map(settings.map((one) => [one.name, one]));
  expect(shown.get('API_REQUESTS_PER_MIN')).toMatchObject({ value: '9000', isConfidential: false });
  expect(shown.get('ALLOWED_HOSTS')?.value).toBe('["trade.example.org"]');
  expect(shown.get('STALE_PRICE_MS')?.value).toBe('30000');
  expect(shown.get('BACKUP_DIR')).toMatchObject({ value: null, isSet: false });
  for (const name of ['DATABASE_URL', 'REDIS_URL', 'SECRET_KEYS', 'DEMO_PASSWORD', 'BACKUP_AGE_IDENTITY'])
    expect(shown.get(name)).toEqual({ name, value: null, isSet: true, isConfidential: true });
  const passwords = [process.env.DATABASE_URL, process.env.REDIS_URL].map((url) => new URL(url ?? '').password);
  for (const secret of [...SECRETS, ...passwords.filter(Boolean)])
    expect(JSON.stringify(settings)).not.toContain(secret);
});

it('queues say how many jobs wait, and that Redis is away when it is', async () => {
  const producer = executeTradeQueue.produce(api.ctx);
  producer.add([
    { jobId: 1, committedAt: 1, queuedAt: 1 },
    { jobId: 2, committedAt: 1, queuedAt: 1, isUrgent: true },
  ]);
  const queues = async () =>
    (await ask<{ queues: { name: string; waiting: number | null }[] }>('{ queues { name isReachable waiting } }'))
      .queues;
  await eventually(async () =>
    expect(await queues()).toEqual([
      { name: 'execute-trade', isReachable: true, waiting: 2 },
      { name: 'scheduled-jobs', isReachable: true, waiting: 0 },
    ]),
  );
  await producer.close();
  expect(await executeTradeQueue.counts({ ...api.ctx, redis: { ...redis, isUp: () => false } })).toBeUndefined();
});

it('the notification log has the messages of all users by status, without texts, labels and servers of users', async () => {
  const make = async (n: number, kind: string, status: string, error: string | null) => {
    const { prisma } = t.db;
    const channel = await prisma.notificationChannel.create({
      data: {
        ...{ user_id: trader.id, kind, label: 'canary-label', address_hint: 'canary-hint' },
        ...{ config_enc: 'x', events_json: [] },
      },
    });
    const event = await prisma.notificationEvent.create({
      data: {
        ...{ user_id: trader.id, type: 'POSITION_OPENED', event_key: `e${n}`, facts_json: { symbol: 'canary-fact' } },
        occurred_at: new Date(),
      },
    });
    await prisma.notificationDelivery.create({
      data: {
        ...{ user_id: trader.id, channel_id: channel.id, event_id: event.id, status, mode: 'NOW', error, attempts: n },
        ...{ due_at: new Date(), message_id: `m${n}`, message: '{"title":"canary-title","text":"canary-text"}' },
        created_at: new Date(Date.now() - n * 1_000),
        sendings: {
          create: {
            attempt: n,
            outcome: 'REFUSED',
            http_status: 400 + n,
            answer: 'canary-answer',
            started_at: new Date(),
          },
        },
      },
    });
  };
  await make(3, 'EMAIL', 'FAILED', '550 no such user');
  await make(2, 'NTFY', 'FAILED', 'getaddrinfo ENOTFOUND canary-host.example');
  await make(1, 'TELEGRAM', 'SENT', null);
  const LOG =
    'query ($first: Int!, $after: String, $filter: NotificationLogFilter) { notificationLog(first: $first, after: $after, filter: $filter) { edges { cursor node { email kind type status attempts httpStatus error } } pageInfo { hasNextPage endCursor } } }';
  interface Log {
    notificationLog: {
      edges: { cursor: string; node: object }[];
      pageInfo: { hasNextPage: boolean; endCursor: string };
    };
  }
  const first = (await ask<Log>(LOG, { first: 2 })).notificationLog;
  const about = { email: trader.email, type: 'POSITION_OPENED' };
  expect(first.edges.map(({ node }) => node)).toEqual([
    { ...about, kind: 'TELEGRAM', status: 'SENT', attempts: 1, httpStatus: 401, error: null },
    { ...about, kind: 'NTFY', status: 'FAILED', attempts: 2, httpStatus: 402, error: null },
  ]);
  const rest = (await ask<Log>(LOG, { first: 2, after: first.pageInfo.endCursor })).notificationLog;
  expect(rest.edges.map(({ node }) => node)).toEqual([
    { ...about, kind: 'EMAIL', status: 'FAILED', attempts: 3, httpStatus: 403, error: '550 no such user' },
  ]);
  const failed = (await ask<Log>(LOG, { first: 5, filter: { status: ['FAILED'] } })).notificationLog;
  expect(failed.edges).toHaveLength(2);
  expect(JSON.stringify([first, rest, failed])).not.toContain('canary');
});

it('none of it is for traders', async () => {
  for (const query of [
    '{ settings { name } }',
    '{ queues { name } }',
    '{ notificationLog(first: 1) { edges { cursor } } }',
  ])
    expect((await api.send(query, {}, trader.cookie)).code).toBe('FORBIDDEN');
});
