// P5: one event to many websocket subscribers, next to a bare websocket server that sends the same bytes.
import { Batch } from '../server/src/infra/database/database.js';
import { addLiveEvents } from '../server/src/infra/database/live-events.js';
import { openLiveSocket } from '../server/src/testing/live-client.js';
import { makeJob } from '../server/src/testing/make.js';
import { startChild } from './child.js';
import { startOurs } from './ours-run.js';
import { sessionOf } from './p11-floods.js';
import { type Bench, withBench } from './prepare.js';
import { type Row, times } from './table.js';

const EVENTS = 20;
const TARGET = 0.8;
const QUERY = 'subscription { jobChanged { cursor job { id status symbol side orderType reasonMessage createdAt } } }';
const INIT = JSON.stringify({ type: 'connection_init' });

type Socket = ReturnType<typeof openLiveSocket>;
interface Receivers {
  /** Resolves when every socket has got one more message. */
  all(): Promise<void>;
  /** The last message. */
  last(): string;
  close(): void;
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
    const some = Array.from({ length: Math.min(50, count - from) }, open);
    await Promise.all(some.map(begin));
    sockets.push(...some);
  }
  for (const socket of sockets) {
    socket.on('message', (data: Buffer) => {
      if (data.length < 60) return; // signs of life
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
    last: () => last,
    close: () => sockets.forEach((socket) => socket.terminate()),
  };
}

const acknowledged = (socket: Socket): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.once('error', reject);
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

/** Deliveries a second: each event is sent when all sockets have got the one before. */
async function deliveries(receivers: Receivers, count: number, send: () => Promise<unknown>): Promise<number> {
  let since = 0;
  for (let event = -2; event < EVENTS; event++) {
    if (event === 0) since = performance.now();
    const arrived = receivers.all();
    await send();
    await arrived;
  }
  return (count * EVENTS * 1_000) / (performance.now() - since);
}

async function measureOurs(bench: Bench, count: number): Promise<{ perSecond: number; text: string }> {
  const LIMITS = { API_SOCKETS_PER_USER: '100000', API_SUBSCRIPTIONS_PER_USER: '100000' };
  const ours = await startOurs(bench, { ROLES: 'api', API_REQUESTS_PER_MIN: '1000000', ...LIMITS });
  try {
    const [source] = bench.sources;
    if (!source) throw new Error('the benchmark has no user');
    const { db } = bench.database;
    const job = await makeJob(db, { exchange_account_id: source.accountId });
    const cookie = await sessionOf(bench, source.userId);
    const receivers = await connect(count, () => openLiveSocket(`${ours.ready.url}/graphql`, cookie), acknowledged);
    // The last subscription has begun when its message was handled.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const send = async () => {
      const events = addLiveEvents(new Batch(), source.userId, [{ topic: 'JOB', entityId: job.id }]);
      await db.transaction(async (tx) => void (await tx.commit(events)));
      await ours.ask('notify', source.userId);
    };
    const perSecond = await deliveries(receivers, count, send);
    receivers.close();
    return { perSecond, text: receivers.last() };
  } finally {
    await ours.stop();
  }
}

async function measureRaw(count: number, text: string): Promise<number> {
  const raw = await startChild<{ url: string }>('./p5-raw.ts');
  try {
    const receivers = await connect(count, () => openLiveSocket(raw.ready.url, ''), opened);
    const perSecond = await deliveries(receivers, count, () => raw.ask('send', text));
    receivers.close();
    return perSecond;
  } finally {
    await raw.stop();
  }
}

export const measureFanOut = ({ sockets }: { sockets: number }): Promise<Row[]> =>
  withBench('stub', async (bench) => {
    const { perSecond, text } = await measureOurs(bench, sockets);
    const floor = await measureRaw(sockets, text);
    const ratio = perSecond / floor;
    return [
      {
        ...{ goal: 'P5', what: `one event to ${sockets.toLocaleString('en')} subscribers, ${text.length} bytes` },
        ...{ measured: `${perSecond.toFixed(0)}/s`, floor: `${floor.toFixed(0)}/s bare`, ratio: times(ratio) },
        ...{ target: `≥ ${TARGET}×`, holds: ratio >= TARGET },
      },
    ];
  });
