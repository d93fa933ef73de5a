import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Context } from '../../context.js';
import { makeSource, makeUser } from '../../testing/make.js';
import { startFakeChannels, type FakeChannels } from '../../testing/fake-channels/fake-http-channels.js';
import type { TestDatabase } from '../../testing/services/test-database.js';
import { useTestDatabase } from '../../testing/services/use-test-database.js';
import { connect, happen, makeTrader, notifyContext, setUpServers } from '../../testing/worlds/notify-world.js';
import { openAlert } from '../../alerts/alert-writes.store.js';
import { cleanUp } from '../../system/clean-up.js';
import { deliverChannel } from '../deliver/deliver-channel.js';
import { readPersonSettings, writePersonSettings } from '../settings/notification-settings.store.js';
import { deriveNotifications } from './derive-notifications.js';
import { deriveSignals } from './derive-signals.js';

let t: TestDatabase;
useTestDatabase((made) => (t = made));
let fake: FakeChannels;
let ctx: Context;
let trader: Awaited<ReturnType<typeof makeTrader>>;
beforeAll(async () => {
  fake = await startFakeChannels();
  ctx = notifyContext(t.db, fake);
  await setUpServers(ctx, fake);
});
afterAll(() => fake.stop());
beforeEach(async () => {
  trader = await makeTrader(t.db);
});

const told = async () =>
  (await t.db.prisma.notificationEvent.findMany({ where: { user_id: trader.userId }, orderBy: { id: 'asc' } })).map(
    ({ type }) => type,
  );

it('each event is told once per person and channel, however often and by however many it is looked at', async () => {
  const [one, two] = [
    await connect(ctx, fake, trader.userId, 'NTFY'),
    await connect(ctx, fake, trader.userId, 'TELEGRAM'),
  ];
  const position = await trader.open();
  await Promise.all(Array.from({ length: 6 }, () => deriveNotifications(ctx)));
  await happen(t.db, trader.userId, [{ topic: 'POSITION', entityId: position }]);
  await trader.close(position);
  await trader.close(position);
  await Promise.all(Array.from({ length: 6 }, () => deriveNotifications(ctx)));
  expect(await told()).toEqual(['POSITION_OPENED', 'STOP_LOSS_TRIGGERED']);
  for (const channel_id of [one, two])
    expect(await t.db.prisma.notificationDelivery.count({ where: { channel_id } })).toBe(2);
});

it('without a channel nothing is stored, and what happened before is not told later', async () => {
  const position = await trader.open();
  await deriveNotifications(ctx);
  const cursor = await t.db.prisma.notificationCursor.findUniqueOrThrow({ where: { user_id: trader.userId } });
  expect(Number(cursor.seq)).toBe(3);
  await new Promise((resolve) => setTimeout(resolve, 5));
  await connect(ctx, fake, trader.userId, 'NTFY');
  await trader.close(position, 'MANUAL');
  await deriveNotifications(ctx);
  expect(await told()).toEqual(['POSITION_CLOSED']);
});

it('nobody hears of another person, and an alert of the operators reaches admins only', async () => {
  const admin = await makeUser(t.db, { role: 'admin' });
  await connect(ctx, fake, trader.userId, 'NTFY');
  await connect(ctx, fake, admin.id, 'NTFY');
  await openAlert(t.db, {
    type: 'SERVICE_DOWN',
    severity: 'high',
    message: 'gone',
    openKey: 'SERVICE_DOWN:x',
    userId: null,
  });
  await openAlert(t.db, {
    type: 'SERVICE_DOWN',
    severity: 'high',
    message: 'gone',
    openKey: 'SERVICE_DOWN:x',
    userId: null,
  });
  await deriveNotifications(ctx);
  expect(await told()).toEqual([]);
  const events = await t.db.prisma.notificationEvent.findMany({ where: { user_id: admin.id } });
  expect(events).toMatchObject([{ type: 'CONNECTION_LOST', facts_json: { alert: 'SERVICE_DOWN', message: 'gone' } }]);
});

