import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Context } from '../../context.js';
import type { RedisLink } from '../../infra/redis/redis.js';
import { eventually } from '../../testing/eventually.js';
import { startFakeChannels, type FakeChannels } from '../../testing/fake-channels/fake-http-channels.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../../testing/services/test-database.js';
import { createTestRedis } from '../../testing/services/test-redis.js';
import { happen, makeTrader } from '../../testing/worlds/notify-world.js';
import { createAuth } from '../../auth/auth.js';
import { verifySignature } from '../../webhooks/ingest/verify-signature.js';
import { openAlert } from '../../alerts/alert-writes.store.js';
import { deriveNotifications } from '../derive/derive-notifications.js';

let t: TestDatabase;
let redis: RedisLink;
let api: TestApi;
let fake: FakeChannels;
let ctx: Context;
let trader: Awaited<ReturnType<typeof makeTrader>> & { cookie: string };
beforeAll(async () => {
  [t, redis, fake] = await Promise.all([createTestDatabase(), createTestRedis(), startFakeChannels()]);
  api = await start();
});
afterAll(async () => {
  await api.stop();
  await redis.close();
  await t.drop();
  await fake.stop();
});
beforeEach(async () => {
  fake.always('OK');
  fake.taken.length = 0;
  const made = await makeTrader(t.db);
  const { cookie } = await createAuth(api.ctx).openSession(made.userId, { ip: null, userAgent: null });
  trader = { ...made, cookie: cookie.split(';')[0] ?? '' };
});

async function start(): Promise<TestApi> {
  const started = await startTestApi(
    { db: t.db, redis },
    { env: { NOTIFY_ALLOW_PRIVATE: 'true' }, sendsWebhooks: true },
  );
  ctx = started.ctx;
  return started;
}
const CREATE =
  'mutation ($input: CreateWebhookEndpointInput!) { createWebhookEndpoint(input: $input) { secret endpoint { id selection channel { addressHint } } } }';
async function create(events: string[], selection?: string, path = '/hook/a') {
  const input = {
    label: 'my program',
    url: `${fake.url}${path}?token=canary`,
    events,
    ...(selection && { selection }),
  };
  const { data, errors } = await api.send(CREATE, { input }, trader.cookie);
  expect(errors).toEqual([]);
  return (
    data as unknown as {
      createWebhookEndpoint: { secret: string; endpoint: { id: string; channel: { addressHint: string } } };
    }
  ).createWebhookEndpoint;
}
const refused = async (input: object, query = CREATE) => {
  const { errors } = await api.send(query, { input }, trader.cookie);
  return (errors[0]?.extensions.fields as { path: string; message: string }[] | undefined)?.[0];
};
const bodies = () =>
  fake.taken.map(({ json }) => json as { type: string; data: Record<string, unknown>; errors?: unknown });
const taken = (count: number) => eventually(() => expect(fake.taken).toHaveLength(count));

