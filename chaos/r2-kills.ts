import { setTimeout as sleep } from 'node:timers/promises';
import type { Program, RoleName } from '../e2e/testing/program.js';
import { send, type Signal } from '../e2e/testing/sender.js';
import type { Fault } from '../server/src/testing/fake-exchange/faults.js';
import { seededRandom } from '../server/src/testing/seeded-random.js';
import { most, seconds, type GuaranteeResult, type Sizes } from './guarantee.js';
import { createRealWorld, type RealWorld } from './real-world.js';

const TICKERS = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'];
const SIGNALS_A_ROUND = 2;
const SETTLE_MS = 120_000;
const TELL_EVERY = 50;
const WORLDS_MAX = 3;
const KILLS_A_WORLD = 50;

/**
 * Where a process is killed. K1 event committed, before the 202; K2 job committed, before Redis; K3 after the queue add;
 * K4 execution committed, before it was sent; K5 sent, no answer; K6 answered, not committed; K7 committed, before the
 * live events.
 */
const POINTS: Record<
  string,
  { role: RoleName; fault?: Fault; at: 'posted' | 'accepted' | 'arrived' | 'answered'; withinMs: number }
> = {
  K1: { role: 'api', at: 'posted', withinMs: 8 },
  K2: { role: 'api', at: 'posted', withinMs: 16 },
  K3: { role: 'api', at: 'accepted', withinMs: 4 },
  K4: { role: 'executor', at: 'arrived', fault: { taken: false, answer: 'hang' }, withinMs: 0 },
  K5: { role: 'executor', at: 'arrived', fault: { answer: 'hang' }, withinMs: 0 },
  K6: { role: 'executor', at: 'answered', withinMs: 0 },
  K7: { role: 'executor', at: 'answered', withinMs: 12 },
};

interface Killing {
  world: RealWorld;
  processes: Map<RoleName, Program>;
  random: () => number;
  url: string;
  sent: Signal[];
}

/** Resolves when the next order arrives at the exchange, or was answered by it; a sell may find nothing to sell. */
function nextOrder({ fake }: RealWorld, moment: 'arrived' | 'answered'): Promise<void> {
  return new Promise((resolve) => {
    const stop = fake.onRequest((request, at) => {
      if (request.kind !== 'place' || at !== moment) return;
      stop();
      resolve();
    });
  });
}

async function round({ world, processes, random, url, sent }: Killing, name: string, n: number): Promise<void> {
  const point = POINTS[name];
  if (!point) return;
  const signals = Array.from({ length: SIGNALS_A_ROUND }, (_, index): Signal => ({
    id: `${name}-${n}-${index}`,
    ticker: TICKERS[Math.floor(random() * TICKERS.length)] ?? 'BTCUSDT',
    action: index > 0 && random() < 0.3 ? 'sell' : 'buy',
  }));
  sent.push(...signals);
  if (point.fault) world.fake.faults.next('place', point.fault);
  const moment = point.at === 'arrived' || point.at === 'answered' ? nextOrder(world, point.at) : undefined;
  const taken = signals.map((signal) => send(url, signal));
  if (point.at === 'accepted') await Promise.race(taken);
  if (moment) await Promise.race([moment, sleep(10_000)]);
  if (point.withinMs > 0) await sleep(random() * point.withinMs);
  await processes.get(point.role)?.kill();
  world.fake.faults.clear();
  processes.set(point.role, await world.start([point.role]));
  await Promise.all(taken);
}

/** The result of one world. */
interface Killed {
  wrong: string[];
  settledMs: number;
  perPoint: Map<string, number>;
  orders: number;
  signals: number;
}

/**
 * R2: the processes of the program with a REAL account over a real socket, killed at each of the points in turn. Most of
 * the time is spent waiting for killed processes, so several worlds run in parallel.
 */