it('types that a person switched off, or chose for one channel, are told accordingly', async () => {
  const [one, two] = [
    await connect(ctx, fake, trader.userId, 'NTFY'),
    await connect(ctx, fake, trader.userId, 'TELEGRAM'),
  ];
  const settings = await readPersonSettings(t.db, trader.userId);
  await writePersonSettings(t.db, trader.userId, {
    ...settings,
    preferences: {
      ...settings.preferences,
      rules: {
        POSITION_OPENED: { mode: 'OFF', channelIds: null, ignoresQuietHours: false },
        STOP_LOSS_TRIGGERED: { mode: 'NOW', channelIds: [two], ignoresQuietHours: true },
        ORDER_FILLED: { mode: 'DIGEST', channelIds: [one], ignoresQuietHours: false },
      },
    },
  });
  await trader.close(await trader.open());
  await deriveNotifications(ctx);
  const found = await t.db.prisma.notificationDelivery.findMany({
    where: { user_id: trader.userId },
    include: { event: true },
    orderBy: { id: 'asc' },
  });
  expect(found.map(({ channel_id, mode, event }) => [channel_id, mode, event.type])).toEqual([
    [one, 'DIGEST', 'ORDER_FILLED'],
    [two, 'NOW', 'STOP_LOSS_TRIGGERED'],
  ]);
  expect(found[0]?.due_at.getTime()).toBeGreaterThan(Date.now());
});

it('the alert group of a source gets each accepted signal once, and nothing of before', async () => {
  const source = await makeSource(t.db, {
    owner_user_id: trader.userId,
    label: 'Caça Fundo',
    alert_group_enabled: true,
    alert_group_id: '120363040000000000@g.us',
  });
  const receive = (n: number, over = {}) =>
    t.db.prisma.webhookReceipt.create({
      data: {
        ...{ receipt: `R${n}`.padEnd(26, '0'), webhook_source_id: source.id, event_uid: `u${n}`, outcome: 'ACCEPTED' },
        ...{
          http_status: 202,
          received_at: new Date(),
          action: 'BUY_SIGNAL',
          symbol_normalized: 'SOL/USDT',
          accounts: 2,
        },
        ...over,
      },
    });
  await receive(1);
  await new Promise((resolve) => setTimeout(resolve, 5));
  await deriveSignals(ctx);
  await receive(2);
  await receive(3, { outcome: 'REFUSED', event_uid: null });
  await Promise.all(Array.from({ length: 4 }, () => deriveSignals(ctx)));
  const channel = await t.db.prisma.notificationChannel.findUniqueOrThrow({ where: { webhook_source_id: source.id } });
  const taken = fake.taken.length;
  await deliverChannel(ctx, channel.id, { signal: new AbortController().signal });
  expect(fake.taken.slice(taken)).toMatchObject([{ channel: 'whatsapp', json: { number: '120363040000000000@g.us' } }]);
  expect(fake.taken.at(-1)?.text).toMatch(/Sinal de Caça Fundo\nBUY_SIGNAL SOL\/USDT/);
  await t.db.query('UPDATE webhook_sources SET alert_group_enabled = FALSE WHERE id = ?', [source.id]);
  await receive(4);
  await deriveSignals(ctx);
  expect(await t.db.prisma.notificationDelivery.count({ where: { channel_id: channel.id } })).toBe(1);
});

it('old events are deleted, but none that waits to be sent', async () => {
  await connect(ctx, fake, trader.userId, 'NTFY');
  await trader.open();
  await trader.open();
  await deriveNotifications(ctx);
  await t.db.query('UPDATE notification_events SET created_at = UTC_TIMESTAMP(3) - INTERVAL 100 DAY');
  await t.db.query("UPDATE notification_deliveries SET status = 'SENT' WHERE user_id = ? ORDER BY id LIMIT 1", [
    trader.userId,
  ]);
  await cleanUp(ctx, { config: null, signal: new AbortController().signal });
  expect(await told()).toHaveLength(1);
});
