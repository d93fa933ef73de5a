import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Context } from '../../context.js';
import type { ChannelKind } from '../../core/notifications/notification-types.js';
import { eventually } from '../../testing/eventually.js';
import { startFakeMailServer, type FakeMailServer } from '../../testing/fake-channels/fake-mail-server.js';
import { startFakeChannels, type FakeChannels } from '../../testing/fake-channels/fake-http-channels.js';
import type { TestDatabase } from '../../testing/services/test-database.js';
import { useTestDatabase } from '../../testing/services/use-test-database.js';
import { connect, makeTrader, notifyContext, SECRET, setUpServers } from '../../testing/worlds/notify-world.js';
import { verifySignature } from '../../webhooks/ingest/verify-signature.js';
import { deriveNotifications } from '../derive/derive-notifications.js';
import { checkServers } from '../settings/check-servers.js';
import { deliverChannel } from './deliver-channel.js';
import { retryNotifications, startNotifier } from './start-notifier.js';
import { tellDeadChannels } from './tell-dead-channels.js';

let t: TestDatabase;
useTestDatabase((made) => (t = made));
let fake: FakeChannels;
let mail: FakeMailServer;
let ctx: Context;
let trader: Awaited<ReturnType<typeof makeTrader>>;
const ending: (() => Promise<unknown>)[] = [];
const signal = new AbortController().signal;

beforeAll(async () => {
  mail = await startFakeMailServer();
});
beforeEach(async () => {
  await t.db.query('DELETE FROM notification_channels');
  await t.db.query('DELETE FROM system_alerts');
  await t.db.query('DELETE FROM whatsapp_notification_logs');
  fake = await startFakeChannels();
  mail.taken = [];
  mail.mood = 'OK';
  ctx = notifyContext(t.db, fake);
  await setUpServers(ctx, fake, mail.url);
  trader = await makeTrader(t.db);
});
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
  await fake.stop();
});
afterAll(() => mail.stop());

const at = (kind: ChannelKind, over: Parameters<typeof connect>[4] = {}) =>
  connect(ctx, fake, trader.userId, kind, over);
const send = (id: number, more: Partial<Parameters<typeof deliverChannel>[2]> = {}) =>
  deliverChannel(ctx, id, { signal, makePayload: async ({ eventId }) => JSON.stringify({ eventId }), ...more });
const deliveries = (channelId: number) =>
  t.db.prisma.notificationDelivery.findMany({
    where: { channel_id: channelId },
    orderBy: { id: 'asc' },
    include: { sendings: true },
  });
const statuses = async (channelId: number) => (await deliveries(channelId)).map(({ status }) => status);
/** Lets the pauses of retries pass. */
const wait = async (channelId: number) => {
  await t.db.query('UPDATE notification_channels SET retry_at = NULL WHERE id = ?', [channelId]);
  await t.db.query("UPDATE notification_deliveries SET due_at = created_at WHERE channel_id = ? AND status <> 'SENT'", [
    channelId,
  ]);
};
const texts = () => fake.taken.map(({ text }) => text);

