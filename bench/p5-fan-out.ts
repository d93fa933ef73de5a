// P5: one event to many websocket subscribers, next to a bare websocket server that sends the same bytes.
import { Batch } from '../server/src/infra/database/database.js';
import { addLiveEvents } from '../server/src/infra/database/live-events.js';
import { openLiveSocket } from '../server/src/testing/live-client.js';
import { makeJob } from '../server/src/testing/make.js';
import { startChild } from './child.js';
import { cpuOfChild, cpuOfOurs } from './cpu.js';
import { type Ours, startOurs } from './ours-run.js';
import { sessionOf } from './p11-floods.js';
import { type Bench, withBench } from './prepare.js';
import { type Row, times } from './table.js';

/** Events of a turn, and turns of each. */
const EVENTS = 5;
const TURNS = 5;
const OPENINGS_MAX = 6;
const TARGET = 0.8;
const QUERY = 'subscription { jobChanged { cursor job { id status symbol side orderType reasonMessage createdAt } } }';
const INIT = JSON.stringify({ type: 'connection_init' });

type Socket = ReturnType<typeof openLiveSocket>;
interface Receivers {
  /** Resolves when every socket has got one more message. */
  all(): Promise<void>;
  /** How many sockets have got a message so far, and how many messages came. */
  reached(): { sockets: number; messages: number };
  /** The last message. */
  last(): string;
  close(): void;
}

/** A server that is busy with other sockets refuses one (503); as a page does, it is tried again. */
async function opening(open: () => Socket, begin: (socket: Socket) => Promise<void>): Promise<Socket> {
  for (let attempt = 1; ; attempt++) {
    const socket = open();
    try {
      await begin(socket);
      return socket;
    } catch (error) {
      if (attempt === OPENINGS_MAX) throw error;
      await sleep(500 * attempt);
    }
  }
}

/** `count` sockets, opened fifty at a time; `begin` resolves when a socket is ready to receive. */
async function connect(
  count: number,
  open: () => Socket,
  begin: (socket: Socket) => Promise<void>,
): Promise<Receivers> {
  const sockets: Socket[] = [];
  let [missing, tell, last] = [0, () => undefined as void, ''];
  for (let from = 0; from < count; from += 50) {
    const some = Array.from({ length: Math.min(50, count - from) }, () => opening(open, begin));
    sockets.push(...(await Promise.all(some)));
  }
  const reached = new Set<Socket>();
  let messages = 0;
  for (const socket of sockets) {
    socket.on('message', (data: Buffer) => {
      if (data.length < 60) return; // signs of life
      reached.add(socket);
      messages += 1;
      missing -= 1;
      if (missing > 0) return;
      last = data.toString();
      tell();
    });
  }
  return {
    all: () =>
      new Promise((resolve) => {
        missing = sockets.length;
        tell = resolve;
      }),
    reached: () => ({ sockets: reached.size, messages }),
    last: () => last,
    close: () => sockets.forEach((socket) => socket.terminate()),
  };
}

const acknowledged = (socket: Socket): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.once('error', reject).once('close', (code) => reject(new Error(`closed with ${code}`)));
    socket.on('open', () => socket.send(INIT));
    socket.once('message', () => {
      const id = crypto.randomUUID();
      socket.send(JSON.stringify({ type: 'subscribe', id, payload: { query: QUERY } }));
      resolve();
    });
  });
const opened = (socket: Socket): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.once('error', reject).once('open', () => resolve());
  });

/** What one server needed for its events. */
interface Taken {
  ms: number;
  cpuMs: number;
}
interface Sender {
  receivers: Receivers;
  send(): Promise<unknown>;
  /** The CPU of its processes so far. */
  cpuMs(): Promise<number>;
}

/** Sends events one after the other: each when all sockets have got the one before. */
async function deliver({ receivers, send, cpuMs }: Sender, events: number): Promise<Taken> {
  const [cpu, since] = [await cpuMs(), performance.now()];
  for (let event = 0; event < events; event++) {
    const arrived = receivers.all();
    await send();
    await arrived;
  }
  return { ms: performance.now() - since, cpuMs: (await cpuMs()) - cpu };
}

