import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, onTestFailed } from 'vitest';
import { createRealWorld, type RealWorld } from '../chaos/real-world.js';
import { eventually } from '../server/src/testing/eventually.js';
import { settled } from './testing/books.js';
import { startLoadBalancer, type LoadBalancer } from './testing/load-balancer.js';
import { freePort, type Program, type RoleName } from './testing/program.js';
import { post, send, type Signal } from './testing/sender.js';
import { follow, signIn, type Trader } from './testing/trader.js';

const BASES = { BTCUSDT: ['BTC/USDT', 100_000], SOLUSDT: ['SOL/USDT', 200] } as const;
type Ticker = keyof typeof BASES;
const TICKERS = Object.keys(BASES) as Ticker[];
/** Prices fall this often during the restart of each process. */
const FALLS_EACH = 4;
const ORDER: RoleName[] = ['monitors', 'monitors', 'executor', 'executor', 'api', 'api'];
/** In percent; each symbol has a position for each of these stops. */
const STOPS = Array.from({ length: FALLS_EACH * ORDER.length }, (_, index) => 1 + index * 0.5);
/** Far below every price of this test. */
const NEVER = 40;
const SIGNAL_EVERY_MS = 250;
const AT_ONCE = 5;
/** The prices of SOL fall for this time only. */
const DIP_MS = 400;
/** Nothing may be lost. How late a stop is depends on the machine, and is printed. */
const LATE_MAX_MS = 60_000;

interface Member {
  role: RoleName;
  options: { port?: number; env: Record<string, string> };
  program?: Program;
}

let world: RealWorld;
let balancer: LoadBalancer;
let members: Member[];
let webhookUrl: string;
let trader: Trader;

const start = async (member: Member): Promise<void> => {
  member.program = await world.start([member.role], member.options);
};

beforeAll(async () => {
  world = await createRealWorld();
  const [front, ...ports] = [await freePort(), await freePort(), await freePort()];
  const env = { PUBLIC_URL: `http://127.0.0.1:${front}`, DRAIN_MS: '1000' };
  const apiPorts = [...ports];
  members = ORDER.map((role) => {
    const port = role === 'api' ? apiPorts.shift() : undefined;
    return { role, options: { env, ...(port !== undefined && { port }) } };
  });
  const [watching, others] = [members.filter(isMonitor), members.filter((member) => !isMonitor(member))];
  await Promise.all(others.map(start));
  balancer = await startLoadBalancer(front, ports);
  webhookUrl = members.at(-1)?.program?.ready.webhookUrl ?? '';
  expect(webhookUrl.startsWith(balancer.url)).toBe(true);
  trader = await signIn(balancer.url, world);
  await openPositions();
  await Promise.all(watching.map(start));
}, 240_000);
afterAll(async () => {
  await balancer?.stop();
  await world?.close();
});

const isMonitor = ({ role }: Member): boolean => role === 'monitors';

/** Through signals; the stops are set before anybody watches them. */
async function openPositions(): Promise<void> {
  const levels = [...STOPS, NEVER];
  const signals = levels.flatMap((_, index) =>
    TICKERS.map((ticker): Signal => ({ id: `held-${index}`, ticker, action: 'buy' })),
  );
  // A few at a time, so that they are not too many for a busy machine.
  for (let from = 0; from < signals.length; from += AT_ONCE)
    await Promise.all(signals.slice(from, from + AT_ONCE).map((signal) => send(webhookUrl, signal)));
  await settled(world.db);
  for (const [symbol] of Object.values(BASES)) {
    const rows = await world.db.query<{ id: number }[]>(
      "SELECT id FROM trade_positions WHERE symbol = ? AND status = 'OPEN' ORDER BY id",
      [symbol],
    );
    expect(rows).toHaveLength(levels.length);
    for (const [index, { id }] of rows.entries())
      await world.db.query('UPDATE trade_positions SET sl_enabled = 1, sl_pct = ? WHERE id = ?', [levels[index], id]);
  }
}

interface Fall {
  symbol: string;
  price: number;
  at: number;
}

/** One step down for every symbol, below the next stops; SOL/USDT is back up soon. */
async function fall(falls: Fall[]): Promise<void> {
  const pct = (STOPS[falls.length / TICKERS.length] ?? 0) + 0.1;
  for (const [symbol, base] of Object.values(BASES)) {
    const price = (base * (100 - pct)) / 100;
    falls.push({ symbol, price, at: Date.now() });
    world.setPrice(symbol, price.toFixed(2));
  }
  await sleep(DIP_MS);
  const [symbol, base] = BASES.SOLUSDT;
  world.setPrice(symbol, String(base));
  await sleep(DIP_MS);
}

/** Restarts a process by SIGTERM, while the prices fall: as it is told, while it stops, and while it starts. */
async function restart(member: Member, falls: Fall[]): Promise<void> {
  const since = performance.now();
  const stopped = member.program?.stop();
  await fall(falls);
  await fall(falls);
  const code = await stopped;
  const stoppedAt = performance.now();
  const started = start(member);
  await fall(falls);
  await fall(falls);
  await started;
  const [stopMs, startMs] = [stoppedAt - since, performance.now() - stoppedAt].map(Math.round);
  process.stderr.write(`${member.role}: exit code ${code}, ${stopMs} ms to stop, ${startMs} ms to start\n`);
}