describe('Each channel', () => {
  it('delivers what happened once, in Portuguese unless the person chose English', async () => {
    const kinds: ChannelKind[] = ['WHATSAPP', 'TELEGRAM', 'NTFY', 'WEB_PUSH', 'EMAIL'];
    const ids = await Promise.all(kinds.map((kind) => at(kind)));
    await trader.open();
    await deriveNotifications(ctx);
    for (const id of ids) expect([id, await send(id)]).toEqual([id, 1]);
    for (const id of ids) expect([id, await send(id)]).toEqual([id, 0]);
    expect(fake.taken.map(({ channel }) => channel)).toEqual(['whatsapp', 'telegram', 'ntfy', 'push']);
    for (const text of texts().slice(0, 3))
      expect(text).toMatch(/^🟢 Posição aberta: BTC\/USDT\nQuantidade: 0\.001 a 100000\nConta: main/);
    expect(mail.taken).toMatchObject([{ id: expect.stringMatching(/^<[\da-f-]{36}@example\.com>$/) as string }]);
    expect(fake.taken[3]?.headers).toMatchObject({
      'content-encoding': 'aes128gcm',
      authorization: expect.stringMatching(/^vapid t=/) as string,
    });
    for (const id of ids)
      expect(await deliveries(id)).toMatchObject([
        { status: 'SENT', attempts: 1, sendings: [{ outcome: 'ACCEPTED' }] },
      ]);
    expect(await t.db.prisma.whatsAppNotificationLog.findMany()).toMatchObject([
      { template_type: 'POSITION_OPENED', status: 'sent', recipient_type: 'phone', error_message: null },
    ]);
  });

  it('signs a webhook by Standard Webhooks, during a rotation with both secrets, and keeps the id for each attempt', async () => {
    const old = `whsec_${Buffer.alloc(32, 6).toString('base64')}`;
    const id = await at('WEBHOOK', {
      config: { url: `${fake.url}/hook/x`, secret: SECRET, oldSecret: old, oldSecretUntil: Date.now() + 60_000 },
    });
    await trader.open();
    await deriveNotifications(ctx);
    fake.next(500);
    expect(await send(id)).toBe(0);
    await wait(id);
    expect(await send(id)).toBe(2);
    for (const secret of [SECRET, old]) {
      for (const { headers, body } of fake.taken)
        expect(verifySignature({ headers, rawBody: body, secret, nowMs: Date.now() })).toBeNull();
    }
    expect(new Set(fake.taken.map(({ key }) => key)).size).toBe(2);
    const [first] = await deliveries(id);
    expect(first?.sendings).toMatchObject([
      { outcome: 'REFUSED', http_status: 500 },
      { outcome: 'ACCEPTED', http_status: 200 },
    ]);
  });

  it('speaks both forms of the body of Evolution API', async () => {
    fake.evolution.oldBody = true;
    const id = await at('WHATSAPP');
    await trader.open();
    await deriveNotifications(ctx);
    expect(await send(id)).toBe(1);
    expect(fake.taken).toMatchObject([
      { json: { textMessage: { text: expect.stringContaining('BTC/USDT') as string } } },
    ]);
  });
});