const SECOND_MS = 1_000;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A subscription has begun when an event has reached it. Then waits until no more messages are on their way. */
async function begun({ reached }: Receivers, send: () => Promise<unknown>, count: number): Promise<void> {
  for (let event = 0; reached().sockets < count; event++) {
    if (event === 120) throw new Error(`only ${reached().sockets} of ${count} subscriptions have begun`);
    await send();
    await sleep(SECOND_MS);
  }
  for (let before = -1; before !== reached().messages; await sleep(2 * SECOND_MS)) before = reached().messages;
}

async function subscribeToOurs(bench: Bench, ours: Ours, count: number): Promise<Sender> {
  const [source] = bench.sources;
  if (!source) throw new Error('the benchmark has no user');
  const { db } = bench.database;
  const job = await makeJob(db, { exchange_account_id: source.accountId });
  const cookie = await sessionOf(bench, source.userId);
  const receivers = await connect(count, () => openLiveSocket(`${ours.ready.url}/graphql`, cookie), acknowledged);
  const send = async () => {
    const events = addLiveEvents(new Batch(), source.userId, [{ topic: 'JOB', entityId: job.id }]);
    await db.transaction(async (tx) => void (await tx.commit(events)));
    await ours.ask('notify', source.userId);
  };
  await begun(receivers, send, count);
  return { receivers, send, cpuMs: () => cpuOfOurs(ours) };
}

const middle = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/**
 * How many times as fast, and for how much of the CPU, ours sends an event to all sockets as the bare server. They take
 * turns, so that a noisy moment is everybody's; the first turn warms up.
 */
async function compare(ours: Sender, raw: Sender): Promise<{ ours: Taken; raw: Taken }> {
  const taken: { ours: Taken; raw: Taken }[] = [];
  for (let turn = -1; turn < TURNS; turn++) {
    const one = { ours: await deliver(ours, EVENTS), raw: await deliver(raw, EVENTS) };
    if (turn >= 0) taken.push(one);
  }
  const of = (who: 'ours' | 'raw'): Taken => ({
    ms: middle(taken.map((one) => one[who].ms)),
    cpuMs: middle(taken.map((one) => one[who].cpuMs)),
  });
  return { ours: of('ours'), raw: of('raw') };
}

async function measureBoth(bench: Bench, count: number): Promise<{ ours: Taken; raw: Taken; bytes: number }> {
  const LIMITS = { API_SOCKETS_PER_USER: '100000', API_SUBSCRIPTIONS_PER_USER: '100000' };
  const ours = await startOurs(bench, { ROLES: 'api', API_REQUESTS_PER_MIN: '1000000', ...LIMITS });
  const raw = await startChild<{ url: string }>('./p5-raw.ts');
  const open: Receivers[] = [];
  try {
    const sender = await subscribeToOurs(bench, ours, count);
    open.push(sender.receivers);
    await deliver(sender, 1);
    const text = sender.receivers.last();
    const receivers = await connect(count, () => openLiveSocket(raw.ready.url, ''), opened);
    open.push(receivers);
    const bare: Sender = { receivers, send: () => raw.ask('send', text), cpuMs: () => cpuOfChild(raw) };
    return { ...(await compare(sender, bare)), bytes: text.length };
  } finally {
    for (const receivers of open) receivers.close();
    await Promise.all([ours.stop(), raw.stop()]);
  }
}

export const measureFanOut = ({ sockets }: { sockets: number }): Promise<Row[]> =>
  withBench('stub', async (bench) => {
    const { ours, raw, bytes } = await measureBoth(bench, sockets);
    const deliveries = sockets * EVENTS;
    const [perSecond, floor] = [ours, raw].map(({ ms }) => (deliveries * 1_000) / ms) as [number, number];
    const [cpu, bareCpu] = [ours, raw].map(({ cpuMs }) => (cpuMs * 1_000) / deliveries) as [number, number];
    const what = `one event to ${sockets.toLocaleString('en')} subscribers, ${bytes} bytes`;
    const [ratio, cpuRatio] = [perSecond / floor, bareCpu / cpu];
    return [
      {
        ...{ goal: 'P5', what, measured: `${perSecond.toFixed(0)}/s`, floor: `${floor.toFixed(0)}/s bare` },
        ...{ ratio: times(ratio), target: `≥ ${TARGET}×`, holds: ratio >= TARGET },
      },
      {
        ...{ goal: 'P5', what: `${what}: deliveries for the same CPU`, measured: `${cpu.toFixed(1)} µs each` },
        ...{ floor: `${bareCpu.toFixed(1)} µs bare`, ratio: times(cpuRatio), target: '', holds: undefined },
      },
    ];
  });