describe('A webhook out', () => {
  it('gets fills, closes, alerts and unknown orders with what its selection names, signed', async () => {
    const { secret, endpoint } = await create(
      ['ORDER_FILLED', 'STOP_LOSS_TRIGGERED', 'ORDER_UNKNOWN', 'SYSTEM_ALERT'],
      '{ type fill { price qty } position { symbol status closeReason } alert { type message } }',
    );
    expect(endpoint.channel.addressHint).toBe(fake.url);
    await trader.close(await trader.open());
    await openAlert(t.db, {
      type: 'LEDGER_DRIFT',
      severity: 'high',
      message: 'look',
      openKey: `LEDGER_DRIFT:${trader.userId}`,
      userId: trader.userId,
    });
    const job = await t.db.prisma.tradeJob.findFirstOrThrow({ orderBy: { id: 'desc' } });
    const alert = await t.db.prisma.systemAlert.create({
      data: {
        ...{ alert_type: 'ORDER_UNKNOWN', severity: 'high', message: 'no answer', user_id: trader.userId },
        open_key: `ORDER_UNKNOWN:execution:${(await t.db.prisma.tradeExecution.findFirstOrThrow({ where: { trade_job_id: job.id } })).id}`,
      },
    });
    await happen(t.db, trader.userId, [{ topic: 'ALERT', entityId: alert.id }]);
    await deriveNotifications(ctx);
    await taken(4);
    expect(bodies().map(({ type }) => type)).toEqual([
      'ORDER_FILLED',
      'STOP_LOSS_TRIGGERED',
      'SYSTEM_ALERT',
      'ORDER_UNKNOWN',
    ]);
    expect(bodies()[0]?.data).toMatchObject({
      type: 'ORDER_FILLED',
      fill: { price: '100000', qty: '0.001' },
      position: { symbol: 'BTC/USDT' },
    });
    expect(bodies()[1]?.data).toMatchObject({ position: { status: 'CLOSED', closeReason: 'STOP_LOSS' } });
    expect(bodies()[2]?.data).toMatchObject({ alert: { type: 'LEDGER_DRIFT', message: 'look' }, fill: null });
    for (const { headers, body } of fake.taken)
      expect(verifySignature({ headers, rawBody: body, secret, nowMs: Date.now() })).toBeNull();
  });

  it('reads with the scope "read" of its owner: nothing that tokens must not see, and nothing of others', async () => {
    const stranger = await makeTrader(t.db);
    await create(['POSITION_OPENED']);
    await stranger.open();
    await trader.open();
    await deriveNotifications(ctx);
    await eventually(() => expect(fake.taken.length).toBeGreaterThan(0));
    const DRY = 'query ($input: DryRunWebhookInput!) { dryRunWebhook(input: $input) { faults payload } }';
    const event = await t.db.prisma.notificationEvent.findFirstOrThrow({ where: { user_id: trader.userId } });
    expect(await t.db.prisma.notificationEvent.count({ where: { user_id: stranger.userId } })).toBe(0);
    const other = await api.newUser();
    const foreign = await api.send(DRY, { input: { eventId: String(event.id) } }, other.cookie);
    expect(foreign.data).toEqual({ dryRunWebhook: { faults: [], payload: null } });
    // A position that is not the owner's stays out even when a row of the owner named it.
    const position = await stranger.open();
    await t.db.prisma.notificationEvent.update({ where: { id: event.id }, data: { position_id: position } });
    const own = await api.send(
      DRY,
      { input: { eventId: String(event.id), selection: '{ id position { symbol } }' } },
      trader.cookie,
    );
    expect(own.data).toMatchObject({ dryRunWebhook: { payload: { data: { id: String(event.id), position: null } } } });
  });

  it('refuses selections that are not valid, try to break out, or cost too much, and addresses that are not allowed', async () => {
    const base = { label: 'x', url: `${fake.url}/hook/x`, events: ['ORDER_FILLED'] };
    const selections = [
      ['{ nothing }', /Cannot query field "nothing"/],
      ['{ id } me { email }', /one selection set/],
      ['{ id } } mutation { signOut { ok }', /not GraphQL|one selection set/],
      ['{ id } } query Q { me { id }', /one selection set|not GraphQL/],
      ['id', /one selection set/],
      [
        `{ ${Array.from({ length: 29 }, (_, n) => `a${n}: position { fills { id qty price } job { executions { id fills { id } } } }`).join(' ')} }`,
        /./,
      ],
    ] as const;
    for (const [selection, message] of selections) {
      expect([selection.slice(0, 30), await refused({ ...base, selection })]).toEqual([
        selection.slice(0, 30),
        { path: 'selection', message: expect.stringMatching(message) as string },
      ]);
    }
    const strict = await startTestApi({ db: t.db, redis });
    try {
      for (const url of [
        'http://example.com/x',
        'https://127.0.0.1/x',
        'https://localhost/x',
        'https://[::1]/',
        'https://10.0.0.1/',
        'https://169.254.169.254/latest',
        'ftp://example.com',
        'https://user:pw@example.com/',
      ]) {
        const { errors } = await strict.send(CREATE, { input: { ...base, url } }, trader.cookie);
        expect([url, errors[0]?.extensions.fields]).toEqual([url, [expect.objectContaining({ path: 'url' })]]);
      }
    } finally {
      await strict.stop();
    }
  });

  it('is tried without sending, and with a test message that its signature proves', async () => {
    const { secret, endpoint } = await create(['ORDER_FILLED'], '{ type title }');
    const TEST =
      'mutation ($input: NotificationChannelInput!) { testNotificationChannel(input: $input) { delivery { status text } } }';
    const { data } = await api.send(TEST, { input: { channelId: endpoint.id } }, trader.cookie);
    expect(data).toMatchObject({
      testNotificationChannel: { delivery: { status: expect.stringMatching(/SENT|PENDING|SENDING/) as string } },
    });
    await taken(1);
    expect(bodies()[0]).toMatchObject({ type: 'TEST_MESSAGE', data: { title: 'Mensagem de teste' } });
    const [one] = fake.taken;
    expect(one && verifySignature({ headers: one.headers, rawBody: one.body, secret, nowMs: Date.now() })).toBeNull();
    const DRY = 'query ($input: DryRunWebhookInput!) { dryRunWebhook(input: $input) { faults payload } }';
    const dry = await api.send(DRY, { input: { selection: '{ type facts { name value } }' } }, trader.cookie);
    expect(dry.data).toMatchObject({ dryRunWebhook: { faults: [], payload: { data: { type: 'TEST_MESSAGE' } } } });
    const bad = await api.send(DRY, { input: { selection: '{ nothing }' } }, trader.cookie);
    expect(bad.data).toMatchObject({ dryRunWebhook: { faults: [expect.stringContaining('nothing')], payload: null } });
    expect(fake.taken).toHaveLength(1);
  });

  it('has two valid signatures after a rotation, and the log shows every attempt', async () => {
    const { secret, endpoint } = await create(['POSITION_OPENED']);
    const ROTATE =
      'mutation ($input: RotateWebhookEndpointSecretInput!) { rotateWebhookEndpointSecret(input: $input) { secret oldValidUntil } }';
    const { data } = await api.send(ROTATE, { input: { channelId: endpoint.id, keepOldHours: 1 } }, trader.cookie);
    const rotated = (data as unknown as { rotateWebhookEndpointSecret: { secret: string } })
      .rotateWebhookEndpointSecret;
    fake.next(500);
    await trader.open();
    await deriveNotifications(ctx);
    await taken(1);
    const [one] = fake.taken;
    for (const each of [secret, rotated.secret])
      expect(
        one && verifySignature({ headers: one.headers, rawBody: one.body, secret: each, nowMs: Date.now() }),
      ).toBeNull();
    const LOG = `{ notificationDeliveries(filter: { channelId: "${endpoint.id}" }) { edges { node { status text history { outcome httpStatus } } } } }`;
    await eventually(async () => {
      const log = await api.send(LOG, {}, trader.cookie);
      expect(log.data).toMatchObject({
        notificationDeliveries: {
          edges: [
            { node: { status: 'SENT', history: [{ outcome: 'REFUSED', httpStatus: 500 }, { outcome: 'ACCEPTED' }] } },
          ],
        },
      });
    });
    expect(JSON.stringify(await t.db.query('SELECT config_enc, address_hint FROM notification_channels'))).not.toMatch(
      /canary|whsec/,
    );
    expect(JSON.stringify(await t.db.query('SELECT changes_json FROM audit_logs'))).not.toMatch(/canary|whsec/);
  });

  it('loses nothing when the process that sends is stopped and started again in the middle', async () => {
    await create(['POSITION_OPENED']);
    let opened = 0;
    for (let round = 0; round < 3; round++) {
      fake.next('CUT', 'DROP', 500);
      for (let n = 0; n < 4; n++, opened++) await trader.open();
      await deriveNotifications(ctx);
      await api.stop();
      api = await start();
      await t.db.query('UPDATE notification_channels SET retry_at = NULL');
    }
    await eventually(async () => {
      await t.db.query('UPDATE notification_channels SET retry_at = NULL, failures = 0 WHERE failures > 0');
      await t.db.query("UPDATE notification_deliveries SET due_at = created_at WHERE status = 'PENDING'");
      expect(new Set(fake.taken.map(({ key }) => key)).size).toBe(opened);
      expect(
        await t.db.prisma.notificationDelivery.count({ where: { user_id: trader.userId, status: { not: 'SENT' } } }),
      ).toBe(0);
    });
    // What was repeated has the same id and the same body.
    const byKey = new Map<string, string>();
    for (const { key, body } of fake.taken)
      expect(byKey.get(key ?? '') ?? body.toString()).toBe((byKey.set(key ?? '', body.toString()), body.toString()));
  }, 120_000);
});
