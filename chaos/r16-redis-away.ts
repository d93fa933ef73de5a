import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { send } from '../e2e/testing/sender.js';
import { startOwnRedis, type OwnRedis } from '../server/src/testing/services/own-redis.js';
import { most, seconds, type GuaranteeResult } from './guarantee.js';
import { createRealWorld, type RealWorld } from './real-world.js';

/** When the market of a position falls through its stop, in time after the trouble began. */
const FALLS = [
  { symbol: 'BTC/USDT', ticker: 'BTCUSDT', to: '90000', afterMs: 100 },
  { symbol: 'ETH/USDT', ticker: 'ETHUSDT', to: '3600', afterMs: 12_000 },
  { symbol: 'SOL/USDT', ticker: 'SOLUSDT', to: '180', afterMs: 30_000 },
];
const TROUBLE_MS = 40_000;
/** A signal sent during the trouble, above the market that fell. */
const BUY_AFTER_MS = 18_000;
const EXIT_LIMIT_MS = 2_000;
const BUY_LIMIT_MS = 10_000;
const GIVE_UP_MS = 90_000;
const POLL_MS = 20;

interface Trouble {
  name: string;
  begin(redis: OwnRedis): void | Promise<unknown>;
  end(redis: OwnRedis): void | Promise<unknown>;
  /** Whether the trouble lasts: then the operators must get an alert. */
  lasts: boolean;
}
const TROUBLES: Trouble[] = [
  { name: 'down', begin: (redis) => redis.kill(), end: (redis) => redis.start(), lasts: true },
  { name: 'paused 40 s', begin: (redis) => redis.pause(), end: (redis) => redis.resume(), lasts: true },
  { name: 'flushed again and again', begin: flushOften, end: () => undefined, lasts: false },
  {
    name: 'at maxmemory',
    begin: (redis) => say(redis, 'CONFIG SET maxmemory-policy noeviction', 'CONFIG SET maxmemory 1'),
    end: (redis) => say(redis, 'CONFIG SET maxmemory 0'),
    lasts: true,
  },
];

/** R16: one API, one executor and two monitors as separate processes, and a Redis that does not work. */
export async function loseRedisApart(): Promise<GuaranteeResult[]> {
  const results: GuaranteeResult[] = [];
  for (const trouble of TROUBLES) {
    const rows = await walk(trouble);
    for (const { what, figure } of rows) process.stderr.write(`${what}: ${figure}\n`);
    results.push(...rows);
  }
  return results;
}

/** Sends raw Redis commands, so that no client library reacts to the trouble. */
async function say({ url }: OwnRedis, ...commands: string[]): Promise<void> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  let said = '';
  socket.on('data', (chunk: Buffer) => (said += chunk.toString()));
  socket.write(`${commands.join('\r\n')}\r\nQUIT\r\n`);
  await once(socket, 'close');
  if (said.includes('-ERR')) throw new Error(`Redis did not do ${commands.join(', ')}: ${said}`);
}

function flushOften(redis: OwnRedis): void {
  const timer = setInterval(() => void say(redis, 'FLUSHALL').catch(() => undefined), 50);
  setTimeout(() => clearInterval(timer), TROUBLE_MS);
}

async function walk(trouble: Trouble): Promise<GuaranteeResult[]> {
  const redis = await startOwnRedis();
  const given = process.env.REDIS_URL;
  // The processes of the world use the server from the environment.
  process.env.REDIS_URL = redis.url;
  let world: RealWorld | undefined;
  try {
    world = await createRealWorld();
    await world.db.query('UPDATE trade_parameters SET default_sl_enabled = 1, default_sl_pct = 5');
    for (const role of ['monitors', 'monitors', 'executor'] as const) await world.start([role]);
    const url = (await world.start(['api'])).ready.webhookUrl ?? '';
    await Promise.all(FALLS.map(({ ticker }) => send(url, { id: `open-${ticker}`, ticker, action: 'buy' })));
    if (!(await until(async () => (await openPositions(world)) === FALLS.length, GIVE_UP_MS)))
      throw new Error('the positions were not opened');
    const seen = await watchTrouble(world, { redis, trouble, url });
    await until(async () => (await world?.open()) === 0, GIVE_UP_MS);
    const wrong = await world.wrong();
    if (wrong.length > 0) process.stderr.write(`R16 ${trouble.name}: ${wrong.join('\n')}\n`);
    if (process.env.CHAOS_KEEP_LOGS || wrong.length > 0) process.stderr.write(`logs: ${world.keepLogs()}\n`);
    return told(trouble, { ...seen, wrong });
  } finally {
    redis.resume();
    await world?.close();
    process.env.REDIS_URL = given ?? '';
    await redis.kill();
  }
}