/** Sends each signal exactly once, whatever the answer. */
function startSending(): { sent: Signal[]; uids: string[]; refused: unknown[]; stop(): Promise<void> } {
  const [sent, uids, refused]: [Signal[], string[], unknown[]] = [[], [], []];
  const underWay: Promise<void>[] = [];
  const one = async (signal: Signal) => {
    const at = new Date().toISOString();
    const answer = await post(webhookUrl, signal).catch((error: unknown) => ({
      status: String((error as Error).cause ?? error),
    }));
    if (answer.status === 202 && 'event_uid' in answer) uids.push(answer.event_uid);
    else refused.push({ at, signal, answer });
  };
  const timer = setInterval(() => {
    const signal: Signal = { id: `load-${sent.length}`, ticker: 'ETHUSDT', action: 'buy' };
    sent.push(signal);
    underWay.push(one(signal));
  }, SIGNAL_EVERY_MS);
  return {
    ...{ sent, uids, refused },
    async stop() {
      clearInterval(timer);
      await Promise.all(underWay);
    },
  };
}

interface Stopped {
  symbol: string;
  /** The stop, as a price. */
  level: number;
  status: 'OPEN' | 'CLOSED';
  reason: string | null;
  client_order_id: string | null;
}

const readStops = () =>
  world.db.query<Stopped[]>(
    `SELECT p.symbol, CAST(p.price_open * (100 - p.sl_pct) / 100 AS DOUBLE) AS level, p.status, p.close_reason AS reason,
            x.client_order_id
       FROM trade_positions p
       LEFT JOIN position_fills f ON f.position_id = p.id AND f.side = 'SELL'
       LEFT JOIN trade_executions x ON x.id = f.trade_execution_id
      WHERE p.sl_enabled = 1 ORDER BY p.id`,
  );

/** What an independent oracle says: a stop fires at the first price at or below it. */
async function compareWithOracle(falls: readonly Fall[]): Promise<{ wrong: unknown[]; lateMs: number[] }> {
  const [wrong, lateMs]: [unknown[], number[]] = [[], []];
  for (const stop of await readStops()) {
    const hit = falls.find(({ symbol, price }) => symbol === stop.symbol && price <= Number(stop.level));
    const isRight = hit ? stop.status === 'CLOSED' && stop.reason === 'STOP_LOSS' : stop.status === 'OPEN';
    if (!isRight) wrong.push({ ...stop, hit });
    const order = world.fake.orders().find(({ clientId }) => clientId === stop.client_order_id);
    if (hit && order) lateMs.push(order.createdAt - hit.at);
  }
  return { wrong, lateMs };
}

it('six processes are restarted one after the other, and no signal is refused and no stop missed', async () => {
  onTestFailed(() => void process.stderr.write(`what the processes said is in ${world.keepLogs()}\n`));
  const { liveCursor: after } = await trader.ask<{ liveCursor: string }>('{ liveCursor }');
  const news = follow<{ position: { id: string; status: string } }>(trader, `${balancer.url}/graphql`, {
    ...{ field: 'positionChanged', selection: 'position { id status }', after },
  });
  const falls: Fall[] = [];
  const sending = startSending();
  for (const member of members) await restart(member, falls);
  await sending.stop();
  expect(sending.refused).toEqual([]);
  await eventually(async () => expect((await compareWithOracle(falls)).wrong).toEqual([]), LATE_MAX_MS);
  const { lateMs } = await compareWithOracle(falls);
  process.stderr.write(
    `${sending.sent.length} signals, answered ${[...balancer.answered.values()].join(' + ')}; ${lateMs.length} stops, the latest after ${Math.max(...lateMs)} ms; the subscriber was cut ${news.cuts()} times\n`,
  );
  expect(lateMs).toHaveLength(STOPS.length * TICKERS.length);
  expect(lateMs.filter((ms) => ms > LATE_MAX_MS)).toEqual([]);

  await settled(world.db);
  expect(await world.wrong()).toEqual([]);
  const orders = await world.db.query<{ event_uid: string; orders: number }[]>(
    `SELECT e.event_uid, COUNT(x.id) AS orders FROM webhook_events e JOIN trade_jobs j ON j.webhook_event_id = e.id
       LEFT JOIN trade_executions x ON x.trade_job_id = j.id AND x.executed_qty > 0
      WHERE e.symbol_normalized = 'ETH/USDT' GROUP BY e.event_uid`,
  );
  expect(orders.filter((row) => Number(row.orders) !== 1)).toEqual([]);
  expect(orders.map(({ event_uid }) => event_uid).sort(), 'each signal is one order').toEqual([...sending.uids].sort());

  // Every position that changed since the subscription began, with its last status.
  const changed = await world.db.query<{ id: number; status: string }[]>(
    "SELECT id, status FROM trade_positions WHERE status = 'CLOSED' OR symbol = 'ETH/USDT'",
  );
  await eventually(() => {
    const seen = new Map(news.events.map(({ position }) => [Number(position.id), position.status]));
    expect([...seen].sort()).toEqual(changed.map(({ id, status }) => [Number(id), status]).sort());
  });
  expect(news.cuts(), 'its server was restarted').toBeGreaterThan(0);
  await news.stop();
}, 240_000);
