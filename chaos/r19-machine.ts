import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadServices } from '../e2e/testing/scripts.js';
import { post, send, type Signal } from '../e2e/testing/sender.js';
import type { Program } from '../e2e/testing/program.js';
import { openServer } from '../server/src/backup/backup.store.js';
import type { GuaranteeResult } from './guarantee.js';
import { createRealWorld, type RealWorld } from './real-world.js';
import { startSwitchProxy } from './switch-proxy.js';

/** The stop of each position: 5 %. */
const FALLS = [
  { symbol: 'BTC/USDT', ticker: 'BTCUSDT', to: '90000' },
  { symbol: 'ETH/USDT', ticker: 'ETHUSDT', to: '3600' },
] as const;
const SIGNAL_EVERY_MS = 250;
const TROUBLE_MS = 15_000;
const FROZEN_MS = 40_000;
const GIVE_UP_MS = 90_000;
/** From the end of a trouble to the sell of a stop that was reached during it. */
const EXIT_LIMIT_MS = 10_000;
const DISK_MB = 320;
const CUTS = 6;

/** R19: the limits of a machine, each while signals arrive and stops are reached. */
export async function limitsOfMachine(): Promise<GuaranteeResult[]> {
  const rows: GuaranteeResult[] = [];
  for (const each of [fullDisk, noConnections, failover, frozenProcess]) {
    const found = await each();
    for (const { what, figure } of found) process.stderr.write(`${what}: ${figure}\n`);
    rows.push(...found);
  }
  return rows;
}

async function until(isSo: () => Promise<boolean> | boolean, limitMs: number): Promise<boolean> {
  for (const give = performance.now() + limitMs; performance.now() < give; await sleep(20))
    if (await isSo()) return true;
  return false;
}

const sold = ({ fake }: RealWorld, symbol: string): number =>
  fake.orders().filter(({ side, market }) => side === 'SELL' && market.symbol === symbol).length;

/** One API, and two processes that trade and watch; a position with a stop of 5 % in each market of `FALLS`. */
async function open(world: RealWorld): Promise<{ url: string; traders: Program[] }> {
  await world.db.query('UPDATE trade_parameters SET default_sl_enabled = 1, default_sl_pct = 5');
  const traders = [await world.start(['executor', 'monitors']), await world.start(['executor', 'monitors'])];
  const url = (await world.start(['api'])).ready.webhookUrl ?? '';
  await Promise.all(FALLS.map(({ ticker }) => send(url, { id: `open-${ticker}`, ticker, action: 'buy' })));
  const isOpen = () =>
    world.fake.orders().filter(({ side, status }) => side === 'BUY' && status === 'FILLED').length === FALLS.length;
  if (!(await until(async () => isOpen() && (await world.open()) === 0, GIVE_UP_MS)))
    throw new Error('the positions were not opened');
  await world.db.query('UPDATE trade_parameters SET default_sl_enabled = 0');
  return { url, traders };
}

interface Sent {
  accepted: string[];
  /** Signals without 2xx, with what came instead. */
  refused: { signal: Signal; how: string }[];
}

/** Sends each signal once, until `isOver`. */
async function stream(url: string, prefix: string, isOver: () => boolean): Promise<Sent> {
  const sent: Sent = { accepted: [], refused: [] };
  const sending: Promise<void>[] = [];
  for (let n = 0; !isOver(); n++) {
    const signal: Signal = { id: `${prefix}-${n}`, ticker: 'SOLUSDT', action: 'buy' };
    const one = post(url, signal).then(
      ({ status, event_uid }) =>
        void (status < 300 ? sent.accepted.push(event_uid) : sent.refused.push({ signal, how: String(status) })),
      (error: unknown) => void sent.refused.push({ signal, how: (error as Error).name }),
    );
    sending.push(one);
    await sleep(SIGNAL_EVERY_MS);
  }
  await Promise.all(sending);
  return sent;
}

