import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RedisLink } from '../../infra/redis/redis.js';
import { startFakeChannels, type FakeChannels } from '../../testing/fake-channels/fake-http-channels.js';
import { startFakeMailServer, type FakeMailServer } from '../../testing/fake-channels/fake-mail-server.js';
import { makeSource } from '../../testing/make.js';
import { PASSWORD, startTestApi, type TestApi } from '../../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../../testing/services/test-database.js';
import { createTestRedis } from '../../testing/services/test-redis.js';

let t: TestDatabase;
let redis: RedisLink;
let api: TestApi;
let fake: FakeChannels;
let mail: FakeMailServer;
let admin: Awaited<ReturnType<TestApi['newUser']>>;
let user: Awaited<ReturnType<TestApi['newUser']>>;
beforeAll(async () => {
  [t, redis, fake, mail] = await Promise.all([
    createTestDatabase(),
    createTestRedis(),
    startFakeChannels(),
    startFakeMailServer(),
  ]);
  api = await startTestApi({ db: t.db, redis }, { env: { NOTIFY_ALLOW_PRIVATE: 'true', TELEGRAM_API_URL: fake.url } });
  admin = await api.newUser({ role: 'admin' });
});
afterAll(async () => {
  await api.stop();
  await redis.close();
  await t.drop();
  await Promise.all([fake.stop(), mail.stop()]);
});
beforeEach(async () => {
  user = await api.newUser();
  fake.always('OK');
  fake.taken.length = 0;
});

async function ask<T = Record<string, never>>(query: string, input?: object, cookie = user.cookie): Promise<T> {
  const answer = await api.send(query, input ? { input } : {}, cookie);
  expect([query, answer.errors]).toEqual([query, []]);
  return answer.data as T;
}
const CONNECT =
  'mutation ($input: ConnectNotificationChannelInput!) { connectNotificationChannel(input: $input) { channel { id kind label addressHint isEnabled } } }';
const TEST =
  'mutation ($input: NotificationChannelInput!) { testNotificationChannel(input: $input) { delivery { status text attempts error history { outcome httpStatus } } } }';
const connect = async (input: object, cookie = user.cookie) =>
  (await ask<{ connectNotificationChannel: { channel: { id: string; addressHint: string } } }>(CONNECT, input, cookie))
    .connectNotificationChannel.channel;
const SET_WHATSAPP =
  'mutation ($input: SetWhatsAppServerInput!) { setWhatsAppServer(input: $input) { servers { whatsApp { address hasKey instanceName } } } }';
const setUp = async () => {
  const { apiKey } = fake.evolution;
  await ask(SET_WHATSAPP, { address: fake.url, apiKey, instanceName: 'main', password: PASSWORD }, admin.cookie);
  await ask(
    'mutation ($input: SetMailServerInput!) { setMailServer(input: $input) { servers { mail { server } } } }',
    { host: '127.0.0.1', port: Number(new URL(mail.url).port), from: 'bot@example.com', password: PASSWORD },
    admin.cookie,
  );
};