describe('A message whose arrival is not known', () => {
  it.each(['NTFY', 'WEB_PUSH', 'WEBHOOK'] as const)(
    'is repeated through %s with the same key, which shows it once',
    async (kind) => {
      const id = await at(kind, kind === 'WEBHOOK' ? { types: ['POSITION_OPENED'] } : {});
      await trader.open();
      await deriveNotifications(ctx);
      fake.next('CUT');
      await send(id);
      expect(await statuses(id)).toEqual(['PENDING']);
      await wait(id);
      await send(id);
      expect(await statuses(id)).toEqual(['SENT']);
      expect(fake.taken).toHaveLength(2);
      expect(new Set(fake.taken.map(({ key }) => key)).size).toBe(1);
    },
  );

  it('is repeated by e-mail with the same Message-ID', async () => {
    const id = await at('EMAIL');
    await trader.open();
    await deriveNotifications(ctx);
    mail.mood = 'CUT';
    await send(id);
    mail.mood = 'OK';
    await wait(id);
    await send(id);
    expect(mail.taken).toHaveLength(2);
    expect(new Set(mail.taken.map(({ id: key }) => key)).size).toBe(1);
  });

  it('is looked up at the server of WhatsApp, and not sent again when it is there', async () => {
    const id = await at('WHATSAPP');
    await trader.open();
    await deriveNotifications(ctx);
    fake.next('CUT');
    await send(id);
    expect(await statuses(id)).toEqual(['UNKNOWN']);
    await wait(id);
    await send(id);
    expect(await statuses(id)).toEqual(['SENT']);
    expect(fake.taken).toHaveLength(1);
  });

  it('is sent again by WhatsApp when the server surely has not got it, and never when it cannot tell', async () => {
    const id = await at('WHATSAPP');
    await trader.open();
    await deriveNotifications(ctx);
    await send(id);
    await trader.open();
    await deriveNotifications(ctx);
    fake.next('DROP');
    await send(id);
    await wait(id);
    await send(id, { settledMs: 60_000 });
    expect(await statuses(id)).toEqual(['SENT', 'UNKNOWN']);
    await wait(id);
    await send(id, { settledMs: 0 });
    expect(await statuses(id)).toEqual(['SENT', 'SENT']);
    expect(fake.taken).toHaveLength(2);
    const other = await at('TELEGRAM');
    await trader.open();
    await deriveNotifications(ctx);
    await send(other);
    fake.evolution.storesMessages = false;
    fake.next('CUT');
    await send(id);
    await wait(id);
    await send(id, { settledMs: 0 });
    expect(await statuses(id)).toEqual(['SENT', 'SENT', 'FAILED']);
    expect(fake.taken.filter(({ channel }) => channel === 'whatsapp')).toHaveLength(3);
    const failed = await t.db.prisma.whatsAppNotificationLog.findMany({ where: { status: 'failed' } });
    expect(failed.at(-1)?.error_message).toMatch(/not known whether it arrived/);
  });

  it('is repeated by Telegram once, with a note, and then goes through the other channels', async () => {
    const id = await at('TELEGRAM');
    await trader.open();
    await deriveNotifications(ctx);
    fake.next('CUT', 'CUT');
    await send(id);
    await wait(id);
    const other = await at('NTFY');
    await send(id);
    expect(texts()[1]).toMatch(/\(Repetida: talvez/);
    expect(await statuses(id)).toEqual(['FAILED']);
    expect(await send(other)).toBe(1);
    expect(fake.taken.map(({ channel }) => channel)).toEqual(['telegram', 'telegram', 'ntfy']);
  });

  it('of a process that died is treated the same: found at the server, not sent again', async () => {
    const id = await at('WHATSAPP');
    await trader.open();
    await deriveNotifications(ctx);
    fake.always('LOSE');
    const dying = new AbortController();
    const sending = send(id, { signal: dying.signal });
    await eventually(() => expect(fake.taken).toHaveLength(1));
    expect(await deliveries(id)).toMatchObject([{ status: 'SENDING', sendings: [{ outcome: 'SENDING' }] }]);
    // Another process takes over when the time of the first one is over, and the first one wakes up later.
    await t.db.query(
      'UPDATE notification_channels SET held_until = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE id = ?',
      [id],
    );
    fake.always('OK');
    await send(id);
    await send(id);
    expect(await statuses(id)).toEqual(['SENT']);
    dying.abort(new Error('it died'));
    await sending;
    expect(await statuses(id)).toEqual(['SENT']);
    expect(fake.taken).toHaveLength(1);
  });
});

describe('A dead channel', () => {
  it('becomes an alert that arrives through another channel within 60 s, and the alert ends when it works again', async () => {
    await at('NTFY', { label: 'my ntfy', config: { url: 'http://127.0.0.1:1', topic: 'x', token: null } });
    await at('TELEGRAM');
    const since = performance.now();
    const notifier = startNotifier(ctx, { lookMs: 100 });
    ending.push(() => notifier.stop());
    await trader.open();
    await eventually(() => expect(texts().join('\n')).toMatch(/NOTIFICATION_CHANNEL_DOWN/), 60_000);
    expect(performance.now() - since).toBeLessThan(60_000);
    expect(texts()[0]).toMatch(/Posição aberta/);
    expect(texts().join('\n')).toMatch(/my ntfy/);
    const ntfy = await t.db.prisma.notificationChannel.findFirstOrThrow({ where: { kind: 'NTFY' } });
    // An alert about a channel is not sent through it.
    expect(await statuses(ntfy.id)).toEqual(['PENDING']);
    await t.db.query('UPDATE notification_channels SET failures = 0, failing_since = NULL WHERE id = ?', [ntfy.id]);
    await eventually(async () =>
      expect(await t.db.prisma.systemAlert.findFirst({ where: { resolved_at: null } })).toBeNull(),
    );
  }, 90_000);

  it('with a refused key is told at once, keeps its messages, and sends them when the key is right again', async () => {
    fake.evolution.apiKey = 'another key';
    const id = await at('WHATSAPP');
    await trader.open();
    await deriveNotifications(ctx);
    await send(id);
    await tellDeadChannels(ctx);
    expect(await t.db.prisma.systemAlert.findMany()).toMatchObject([
      { alert_type: 'NOTIFICATION_CHANNEL_DOWN', user_id: trader.userId },
    ]);
    expect(await statuses(id)).toEqual(['PENDING']);
    fake.evolution.apiKey = 'key-of-evolution';
    await wait(id);
    expect(await send(id)).toBe(1);
  });

  it('that failed more often is tried again by the scheduled job and by nothing else', async () => {
    const id = await at('NTFY');
    await trader.open();
    await deriveNotifications(ctx);
    await t.db.query('UPDATE notification_channels SET failures = 4, failing_since = UTC_TIMESTAMP(3) WHERE id = ?', [
      id,
    ]);
    const notifier = startNotifier(ctx, { lookMs: 20 });
    ending.push(() => notifier.stop());
    await trader.open();
    await eventually(async () => expect(await statuses(id)).toHaveLength(2));
    expect(fake.taken).toEqual([]);
    await notifier.stop();
    expect(await retryNotifications(ctx, { signal })).toEqual({ channels: 1, sent: 2 });
  });

  it('whose browser is gone is switched off, and its message goes through the others', async () => {
    const id = await at('WEB_PUSH');
    const other = await at('NTFY');
    await trader.open();
    await deriveNotifications(ctx);
    await send(other);
    await trader.close(await trader.open());
    fake.next(404);
    await deriveNotifications(ctx);
    await send(id);
    expect(await t.db.prisma.notificationChannel.findUnique({ where: { id } })).toMatchObject({
      is_enabled: false,
      disabled_reason: 'GONE',
    });
  });

  it('of WhatsApp or e-mail is an alert for administrators, too', async () => {
    fake.evolution.state = 'close';
    mail.mood = 'SILENT';
    const said = await checkServers(ctx, { signal });
    expect(said).toMatchObject({ whatsApp: 'close', mail: expect.stringMatching(/./) as string });
    const open = () =>
      t.db.prisma.systemAlert.findMany({ where: { resolved_at: null, user_id: null }, orderBy: { id: 'asc' } });
    expect((await open()).map(({ open_key }) => open_key)).toEqual([
      'NOTIFICATION_SERVER_DOWN:WHATSAPP',
      'NOTIFICATION_SERVER_DOWN:EMAIL',
    ]);
    fake.evolution.state = 'open';
    mail.mood = 'OK';
    expect(await checkServers(ctx, { signal })).toEqual({ whatsApp: 'open', mail: 'open' });
    expect(await open()).toEqual([]);
  });

  it('that is a webhook is switched off after a day of failures, with an alert, and sends everything when it is back', async () => {
    const id = await at('WEBHOOK', { types: ['POSITION_OPENED'] });
    await trader.open();
    await trader.open();
    await deriveNotifications(ctx);
    await t.db.query(
      'UPDATE notification_channels SET failures = 25, failing_since = UTC_TIMESTAMP(3) - INTERVAL 25 HOUR WHERE id = ?',
      [id],
    );
    fake.always(503);
    await send(id);
    await tellDeadChannels(ctx);
    expect(await t.db.prisma.notificationChannel.findUnique({ where: { id } })).toMatchObject({
      is_enabled: false,
      disabled_reason: 'REPEATED_FAILURE',
    });
    expect((await t.db.prisma.systemAlert.findFirstOrThrow()).message).toMatch(/switched off/);
    fake.always('OK');
    await t.db.query(
      'UPDATE notification_channels SET is_enabled = TRUE, disabled_reason = NULL, failures = 0, failing_since = NULL WHERE id = ?',
      [id],
    );
    await wait(id);
    expect(await send(id)).toBe(2);
    await tellDeadChannels(ctx);
    expect(await t.db.prisma.systemAlert.findFirst({ where: { resolved_at: null } })).toBeNull();
  });
});

it('a flood comes as one message, and what waited for the end of the quiet hours too', async () => {
  const id = await at('NTFY');
  for (let n = 0; n < 8; n++) await trader.open();
  await deriveNotifications(ctx);
  expect(await send(id)).toBe(1);
  expect(texts()[0]).toMatch(/^Resumo: 8 avisos/);
  expect(new Set(await statuses(id))).toEqual(new Set(['SENT']));
});

it('five processes send each message once', async () => {
  const ids = await Promise.all((['NTFY', 'TELEGRAM', 'WHATSAPP'] as const).map((kind) => at(kind)));
  const notifiers = Array.from({ length: 5 }, () => startNotifier(ctx, { lookMs: 10 }));
  ending.push(() => Promise.all(notifiers.map((one) => one.stop())));
  for (let n = 0; n < 4; n++) {
    await trader.open();
    await eventually(async () => {
      for (const id of ids) expect((await statuses(id)).filter((one) => one === 'SENT')).toHaveLength(n + 1);
    });
  }
  expect(fake.taken).toHaveLength(12);
});
