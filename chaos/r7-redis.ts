import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadServices } from '../e2e/testing/scripts.js';
import { send, type Signal } from '../e2e/testing/sender.js';
import { most, seconds, type GuaranteeResult, type Sizes } from './guarantee.js';
import { createRealWorld, type RealWorld } from './real-world.js';

const AT_ONCE = 8;
/** Together not more than the exchange accepts from one account. */
const PAUSE_MS = 1_200;
const SETTLE_MS = 60_000;

/** R7: Redis is flushed while signals arrive; then it is killed and comes back empty. */
export async function loseRedis({ signals }: Sizes): Promise<GuaranteeResult[]> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'mvcashnode-chaos-'));
  const { startServices } = await loadServices();
  const services = await startServices({ dir, log: () => undefined });
  const given = { database: process.env.DATABASE_URL, redis: process.env.REDIS_URL };
  // The processes of the world use the servers from the environment.
  Object.assign(process.env, { DATABASE_URL: services.databaseUrl, REDIS_URL: services.redisUrl });
  let world: RealWorld | undefined;
  try {
    world = await createRealWorld();
    await world.start(['monitors']);
    await world.start(['executor']);
    const url = (await world.start(['api'])).ready.webhookUrl ?? '';
    const lose = [
      () => flushAll(services.redisUrl),
      async () => {
        await flushAll(services.redisUrl);
        process.kill(pidOf(dir), 'SIGKILL');
      },
    ];
    const uids = await sendAll(url, signals, lose);
    const settledMs = await settle(world);
    const wrong = [...(await world.wrong()), ...(await missing(world, uids))];
    if (wrong.length > 0) process.stderr.write(`${wrong.join('\n')}\nlogs: ${world.keepLogs()}\n`);
    return [
      {
        ...{ guarantee: 'R7', what: 'FLUSHALL, then FLUSHALL and SIGKILL of Redis, while signals come' },
        figure: `${wrong.length} lost or doubled of ${uids.length}, all done ${seconds([settledMs], 1)} after the last signal`,
        ...{ target: '0 of 1,000, <= 30 s', holds: wrong.length === 0 && most([settledMs]) <= 30_000 },
      },
    ];
  } finally {
    await world?.close();
    Object.assign(process.env, { DATABASE_URL: given.database, REDIS_URL: given.redis });
    await services.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Sends two raw Redis commands, so that no client library reacts to the trouble. */
async function flushAll(redisUrl: string): Promise<void> {
  const { hostname, port, password } = new URL(redisUrl);
  const socket = connect(Number(port), hostname);
  socket.write(`${password ? `AUTH ${decodeURIComponent(password)}\r\n` : ''}FLUSHALL\r\nQUIT\r\n`);
  let said = '';
  socket.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  await once(socket, 'close');
  if (said.includes('-')) throw new Error(`Redis did not forget everything: ${said}`);
}

const pidOf = (dir: string): number =>
  (JSON.parse(readFileSync(path.join(dir, 'services.json'), 'utf8')) as { redis: { pid: number } }).redis.pid;

/** Sends all signals, some at a time, with the events spread evenly. */
async function sendAll(url: string, count: number, events: (() => Promise<void>)[]): Promise<string[]> {
  const uids: string[] = [];
  let next = 0;
  const dueAt = events.map((_, index) => Math.floor(((index + 1) * count) / (events.length + 1)));
  const work = async () => {
    for (let n = next++; n < count; n = next++) {
      const due = dueAt.indexOf(n);
      if (due >= 0) await events[due]?.();
      const signal: Signal = { id: `redis-${n}`, ticker: 'BTCUSDT', action: 'buy' };
      uids.push((await send(url, signal)).event_uid);
      await sleep(PAUSE_MS);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return uids;
}

async function settle(world: RealWorld): Promise<number> {
  const since = performance.now();
  while ((await world.open()) > 0 && performance.now() - since < SETTLE_MS) await sleep(100);
  return performance.now() - since;
}

async function missing({ db }: RealWorld, uids: string[]): Promise<string[]> {
  const rows = await db.query<{ event_uid: string; status: string }[]>(
    'SELECT e.event_uid, j.status FROM trade_jobs j JOIN webhook_events e ON e.id = j.webhook_event_id',
  );
  const filled = new Set(rows.flatMap(({ event_uid, status }) => (status === 'FILLED' ? [event_uid] : [])));
  const strange = rows.length === uids.length ? [] : [`${rows.length} jobs of ${uids.length} signals`];
  return [...strange, ...uids.flatMap((uid) => (filled.has(uid) ? [] : [`signal ${uid} was not traded`]))];
}