describe('A person', () => {
  it('connects each kind of channel, tests it, and no token or key ever comes back', async () => {
    await setUp();
    const given = [
      { label: 'phone', whatsApp: { number: '(11) 98765-4321' } },
      { label: 'bot', telegram: { botToken: '123456:canary-token', chatId: '-100123456789' } },
      { label: 'mail', email: { address: 'someone@example.com' } },
      { label: 'topic', ntfy: { url: fake.url, topic: 'canary-topic', token: 'canary-token' } },
    ];
    for (const input of given) {
      const channel = await connect(input);
      const { testNotificationChannel } = await ask<{ testNotificationChannel: { delivery: unknown } }>(TEST, {
        channelId: channel.id,
      });
      expect(testNotificationChannel.delivery).toMatchObject({
        ...{ status: 'SENT', attempts: 1, history: [{ outcome: 'ACCEPTED' }] },
        text: `✅ Mensagem de teste: ${input.label} está funcionando.`,
      });
    }
    expect(fake.taken.map(({ channel }) => channel)).toEqual(['whatsapp', 'telegram', 'ntfy']);
    expect(fake.taken[0]?.json.number).toBe('5511987654321');
    const all = await api.send(
      '{ notificationChannels { id kind label addressHint lastError } notificationDeliveries { edges { node { text error channel { addressHint } } } } }',
      {},
      user.cookie,
    );
    expect(JSON.stringify(all.data)).not.toMatch(/canary|98765|@g\.us/);
    const stored = JSON.stringify(await t.db.query('SELECT config_enc, address_hint FROM notification_channels'));
    expect(stored).not.toMatch(/canary|98765/);
    expect(JSON.stringify(await t.db.query('SELECT changes_json FROM audit_logs'))).not.toMatch(/canary-token/);
    expect(JSON.stringify(api.logged)).not.toMatch(/canary/);
    expect(await t.db.prisma.profile.findUnique({ where: { user_id: user.id } })).toMatchObject({
      whatsapp_phone: '5511987654321',
    });
  });

  it('sees why a test failed, connects the same address again with another key, and has one channel', async () => {
    const ntfy = (token: string) => ({ label: 'x', ntfy: { url: fake.url, topic: 'abc', token } });
    const { id } = await connect(ntfy('a'));
    fake.next(403);
    const { testNotificationChannel } = await ask<{ testNotificationChannel: { delivery: unknown } }>(TEST, {
      channelId: id,
    });
    expect(testNotificationChannel.delivery).toMatchObject({
      status: 'PENDING',
      error: expect.stringMatching(/^HTTP 403/) as string,
    });
    expect((await connect(ntfy('b'))).id).toBe(id);
    const { notificationChannels } = await ask<{ notificationChannels: unknown[] }>(
      '{ notificationChannels { failures failingSince isEnabled } }',
    );
    expect(notificationChannels).toEqual([{ failures: 0, failingSince: null, isEnabled: true }]);
  });

  it('changes settings, rules and texts, and gets them back', async () => {
    const { id } = await connect({ label: 'x', ntfy: { url: fake.url, topic: 'abc' } });
    const SAVE =
      'mutation ($input: SaveNotificationSettingsInput!) { saveNotificationSettings(input: $input) { settings { locale timeZone quietHours { from to } digest { everyHours at } rules { type mode channelIds ignoresQuietHours } whatsApp { stopLoss positionOpened } } } }';
    const saved = await ask<{ saveNotificationSettings: { settings: { rules: { type: string }[] } } }>(SAVE, {
      ...{
        locale: 'EN',
        timeZone: 'Europe/Lisbon',
        quietHours: { from: '22:00', to: '07:30' },
        digest: { everyHours: 6, at: '09:15' },
      },
      rules: [{ type: 'ORDER_FILLED', mode: 'DIGEST', channelIds: [id], ignoresQuietHours: false }],
      whatsApp: { stopLoss: false },
    });
    const { rules, ...rest } = saved.saveNotificationSettings.settings;
    expect(rest).toEqual({
      ...{ locale: 'EN', timeZone: 'Europe/Lisbon', quietHours: { from: '22:00', to: '07:30' } },
      ...{ digest: { everyHours: 6, at: '09:15' }, whatsApp: { stopLoss: false, positionOpened: true } },
    });
    expect(rules.find(({ type }) => type === 'ORDER_FILLED')).toMatchObject({ mode: 'DIGEST', channelIds: [id] });
    // What is omitted stays.
    const again = await ask<{ saveNotificationSettings: { settings: unknown } }>(SAVE, { quietHours: null });
    expect(again.saveNotificationSettings.settings).toMatchObject({
      locale: 'EN',
      quietHours: null,
      whatsApp: { stopLoss: false },
    });
    for (const [input, path] of [
      [{ timeZone: 'Nowhere' }, 'timeZone'],
      [{ quietHours: { from: '24:00', to: '07:00' } }, 'quietHours.from'],
      [{ digest: { everyHours: 5, at: '09:00' } }, 'digest.everyHours'],
      [{ rules: [{ type: 'TEST_MESSAGE', mode: 'OFF', ignoresQuietHours: false }] }, 'rules.0.type'],
      [{ rules: [{ type: 'ORDER_FILLED', mode: 'OFF', channelIds: ['999999'], ignoresQuietHours: false }] }, 'rules'],
    ] as const) {
      const answer = await api.send(SAVE, { input }, user.cookie);
      expect([path, answer.errors[0]?.extensions.fields]).toEqual([path, [expect.objectContaining({ path })]]);
    }
  });

  it('previews a text before it is saved, and a text with an unknown variable is refused with the names there are', async () => {
    const PREVIEW =
      'query ($input: NotificationTemplateInput!) { previewNotificationTemplate(input: $input) { text faults } }';
    const bad = await ask<{ previewNotificationTemplate: unknown }>(PREVIEW, {
      type: 'POSITION_OPENED',
      body: 'Oi {who}: {symbol}',
    });
    expect(bad.previewNotificationTemplate).toMatchObject({
      text: 'Oi —: SOL/USDT',
      faults: [expect.stringContaining('{quantity}')],
    });
    const SAVE =
      'mutation ($input: NotificationTemplateInput!) { saveNotificationTemplate(input: $input) { template { body isOwn preview } } }';
    const answer = await api.send(SAVE, { input: { type: 'POSITION_OPENED', body: '{who}' } }, user.cookie);
    expect(answer.errors[0]?.extensions.fields).toMatchObject([{ path: 'body' }]);
    const own = await ask<{ saveNotificationTemplate: unknown }>(SAVE, { type: 'TEST_MESSAGE', body: 'Oi {channel}!' });
    expect(own.saveNotificationTemplate).toEqual({
      template: { body: 'Oi {channel}!', isOwn: true, preview: 'Oi My phone!' },
    });
    const { id } = await connect({ label: 'me', ntfy: { url: fake.url, topic: 'abc' } });
    await ask(TEST, { channelId: id });
    expect(fake.taken.at(-1)?.text).toBe('Oi me!');
    const back = await ask<{ saveNotificationTemplate: { template: { isOwn: boolean } } }>(SAVE, {
      type: 'TEST_MESSAGE',
      body: null,
    });
    expect(back.saveNotificationTemplate.template.isOwn).toBe(false);
  });

  it('subscribes a browser once and unsubscribes it', async () => {
    const { webPushKey } = await ask<{ webPushKey: string }>('{ webPushKey }');
    expect(Buffer.from(webPushKey, 'base64url')).toHaveLength(65);
    const input = {
      ...{ label: 'Chrome', endpoint: `${fake.url}/push/me`, auth: 'tBHItJI5svbpez7KI4CCXg' },
      p256dh: 'BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM',
    };
    const SUBSCRIBE =
      'mutation ($input: SubscribeWebPushInput!) { subscribeWebPush(input: $input) { channel { id } } }';
    const one = await ask<{ subscribeWebPush: { channel: { id: string } } }>(SUBSCRIBE, input);
    expect(await ask(SUBSCRIBE, input)).toEqual(one);
    await ask(TEST, { channelId: one.subscribeWebPush.channel.id });
    expect(fake.taken).toMatchObject([{ channel: 'push' }]);
    const END = 'mutation ($input: UnsubscribeWebPushInput!) { unsubscribeWebPush(input: $input) { wasSubscribed } }';
    const { endpoint } = input;
    expect(await ask(END, { endpoint })).toEqual({ unsubscribeWebPush: { wasSubscribed: true } });
    expect(await ask(END, { endpoint })).toEqual({ unsubscribeWebPush: { wasSubscribed: false } });
  });

  it('sends a notification again with the same text, and removes a channel with its log', async () => {
    const { id } = await connect({ label: 'x', ntfy: { url: fake.url, topic: 'abc' } });
    await ask(TEST, { channelId: id });
    const LOG =
      '{ notificationDeliveries(filter: { status: [SENT] }) { edges { node { id status event { type title } } } } }';
    const { notificationDeliveries: log } = await ask<{
      notificationDeliveries: { edges: { node: { id: string } }[] };
    }>(LOG);
    expect(log.edges).toMatchObject([{ node: { event: { type: 'TEST_MESSAGE', title: 'Mensagem de teste' } } }]);
    const RETRY =
      'mutation ($input: RetryNotificationDeliveryInput!) { retryNotificationDelivery(input: $input) { delivery { status } } }';
    const again = await ask(RETRY, { deliveryId: log.edges[0]?.node.id });
    expect(again).toEqual({ retryNotificationDelivery: { delivery: { status: 'PENDING' } } });
    await ask('mutation ($input: NotificationChannelInput!) { removeNotificationChannel(input: $input) { id } }', {
      channelId: id,
    });
    expect((await ask<{ notificationDeliveries: { edges: unknown[] } }>(LOG)).notificationDeliveries.edges).toEqual([]);
  });

  it('sets the alert group of a source, and a phone number is no group', async () => {
    const source = await makeSource(t.db, { owner_user_id: user.id });
    const SET = 'mutation ($input: SetSourceAlertGroupInput!) { setSourceAlertGroup(input: $input) { groupId } }';
    const groupId = '120363040000000000@g.us';
    expect(await ask(SET, { sourceId: String(source.id), groupId })).toEqual({ setSourceAlertGroup: { groupId } });
    expect(
      (await api.send(SET, { input: { sourceId: String(source.id), groupId: '11987654321' } }, user.cookie)).code,
    ).toBe('BAD_USER_INPUT');
    expect(await t.db.prisma.webhookSource.findUnique({ where: { id: source.id } })).toMatchObject({
      alert_group_enabled: true,
      alert_group_id: groupId,
    });
    await ask(SET, { sourceId: String(source.id), groupId: null });
    expect(await t.db.prisma.webhookSource.findUnique({ where: { id: source.id } })).toMatchObject({
      alert_group_enabled: false,
    });
  });
});

