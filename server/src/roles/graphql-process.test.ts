import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAuth } from '../auth/auth.js';
import { Batch } from '../infra/database/database.js';
import { addLiveEvents } from '../infra/database/live-events.js';
import type { RedisLink } from '../infra/redis/redis.js';
import { createLiveChannel } from '../live/live-channel.js';
import { encodeLiveCursor } from '../live/live-cursor.js';
import type { JobMessage } from '../ports.js';
import { createTestContext } from '../testing/test-context.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { createTestRedis } from '../testing/services/test-redis.js';
import { eventually } from '../testing/eventually.js';
import { createLiveClient } from '../testing/live-client.js';
import { makeAccount, makeBinding, makeJob, makePosition, makeSource, makeUser } from '../testing/make.js';
import { type RunningApi, startApi } from './api.js';
import { forkGraphql, type GraphqlProcess } from './graphql-process.js';

let t: TestDatabase;
let redis: RedisLink;
let graphql: GraphqlProcess;
let api: RunningApi;
let ctx: ReturnType<typeof createTestContext>;
const jobs: JobMessage[] = [];
beforeAll(async () => {
  t = await createTestDatabase();
  redis = await createTestRedis();
  const log = createTestContext(t.db).log;
  const live = createLiveChannel({ redis, log });
  const trades = { enqueue: (messages: readonly JobMessage[]) => void jobs.push(...messages) };
  ctx = createTestContext(t.db, { redis, live, trades });
  graphql = await forkGraphql({
    roles: ['api', 'executor'],
    execArgv: ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href],
    env: {
      ...process.env,
      TSX_TSCONFIG_PATH: fileURLToPath(new URL('../../tsconfig.json', import.meta.url)),
      DATABASE_URL: t.url,
      REDIS_PREFIX: redis.prefix.replace(/:$/, ''),
      SECRET_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
      DEMO_SEED: 'false',
      LOG_LEVEL: 'warn',
    },
  });
  await graphql.start(ctx);
  api = await startApi(ctx, { port: 0, host: '127.0.0.1', roles: ['api', 'executor'], graphql });
}, 120_000);
afterAll(async () => {
  await api?.stop();
  await redis.close();
  await t.drop();
});

async function newUser() {
  const user = await makeUser(t.db);
  const { cookie } = await createAuth(ctx).openSession(user.id, { ip: null, userAgent: null });
  return { id: user.id, cookie: cookie.split(';')[0] ?? '' };
}
const send = async (query: string, cookie: string, variables: object = {}) => {
  const answer = await fetch(`${api.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie },
    body: JSON.stringify({ query, variables }),
  });
  return { status: answer.status, body: (await answer.json()) as { data?: Record<string, never> } };
};
const JOBS = 'subscription ($after: String) { jobChanged(after: $after) { cursor job { id } } }';
const change = (userId: number, entityId: number) =>
  t.db.transaction(
    async (tx) => void (await tx.commit(addLiveEvents(new Batch(), userId, [{ topic: 'JOB', entityId }]))),
  );

it('GraphQL answers from another process, behind the port of the API', async () => {
  const { cookie, id } = await newUser();
  expect(graphql.pid()).not.toBe(process.pid);
  const { status, body } = await send('{ me { id } serverInfo { roles } }', cookie);
  expect([status, body.data]).toEqual([200, { me: { id: String(id) }, serverInfo: { roles: ['api', 'executor'] } }]);
});

it('a websocket is handed over, and gets the events that this process announces', async () => {
  const { cookie, id } = await newUser();
  const account = await makeAccount(t.db, { user_id: id });
  const job = await makeJob(t.db, { exchange_account_id: account.id });
  const client = createLiveClient(`${api.url}/graphql`, cookie);
  const heard: unknown[] = [];
  client.subscribe(
    { query: JOBS, variables: { after: encodeLiveCursor(0) } },
    { next: ({ data }) => void heard.push(data), error: () => undefined, complete: () => undefined },
  );
  await change(id, job.id);
  ctx.live.notify(id);
  await eventually(() => expect(heard).toMatchObject([{ jobChanged: { job: { id: String(job.id) } } }]));
  await client.dispose();
});

it('the job of a mutation reaches the executor of this process', async () => {
  const { cookie, id } = await newUser();
  const account = await makeAccount(t.db, { user_id: id });
  const position = await makePosition(t.db, { exchange_account_id: account.id });
  const query = 'mutation ($i: ClosePositionInput!) { closePosition(input: $i) { ... on Placed { job { id } } } }';
  const { body } = await send(query, cookie, { i: { positionId: String(position.id), idempotencyKey: 'relayed' } });
  const jobId = Number((body.data?.closePosition as { job: { id: string } } | undefined)?.job.id);
  await eventually(() => expect(jobs.map((job) => job.jobId)).toContain(jobId));
});

it('signals are taken while GraphQL does not answer', async () => {
  const source = await makeSource(t.db);
  await makeBinding(t.db, { webhook_source_id: source.id });
  const { cookie } = await newUser();
  process.kill(graphql.pid() ?? 0, 'SIGSTOP');
  const waiting = send('{ me { id } }', cookie);
  for (const side of ['buy', 'sell']) {
    const answer = await fetch(`${api.url}/webhooks/${source.webhook_code}`, {
      method: 'POST',
      body: `BTCUSDT ${side}`,
    });
    expect(answer.status).toBe(202);
  }
  process.kill(graphql.pid() ?? 0, 'SIGCONT');
  expect((await waiting).status).toBe(200);
});

it('when the GraphQL process dies, signals are taken, the page says when to come back, and it is started again', async () => {
  const source = await makeSource(t.db);
  await makeBinding(t.db, { webhook_source_id: source.id });
  const { cookie } = await newUser();
  process.kill(graphql.pid() ?? 0, 'SIGKILL');
  await eventually(async () => {
    const away = await fetch(api.url);
    expect([away.status, away.headers.get('retry-after')]).toEqual([503, '1']);
  });
  const signal = await fetch(`${api.url}/webhooks/${source.webhook_code}`, { method: 'POST', body: 'BTCUSDT buy' });
  expect(signal.status).toBe(202);
  await eventually(async () => expect((await send('{ me { id } }', cookie)).status).toBe(200));
}, 120_000);

it('a client cannot say who it is to GraphQL', async () => {
  const { cookie, id } = await newUser();
  const forged = { 'x-mvcash-peer': '203.0.113.7', 'x-forwarded-for': '203.0.113.8' };
  await fetch(`${api.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie, ...forged },
    body: JSON.stringify({
      query: 'mutation ($i: CreateVaultInput!) { createVault(input: $i) { vault { id } } }',
      variables: { i: { name: 'v', tradeMode: 'SIMULATION' } },
    }),
  });
  const [entry] = await t.db.prisma.auditLog.findMany({ where: { user_id: id } });
  expect(entry?.ip).toBe('127.0.0.1');
});

it('the metrics of the GraphQL process come over the private channel', async () => {
  const { cookie } = await newUser();
  await send('{ me { id } }', cookie);
  const values = await graphql.metrics();
  const answered = values?.find(({ name }) => name === 'mvcashnode_graphql_requests_total')?.values ?? [];
  expect(answered.find(({ labels }) => labels.status === '2xx' && labels.process === 'graphql')?.value).toBeGreaterThan(
    0,
  );
  expect(values?.find(({ name }) => name === 'mvcashnode_graphql_sockets')?.values).toHaveLength(1);
});
