import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, rm, symlink } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { Batch } from '../../infra/database/database.js';
import { addLiveEvents } from '../../infra/database/live-events.js';
import type { RedisLink } from '../../infra/redis/redis.js';
import { eventually } from '../../testing/eventually.js';
import { makeAccount, makeJob } from '../../testing/make.js';
import { PASSWORD, startTestApi, type TestApi } from '../../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../../testing/services/test-database.js';
import { createTestRedis } from '../../testing/services/test-redis.js';

/** docs/examples/watch.mjs, as an integrator runs it: a file of its own beside a node_modules with its packages. */
const EXAMPLE = path.join(fileURLToPath(new URL('../../../..', import.meta.url)), 'docs/examples/watch.mjs');
const PACKAGES = fileURLToPath(new URL('../../../node_modules', import.meta.url));

let database: TestDatabase;
let redis: RedisLink;
let api: TestApi;
let dir: string;
let proxy: Server;
const sockets = new Set<Socket>();
const children: ChildProcess[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  redis = await createTestRedis();
  api = await startTestApi({ db: database.db, redis });
  dir = await mkdtemp(path.join(os.tmpdir(), 'mvcashnode-example-'));
  await copyFile(EXAMPLE, path.join(dir, 'watch.mjs'));
  await symlink(PACKAGES, path.join(dir, 'node_modules'));
  // Between the example and the API, so that every connection can be cut.
  proxy = createServer((inner) => {
    const outer = connect(Number(new URL(api.url).port), '127.0.0.1');
    for (const socket of [inner, outer]) {
      sockets.add(socket.on('error', () => undefined).on('close', () => sockets.delete(socket)));
    }
    inner.pipe(outer).pipe(inner);
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  proxy.close();
  await api.stop();
  await redis.close();
  await database.drop();
  await rm(dir, { recursive: true });
});

const cut = () => {
  for (const socket of sockets) socket.destroy();
};
/** Starts the example, and collects what it prints. */
function watch(email: string, args: readonly string[] = []) {
  const child = spawn(process.execPath, ['watch.mjs', ...args], {
    cwd: dir,
    env: {
      ...{ PATH: process.env.PATH, MVCASH_EMAIL: email, MVCASH_PASSWORD: PASSWORD },
      MVCASH_URL: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    },
  });
  children.push(child);
  const seen = { jobs: [] as string[], text: '', exit: once(child, 'exit') as Promise<[number | null]> };
  const take = (chunk: Buffer) => {
    seen.text += String(chunk);
    seen.jobs = [...seen.text.matchAll(/^job (\d+) /gm)].flatMap(([, id]) => id ?? []);
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  return seen;
}
/** The sessions of a user are watched from the moment that a socket of theirs is open. */
const untilFollowing = (what: { text: string }, userId: number, tell: () => Promise<unknown>, known: () => number) =>
  eventually(async () => {
    await tell();
    expect(known(), `${what.text} of ${userId}`).toBeGreaterThan(0);
  });

async function trader() {
  const user = await api.newUser();
  const account = await makeAccount(database.db, { user_id: user.id });
  const happen = async (): Promise<string> => {
    const { id } = await makeJob(database.db, { exchange_account_id: account.id });
    const batch = addLiveEvents(new Batch(), user.id, [{ topic: 'JOB', entityId: id }]);
    await database.db.transaction(async (tx) => void (await tx.commit(batch)));
    return String(id);
  };
  return { ...user, account, happen };
}

it('prints each job once and in order, however often its connections are cut', async () => {
  const { id, email, happen } = await trader();
  const seen = watch(email);
  await untilFollowing(seen, id, happen, () => seen.jobs.length);
  const wanted: string[] = [];
  for (let round = 0; round < 4; round++) {
    wanted.push(await happen());
    cut();
    wanted.push(await happen(), await happen());
    await eventually(() => expect(seen.jobs).toContain(wanted.at(-1)));
  }
  expect(new Set(seen.jobs).size).toBe(seen.jobs.length);
  expect(seen.jobs.filter((job) => wanted.includes(job))).toEqual(wanted);
  expect(seen.jobs).toEqual([...seen.jobs].sort((a, b) => Number(a) - Number(b)));
});

it('ends when its session has ended, and says so', async () => {
  const { id, email, happen } = await trader();
  const seen = watch(email);
  await untilFollowing(seen, id, happen, () => seen.jobs.length);
  await database.db.prisma.session.deleteMany({ where: { user_id: id } });
  expect((await seen.exit)[0]).toBe(1);
  expect(seen.text).toMatch(/Unauthorized/);
});