describe('The servers of the installation', () => {
  it('are set by an administrator with the password, checked, and shown without their keys', async () => {
    await setUp();
    const denied = await api.send(SET_WHATSAPP, { input: { address: fake.url, instanceName: 'main' } }, admin.cookie);
    expect(denied.errors[0]?.extensions.reason).toBe('PASSWORD_REQUIRED');
    expect((await api.send('{ notificationServers { hasWebPush } }', {}, user.cookie)).code).toBe('FORBIDDEN');
    const CHECK = 'mutation { checkNotificationServers { whatsApp mail servers { whatsApp { state } } } }';
    expect(await ask(CHECK, undefined, admin.cookie)).toEqual({
      checkNotificationServers: { whatsApp: 'open', mail: 'open', servers: { whatsApp: { state: 'OPEN' } } },
    });
    const shown = await api.send(
      '{ notificationServers { hasWebPush mail { server from } whatsApp { address hasKey instanceName usesOldBody isActive checkedAt } } }',
      {},
      admin.cookie,
    );
    expect(shown.data).toMatchObject({ notificationServers: { hasWebPush: true, whatsApp: { hasKey: true } } });
    expect(JSON.stringify(shown.data)).not.toContain(fake.evolution.apiKey);
    expect(JSON.stringify(await t.db.query('SELECT * FROM whatsapp_global_configs'))).not.toContain(
      fake.evolution.apiKey,
    );
    expect(JSON.stringify(await t.db.query('SELECT changes_json FROM audit_logs'))).not.toContain(
      fake.evolution.apiKey,
    );
  });
});