/** Sends again what was refused, as a person would, and compares the books with everything. */
async function settle(world: RealWorld, url: string, { accepted, refused }: Sent): Promise<string[]> {
  const late: string[] = [];
  for (const { signal } of refused) late.push((await send(url, signal)).event_uid);
  await until(async () => (await world.open()) === 0, GIVE_UP_MS);
  // A buy that could not be sent within its seconds ends as FAILED, with its reason: no order, and nobody in the dark.
  const rows = await world.db.query<{ uid: string; n: number; reason: string | null }[]>(
    `SELECT e.event_uid AS uid, COUNT(x.id) AS n, MAX(j.reason_code) AS reason
       FROM webhook_events e LEFT JOIN trade_jobs j ON j.webhook_event_id = e.id
       LEFT JOIN trade_executions x ON x.trade_job_id = j.id AND x.executed_qty > 0 GROUP BY e.event_uid`,
  );
  const reasons = rows.flatMap(({ n, reason }) => (Number(n) === 0 && reason !== null ? [reason] : []));
  if (reasons.length > 0) process.stderr.write(`not bought, with the reason: ${reasons.join(', ')}\n`);
  const found = new Map(rows.map(({ uid, n, reason }) => [uid, { orders: Number(n), reason }]));
  const wrong = await world.wrong();
  for (const uid of new Set([...accepted, ...late])) {
    const one = found.get(uid);
    if (!one) wrong.push(`${uid} was accepted and is not there`);
    else if (one.orders > 1 || (one.orders === 0 && one.reason === null)) wrong.push(`${uid} has ${one.orders} orders`);
  }
  if (wrong.length > 0) process.stderr.write(`${wrong.slice(0, 20).join('\n')}\nlogs: ${world.keepLogs()}\n`);
  return wrong;
}

interface Walked {
  sent: Sent;
  /** From the price at the stop to its sell, and from the end of the trouble, in ms. */
  exits: number[];
  wrong: string[];
}

/** Lets a trouble begin, lets the prices fall, ends it, and settles. */
async function walk(
  world: RealWorld,
  url: string,
  { name, begin, end, lastsMs }: { name: string; begin(): unknown; end(): unknown; lastsMs: number },
): Promise<Walked> {
  let isOver = false;
  const streaming = stream(url, name, () => isOver);
  await sleep(2_000);
  await begin();
  const since = performance.now();
  await sleep(lastsMs / 3);
  for (const { symbol, to } of FALLS) world.setPrice(symbol, to);
  const fellAt = performance.now();
  const exits = Promise.all(
    FALLS.map(async ({ symbol }) =>
      (await until(() => sold(world, symbol) > 0, GIVE_UP_MS)) ? performance.now() : Infinity,
    ),
  );
  await sleep(Math.max(0, since + lastsMs - performance.now()));
  await end();
  const endedAt = performance.now();
  const soldAt = await exits;
  await sleep(2_000);
  isOver = true;
  const sent = await streaming;
  const wrong = await settle(world, url, sent);
  const doubled = FALLS.filter(({ symbol }) => sold(world, symbol) !== 1).map(
    ({ symbol }) => `${symbol} was sold ${sold(world, symbol)} times`,
  );
  const isFrozenCopy = lastsMs === FROZEN_MS;
  return {
    sent,
    exits: soldAt.map((at) => Math.max(0, at - (isFrozenCopy ? fellAt : endedAt))),
    wrong: [...wrong, ...doubled],
  };
}

function told(what: string, { sent, exits, wrong }: Walked, after: string): GuaranteeResult[] {
  const how = [...new Set(sent.refused.map(({ how: each }) => each))].join(', ');
  return [
    {
      ...{ guarantee: 'R19', what: `${what}: signals` },
      figure: `${sent.accepted.length} accepted, ${sent.refused.length} refused (${how}) and sent again, ${wrong.length} wrong`,
      ...{ target: '0 wrong', holds: wrong.length === 0 },
    },
    {
      ...{ guarantee: 'R19', what: `${what}: ${after} to the sell of a stop` },
      figure: exits.map((ms) => `${(ms / 1_000).toFixed(1)} s`).join(', '),
      ...{ target: 'all <= 10 s, one sell each', holds: exits.every((ms) => ms <= EXIT_LIMIT_MS) },
    },
  ];
}

/** A database server of its own below `dir`, for all processes of a world. */
async function withOwnDatabase<T>(dir: string, work: () => Promise<T>): Promise<T> {
  const { startServices } = await loadServices();
  const given = process.env.DATABASE_URL;
  const { REDIS_URL: redisUrl } = process.env;
  const services = await startServices({ dir, ...(redisUrl && { redisUrl }), log: () => undefined });
  process.env.DATABASE_URL = services.databaseUrl;
  try {
    return await work();
  } finally {
    process.env.DATABASE_URL = given ?? '';
    await services.stop();
  }
}

async function withWorld<T>(
  work: (world: RealWorld) => Promise<T>,
  env?: (url: string) => Record<string, string>,
): Promise<T> {
  const world = await createRealWorld(env && { env });
  try {
    return await work(world);
  } finally {
    await world.close();
  }
}

