import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Context } from '../server/src/context.js';
import type { ChannelKind } from '../server/src/core/notifications/notification-types.js';
import { createTestDatabase, type TestDatabase } from '../server/src/testing/services/test-database.js';
import { startFakeChannels, type FakeChannels } from '../server/src/testing/fake-channels/fake-http-channels.js';
import { startFakeMailServer, type FakeMailServer } from '../server/src/testing/fake-channels/fake-mail-server.js';
import { seededRandom } from '../server/src/testing/seeded-random.js';
import { connect, makeTrader, notifyContext, setUpServers } from '../server/src/testing/worlds/notify-world.js';
import type { WorkerStart } from './notify-worker.js';
import { type GuaranteeResult, type Sizes } from './guarantee.js';

const KILLS_MAX = 200;
const SETTLE_MS = 180_000;
/** In the product ten seconds and a minute; here short, so that 200 kills take minutes and not hours. */
const HELD_MS = 2_000;
const SETTLED_MS = 1_500;
const KINDS: readonly ChannelKind[] = ['WHATSAPP', 'NTFY', 'WEB_PUSH', 'WEBHOOK', 'EMAIL', 'TELEGRAM'];
/** Each event goes through each channel. */
const EVENTS_A_ROUND = 2;

interface World {
  database: TestDatabase;
  ctx: Context;
  fake: FakeChannels;
  mail: FakeMailServer;
  trader: Awaited<ReturnType<typeof makeTrader>>;
  channels: Map<ChannelKind, number>;
  spares: ChildProcess[];
}

/**
 * K8: a process is killed while it tells six channels what happened: before, while and after a request is under way. Every message must
 * arrive, and be shown once: what comes twice with its key is shown once by its receiver. Telegram has neither a key nor
 * a way to ask, so there a repetition is marked, and at most one for each kill.
 */
export async function killNotifiers({ kills: wanted, firstSeed }: Sizes): Promise<GuaranteeResult[]> {
  const kills = Math.min(wanted, KILLS_MAX);
  const random = seededRandom(firstSeed);
  const world = await createWorld();
  try {
    // A server of WhatsApp without any message of ours cannot be asked; the owner's test of the channel is the first one.
    let opened = 1;
    let worker = await begin(world);
    await world.trader.open();
    await settle(world);
    for (let n = 0; n < kills; n++) {
      const before = world.fake.requests + world.mail.taken.length;
      world.fake.slowMs = 20 + random() * 120;
      for (let each = 0; each < EVENTS_A_ROUND; each++, opened++) await world.trader.open();
      // At a random moment after the first request of this round, with answers that are quick or slow.
      world.fake.always(random() < 0.7 ? 'SLOW' : 'OK');
      for (let waited = 0; world.fake.requests + world.mail.taken.length === before && waited < 3_000; waited += 2)
        await sleep(2);
      await sleep(random() * 150);
      const [dying] = [worker, worker.kill('SIGKILL')];
      if (dying.exitCode === null && dying.signalCode === null) await once(dying, 'exit');
      worker = await begin(world);
      if ((n + 1) % 50 === 0) process.stderr.write(`k8: ${n + 1} of ${kills} kills\n`);
    }
    world.fake.always('OK');
    await settle(world);
    worker.kill('SIGKILL');
    return [await row(world, { kills, opened })];
  } finally {
    for (const spare of world.spares) spare.kill('SIGKILL');
    await Promise.all([world.fake.stop(), world.mail.stop()]);
    await world.database.drop();
  }
}

async function createWorld(): Promise<World> {
  const [database, fake, mail] = [await createTestDatabase(), await startFakeChannels(), await startFakeMailServer()];
  const ctx = notifyContext(database.db, fake);
  await setUpServers(ctx, fake, mail.url);
  const trader = await makeTrader(database.db);
  const channels = new Map<ChannelKind, number>();
  for (const kind of KINDS) {
    const over = kind === 'WEBHOOK' ? { types: ['POSITION_OPENED'] as const } : {};
    channels.set(kind, await connect(ctx, fake, trader.userId, kind, over));
  }
  // A fill of each position would double the work and prove nothing more.
  return { database, ctx, fake, mail, trader, channels, spares: [] };
}