async function openPositions(world: RealWorld | undefined): Promise<number> {
  const [row] = (await world?.db.query<{ n: number }[]>(
    "SELECT COUNT(*) AS n FROM trade_positions WHERE status = 'OPEN' AND qty_remaining > 0",
  )) ?? [{ n: 0 }];
  return Number(row?.n ?? 0);
}

async function until(isSo: () => Promise<boolean> | boolean, limitMs: number): Promise<boolean> {
  for (const give = performance.now() + limitMs; performance.now() < give; await sleep(POLL_MS))
    if (await isSo()) return true;
  return false;
}

interface Seen {
  /** Times from the price at the exchange to the sell at the exchange, in ms. */
  exits: number[];
  /** Times from a signal during the trouble to its order at the exchange, in ms. */
  buyMs: number;
  buy: string;
  /** Open alerts of the operators before the trouble ended, and half a minute later. */
  alerts: [number, number];
}

async function watchTrouble(
  world: RealWorld,
  { redis, trouble, url }: { redis: OwnRedis; trouble: Trouble; url: string },
): Promise<Seen> {
  const { fake } = world;
  const sold = (symbol: string) =>
    fake.orders().some(({ side, market }) => side === 'SELL' && market.symbol === symbol);
  await trouble.begin(redis);
  const since = performance.now();
  const exits = FALLS.map(async ({ symbol, to, afterMs }) => {
    await sleep(Math.max(0, since + afterMs - performance.now()));
    const fellAt = performance.now();
    world.setPrice(symbol, to);
    return (await until(() => sold(symbol), GIVE_UP_MS)) ? performance.now() - fellAt : Infinity;
  });
  const buying = (async () => {
    await sleep(BUY_AFTER_MS);
    const before = fake.orders().filter(({ side }) => side === 'BUY').length;
    const sentAt = performance.now();
    await send(url, { id: 'meanwhile', ticker: 'SOLUSDT', action: 'buy' });
    const bought = () => fake.orders().filter(({ side }) => side === 'BUY').length > before;
    return (await until(bought, GIVE_UP_MS)) ? performance.now() - sentAt : Infinity;
  })();
  await sleep(Math.max(0, since + TROUBLE_MS - performance.now()));
  const during = await openAlerts(world);
  await trouble.end(redis);
  const [took, buyMs] = [await Promise.all(exits), await buying];
  await until(async () => (await openAlerts(world)) === 0, 30_000);
  const [job] = await world.db.query<{ told: string }[]>(
    "SELECT CONCAT_WS(' ', status, reason_code) AS told FROM trade_jobs WHERE side = 'BUY' ORDER BY id DESC LIMIT 1",
  );
  return { exits: took, buyMs, buy: job?.told ?? 'no job', alerts: [during, await openAlerts(world)] };
}

async function openAlerts({ db }: RealWorld): Promise<number> {
  const [row] = await db.query<{ n: number }[]>(
    "SELECT COUNT(*) AS n FROM system_alerts WHERE alert_type = 'REDIS_AWAY' AND resolved_at IS NULL",
  );
  return Number(row?.n ?? 0);
}

function told(
  { name, lasts }: Trouble,
  { exits, buyMs, buy, alerts, wrong }: Seen & { wrong: string[] },
): GuaranteeResult[] {
  const what = `roles apart, Redis ${name}`;
  const wanted = [lasts ? 1 : 0, 0];
  return [
    {
      ...{ guarantee: 'R16', what: `${what}: price through a stop to its sell at the exchange` },
      figure: `${exits.map((ms) => `${(ms / 1_000).toFixed(2)} s`).join(', ')}; ${wrong.length} wrong`,
      ...{ target: 'all <= 2 s, 0', holds: most(exits) <= EXIT_LIMIT_MS && wrong.length === 0 },
    },
    {
      ...{ guarantee: 'R16', what: `${what}: a signal to its buy at the exchange` },
      figure: `${seconds([buyMs], 1)} (${buy})`,
      ...{ target: '<= 10 s, FILLED', holds: buyMs <= BUY_LIMIT_MS && buy === 'FILLED' },
    },
    {
      ...{ guarantee: 'R16', what: `${what}: the operators' alert while it lasts, and after` },
      ...{ figure: alerts.join(', '), target: wanted.join(', '), holds: alerts.join() === wanted.join() },
    },
  ];
}