/** Writes until no byte is left. */
function fill(file: string): void {
  const handle = openSync(file, 'w');
  try {
    for (let bytes = 1_048_576; bytes >= 1; bytes = Math.floor(bytes / 2)) {
      const chunk = Buffer.alloc(bytes);
      try {
        for (;;) writeSync(handle, chunk);
      } catch (error) {
        if ((error as { code?: string }).code !== 'ENOSPC') throw error;
      }
    }
  } finally {
    closeSync(handle);
  }
}

async function fullDisk(): Promise<GuaranteeResult[]> {
  const what = 'the disk of the database is full for 15 s';
  const dir = mkdtempSync(path.join(os.tmpdir(), 'mvcashnode-disk-'));
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'tmpfs', dir]).status === 0;
  if (!isMounted)
    return [
      {
        guarantee: 'R19',
        what: `SKIPPED: ${what} (only root may mount a small disk)`,
        figure: 'not tried',
        target: '',
        holds: true,
      },
    ];
  const filler = path.join(dir, 'filler');
  try {
    return await withOwnDatabase(dir, () =>
      withWorld(async (world) => {
        const { url } = await open(world);
        const trouble = { name: 'disk', begin: () => fill(filler), end: () => rmSync(filler), lastsMs: TROUBLE_MS };
        return told(what, await walk(world, url, trouble), 'from the room that was made');
      }),
    );
  } finally {
    spawnSync('umount', ['-l', dir]);
    rmSync(dir, { recursive: true, force: true });
  }
}

async function noConnections(): Promise<GuaranteeResult[]> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'mvcashnode-connections-'));
  const taken: Awaited<ReturnType<typeof openServer>>[] = [];
  let isTaking = true;
  /** Others take every free connection, and ours are ended, so that none can be opened again. */
  const begin = async () => {
    const take = async () => {
      for (;;) taken.push(await openServer(process.env.DATABASE_URL ?? ''));
    };
    await take().catch(() => undefined);
    const own = new Set(taken.map(({ threadId }) => threadId));
    const all = await taken[0]?.query<{ id: number }[]>('SELECT ID AS id FROM information_schema.PROCESSLIST');
    for (const { id } of all ?? [])
      if (!own.has(Number(id))) await taken[0]?.query(`KILL ${id}`).catch(() => undefined);
    void (async () => {
      for (; isTaking; await sleep(20)) await take().catch(() => undefined);
    })();
  };
  const end = () => {
    isTaking = false;
    for (const connection of taken) connection.destroy();
  };
  try {
    return await withOwnDatabase(dir, () =>
      withWorld(async (world) => {
        const { url } = await open(world);
        const walked = await walk(world, url, { name: 'connections', begin, end, lastsMs: TROUBLE_MS });
        return told('others hold every connection of the database for 15 s', walked, 'from the end of it');
      }),
    );
  } finally {
    end();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The address of the database moves to another server, six times, each in the middle of everything. */
async function failover(): Promise<GuaranteeResult[]> {
  const proxy = await startSwitchProxy(new URL(process.env.DATABASE_URL ?? ''));
  const behind = (databaseUrl: string): Record<string, string> => {
    const url = new URL(databaseUrl);
    Object.assign(url, { hostname: '127.0.0.1', port: String(proxy.port) });
    return { DATABASE_URL: url.href };
  };
  try {
    return await withWorld(async (world) => {
      const { url } = await open(world);
      const cutting = async () => {
        for (let n = 0; n < CUTS; n++) {
          proxy.down();
          await sleep(1_000);
          proxy.up();
          await sleep(500 + n * 137);
        }
        proxy.down();
      };
      const trouble = { name: 'failover', begin: () => void cutting(), end: () => proxy.up(), lastsMs: TROUBLE_MS };
      return told('the database fails over six times', await walk(world, url, trouble), 'from the last one');
    }, behind);
  } finally {
    proxy.close();
  }
}

/** The process that leads the prices is stopped for 40 s in the middle of orders, and goes on with what it knew. */
async function frozenProcess(): Promise<GuaranteeResult[]> {
  return withWorld(async (world) => {
    const { url, traders } = await open(world);
    const leads = ({ logs }: Program) =>
      logs.findLast((line) => line.includes('"venue":"BINANCE_SPOT"'))?.includes('"leader":true');
    const frozen = traders.find(leads) ?? traders[0];
    if (!frozen) throw new Error('no process trades');
    const trouble = {
      name: 'frozen',
      begin: () => process.kill(frozen.pid, 'SIGSTOP'),
      end: () => process.kill(frozen.pid, 'SIGCONT'),
      lastsMs: FROZEN_MS,
    };
    try {
      return told('a process is stopped for 40 s and goes on', await walk(world, url, trouble), 'from the price');
    } finally {
      process.kill(frozen.pid, 'SIGCONT');
    }
  });
}