function spare(): ChildProcess {
  return fork(fileURLToPath(new URL('notify-worker.ts', import.meta.url)), [], {
    env: { ...process.env, TSX_TSCONFIG_PATH: fileURLToPath(new URL('../server/tsconfig.json', import.meta.url)) },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

/** Starts a process that was prepared, and prepares others. */
async function begin(world: World): Promise<ChildProcess> {
  while (world.spares.length < 3) {
    const prepared = spare();
    const ready = once(prepared, 'message');
    Object.assign(prepared, { ready });
    world.spares.push(prepared);
  }
  const child = world.spares.shift() as ChildProcess & { ready: Promise<unknown> };
  await child.ready;
  const start: WorkerStart = {
    ...{ databaseUrl: world.database.url, telegramUrl: world.fake.url, heldMs: HELD_MS, settledMs: SETTLED_MS },
    secretKey: Buffer.alloc(32, 7).toString('base64'),
  };
  const started = once(child, 'message');
  child.send(start);
  await started;
  return child;
}

const open = async ({ database }: World): Promise<number> =>
  database.db.prisma.notificationDelivery.count({ where: { status: { in: ['PENDING', 'SENDING', 'UNKNOWN'] } } });

async function settle(world: World): Promise<void> {
  const since = performance.now();
  while (performance.now() - since < SETTLE_MS) {
    const [live, cursor] = [
      await world.database.db.prisma.liveCursor.findFirst(),
      await world.database.db.prisma.notificationCursor.findFirst(),
    ];
    if ((live?.seq ?? 0) === (cursor?.seq ?? -1) && (await open(world)) === 0) return;
    await sleep(200);
  }
}

/** How often each event was shown through a channel, by the receiver's own means of telling repetitions. */
async function row(world: World, { kills, opened }: { kills: number; opened: number }): Promise<GuaranteeResult> {
  const { database, fake, mail, channels } = world;
  const wrong: string[] = [];
  const deliveries = await database.db.prisma.notificationDelivery.findMany({ include: { event: true } });
  const events = new Set(deliveries.map(({ event_id }) => event_id));
  if (events.size !== opened) wrong.push(`${opened} events, ${events.size} of them were recorded`);
  let [marked, requests] = [0, 0];
  for (const [kind, channelId] of channels) {
    const mine = deliveries.filter(({ channel_id }) => channel_id === channelId);
    const heads = mine.filter(({ leader_id }) => leader_id === null);
    if (mine.length !== opened) wrong.push(`${kind}: ${mine.length} deliveries of ${opened}`);
    for (const { id, status, error } of mine)
      if (status !== 'SENT') wrong.push(`${kind}: ${id} is ${status}: ${error ?? ''}`);
    const shown = keysShown(kind, fake, mail);
    requests += shown.length;
    const first = new Set(shown.map(({ key }) => key));
    if (first.size !== heads.length) wrong.push(`${kind}: ${heads.length} messages, ${first.size} arrived`);
    const twice = kind === 'WHATSAPP' ? shown.length - first.size : 0;
    if (twice > 0) wrong.push(`${kind}: ${twice} arrived twice`);
    if (kind === 'TELEGRAM') {
      const repeated = shown.length - first.size;
      marked = shown.filter(({ isMarked }) => isMarked).length;
      if (repeated > marked || repeated > kills) wrong.push(`TELEGRAM: ${repeated} repeated, ${marked} marked`);
    }
  }
  if (wrong.length > 0) process.stderr.write(`${wrong.slice(0, 30).join('\n')}\n`);
  const lost = wrong.length;
  return {
    ...{ guarantee: 'K8', what: 'a process is killed while it sends notifications through six channels' },
    figure: `${lost} lost or shown twice (${kills} kills, ${opened} events, ${deliveries.length} deliveries, ${requests} requests; Telegram: ${marked} marked repetitions)`,
    ...{ target: '0 in 200 kills', holds: wrong.length === 0 },
  };
}

interface Shown {
  key: string;
  isMarked: boolean;
}

function keysShown(kind: ChannelKind, fake: FakeChannels, mail: FakeMailServer): Shown[] {
  if (kind === 'EMAIL') return mail.taken.map(({ id }) => ({ key: id, isMarked: false }));
  const name = { WHATSAPP: 'whatsapp', TELEGRAM: 'telegram', NTFY: 'ntfy', WEB_PUSH: 'push', WEBHOOK: 'webhook' }[kind];
  return fake.taken
    .filter(({ channel }) => channel === name)
    .map(({ key, text }) => ({
      // WhatsApp and Telegram have no key: a person recognizes a repetition by the number at the end.
      key: key ?? /#(\d+)$/.exec(text)?.[1] ?? '',
      isMarked: /\(Repetida/.test(text),
    }));
}
