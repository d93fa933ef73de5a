import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest';
import { expectBalancedBooks, settled } from './testing/books.js';
import type { Program, RoleName } from './testing/program.js';
import { seededRandom } from './testing/random.js';
import { send, type Signal } from './testing/sender.js';
import { ALL_ROLES, createWorld, type World } from './testing/world.js';

const ROUNDS = 12;
const SIGNALS_A_ROUND = 3;
/** A signal's whole way takes about this long; the kill falls somewhere inside. */
const KILL_WITHIN_MS = 80;
const SEED = Number(process.env.E2E_SEED ?? 20);

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const TICKERS = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'];

function makeSignals(random: () => number, name: string, round: number): Signal[] {
  return Array.from({ length: SIGNALS_A_ROUND }, (_, index) => ({
    id: `${name}-${round}-${index}`,
    ticker: TICKERS[Math.floor(random() * TICKERS.length)] ?? 'BTCUSDT',
    action: random() < 0.2 ? 'sell' : 'buy',
  }));
}

/** Kills the process with these roles in every round while signals are on their way, and starts it again. */
async function killRounds(world: World, processes: Map<string, Program>, roles: readonly RoleName[]): Promise<void> {
  const name = roles.join('+');
  const random = seededRandom(SEED + name.length);
  const sent: Signal[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const url = [...processes.values()].find(({ ready }) => ready.url)?.ready.webhookUrl ?? '';
    const signals = makeSignals(random, name, round);
    sent.push(...signals);
    const taken = Promise.all(signals.map((signal) => send(url, signal)));
    await sleep(random() * KILL_WITHIN_MS);
    await processes.get(name)?.kill();
    processes.set(name, await world.start(roles));
    await taken;
  }
  await settled(world.db);
  const url = [...processes.values()].find(({ ready }) => ready.url)?.ready.webhookUrl ?? '';
  const repeats = await Promise.all(sent.map((signal) => send(url, signal)));
  expect(repeats.filter(({ duplicate, status }) => !duplicate || status !== 200)).toEqual([]);
  uids.get(world)?.push(...repeats.map(({ event_uid }) => event_uid));
  await settled(world.db);
  await expectBalancedBooks(world.db, uids.get(world) ?? []);
}

/** What each world was sent so far, by the name the program gave it. */
const uids = new Map<World, string[]>();

describe.each([
  { title: 'roles apart', setup: [['api'], ['executor'], ['monitors']] },
  { title: 'all roles in one process', setup: [ALL_ROLES] },
] as { title: string; setup: RoleName[][] }[])('$title', ({ setup }) => {
  let world: World;
  const processes = new Map<string, Program>();

  beforeAll(async () => {
    world = await createWorld({ forManySignals: true });
    uids.set(world, []);
    await Promise.all(setup.map(async (roles) => processes.set(roles.join('+'), await world.start(roles))));
  });
  afterAll(() => world?.close());

  test.each(setup.map((roles) => ({ name: roles.join('+'), roles })))(
    'the process of $name killed at any moment loses nothing and doubles nothing',
    async ({ roles }) => {
      onTestFailed(
        () => void process.stderr.write(`seed ${SEED}; what the processes said is in ${world.keepLogs()}\n`),
      );
      await killRounds(world, processes, roles);
    },
    120_000,
  );
});