export async function killAtEveryPoint({ kills, firstSeed }: Sizes): Promise<GuaranteeResult[]> {
  const worlds = Math.max(1, Math.min(WORLDS_MAX, Math.floor(kills / KILLS_A_WORLD)));
  const share = Math.ceil(kills / worlds);
  const each = Array.from({ length: worlds }, (_, n) => killInWorld(share, firstSeed + n));
  return [row(share * worlds, await Promise.all(each))];
}

async function killInWorld(kills: number, seed: number): Promise<Killed> {
  const world = await createRealWorld();
  const processes = new Map<RoleName, Program>();
  try {
    for (const role of ['monitors', 'executor', 'api'] as const) processes.set(role, await world.start([role]));
    const url = `${processes.get('api')?.ready.webhookUrl ?? ''}`;
    const killing: Killing = { world, processes, random: seededRandom(seed), url, sent: [] };
    const names = Object.keys(POINTS);
    const perPoint = new Map(names.map((name) => [name, 0]));
    for (let n = 0; n < kills; n++) {
      const name = names[n % names.length] as string;
      await round(killing, name, n);
      perPoint.set(name, (perPoint.get(name) ?? 0) + 1);
      if ((n + 1) % TELL_EVERY === 0) process.stderr.write(`seed ${seed}: ${n + 1} of ${kills} kills\n`);
    }
    const settledMs = await settle(world);
    const repeats = await Promise.all(killing.sent.map((signal) => send(url, signal)));
    const wrong = [...(await world.wrong()), ...(await wrongOfSignals(world, repeats))];
    if (wrong.length > 0) process.stderr.write(`seed ${seed}: ${wrong.join('\n')}\nlogs: ${world.keepLogs()}\n`);
    return { wrong, settledMs, perPoint, orders: world.fake.orders().length, signals: repeats.length };
  } finally {
    await world.close();
  }
}

async function settle(world: RealWorld): Promise<number> {
  const since = performance.now();
  while ((await world.open()) > 0 && performance.now() - since < SETTLE_MS) await sleep(200);
  return performance.now() - since;
}

/** Every signal was accepted once and made one job, and its repeat was recognized. */
async function wrongOfSignals(
  { db }: RealWorld,
  repeats: { duplicate: boolean; event_uid: string }[],
): Promise<string[]> {
  const jobs = await db.query<{ event_uid: string; jobs: number }[]>(
    `SELECT e.event_uid, COUNT(j.id) AS jobs FROM webhook_events e LEFT JOIN trade_jobs j ON j.webhook_event_id = e.id GROUP BY e.event_uid`,
  );
  const counted = new Map(jobs.map(({ event_uid, jobs }) => [event_uid, Number(jobs)]));
  return repeats.flatMap(({ duplicate, event_uid }) => [
    ...(duplicate ? [] : [`signal ${event_uid} had been forgotten`]),
    ...(counted.get(event_uid) === 1 ? [] : [`signal ${event_uid} made ${counted.get(event_uid) ?? 0} jobs`]),
  ]);
}

function row(kills: number, worlds: readonly Killed[]): GuaranteeResult {
  const total = (of: (one: Killed) => number) => worlds.reduce((sum, one) => sum + of(one), 0);
  const points = Object.keys(POINTS).map((name) => total(({ perPoint }) => perPoint.get(name) ?? 0));
  const wrong = total((one) => one.wrong.length);
  const settledMs = most(worlds.map((one) => one.settledMs));
  const told = `${kills} kills at K1-K7, at least ${Math.min(...points)} each, ${total((one) => one.signals)} signals, ${total((one) => one.orders)} orders, settled in ${seconds([settledMs], 1)}`;
  return {
    ...{ guarantee: 'R2', what: 'REAL account over a socket, SIGKILL at every point, real database and Redis' },
    figure: `${wrong} wrong (${told})`,
    ...{ target: '0 in 1,000 kills', holds: wrong === 0 && settledMs < SETTLE_MS },
  };
}
