import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFailed } from 'vitest';
import { eventually } from '../server/src/testing/eventually.js';
import { expectBalancedBooks, settled } from './testing/books.js';
import type { Program } from './testing/program.js';
import { loadServices, type PrivateServices } from './testing/scripts.js';
import { send, type Signal } from './testing/sender.js';
import { createWorld, type World } from './testing/world.js';

const SIGNALS = 16;
/** The server is killed after this many accepted signals. */
const KILL_AFTER = 6;

const dir = mkdtempSync(path.join(os.tmpdir(), 'mvcashnode-e2e-services-'));
let services: PrivateServices;
let world: World;
let program: Program;
const uids: string[] = [];

// This file starts its own servers, because it kills them. Each test file has its own environment.
beforeAll(async () => {
  const { startServices } = await loadServices();
  services = await startServices({ dir, log: () => undefined });
  process.env.DATABASE_URL = services.databaseUrl;
  process.env.REDIS_URL = services.redisUrl;
  world = await createWorld({ forManySignals: true });
  await world.start(['executor', 'monitors']);
  program = await world.start(['api']);
});

afterAll(async () => {
  await world?.close();
  await services?.stop();
  rmSync(dir, { recursive: true, force: true });
});

type Service = 'redis' | 'mysql';

const readPid = (service: Service): number => {
  const state = JSON.parse(readFileSync(path.join(dir, 'services.json'), 'utf8')) as Record<Service, { pid: number }>;
  return state[service].pid;
};

it.each(['redis', 'mysql'] as const)(
  '%s killed while signals are on their way comes back and nothing is lost or doubled',
  async (service) => {
    onTestFailed(() => void process.stderr.write(`what the processes said is in ${world.keepLogs()}\n`));
    const url = program.ready.webhookUrl ?? '';
    const signals = Array.from({ length: SIGNALS }, (_, index): Signal => ({
      ...{ id: `${service}-${index}`, ticker: 'ETHUSDT', action: 'buy' },
    }));
    let taken = 0;
    const sending = Promise.all(
      signals.map(async (signal, index) => {
        await eventually(() => expect(taken).toBeGreaterThanOrEqual(index - 2), 60_000);
        uids.push((await send(url, signal)).event_uid);
        taken += 1;
      }),
    );
    await eventually(() => expect(taken).toBeGreaterThanOrEqual(KILL_AFTER), 60_000);
    const pid = readPid(service);
    process.kill(pid, 'SIGKILL');
    await sending;
    // The program that started the servers restarts the killed one on the same port.
    await eventually(() => expect(readPid(service)).not.toBe(pid), 60_000);
    await eventually(() => settled(world.db), 60_000);
    const repeats = await Promise.all(signals.map((signal) => send(url, signal)));
    expect(repeats.filter(({ duplicate }) => !duplicate)).toEqual([]);
    await expectBalancedBooks(world.db, uids);
  },
  150_000,
);
