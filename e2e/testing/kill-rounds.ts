import { afterAll, beforeAll, expect, it, onTestFailed } from 'vitest';
import { expectBalancedBooks, settled } from './books.js';
import type { Program, RoleName } from './program.js';
import { seededRandom } from '../../server/src/testing/seeded-random.js';
import { send, type Receipt, type Signal } from './sender.js';
import { createWorld, type World } from './world.js';

const ROUNDS = 6;
const SIGNALS_A_ROUND = 3;
/** A signal needs about this long from POST to booking; the kill happens at a random moment within it. */
const KILL_WITHIN_MS = 80;
/** Set E2E_SEED to repeat the kill times of a failed run. */
const SEED = Number(process.env.E2E_SEED ?? 20);
const TICKERS = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'];

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const makeSignals = (random: () => number, name: string, round: number): Signal[] =>
  Array.from({ length: SIGNALS_A_ROUND }, (_, index) => ({
    id: `${name}-${round}-${index}`,
    ticker: TICKERS[Math.floor(random() * TICKERS.length)] ?? 'BTCUSDT',
    action: random() < 0.2 ? 'sell' : 'buy',
  }));

/**
 * Starts the program as these processes. For each process it adds a test that kills it again and again while
 * signals are being processed, restarts it, and compares the books with everything that was sent.
 */
export function testKillsOf(setup: readonly (readonly RoleName[])[]): void {
  const processes = new Map<string, Program>();
  /** Also those of an attempt that failed, because a retry goes on with the same books. */
  const sent: Signal[] = [];
  let attempts = 0;
  let world: World;

  beforeAll(async () => {
    world = await createWorld({ forManySignals: true });
    await Promise.all(setup.map(async (roles) => processes.set(roles.join('+'), await world.start(roles))));
  });
  afterAll(() => world?.close());

  const webhookUrl = () => [...processes.values()].find(({ ready }) => ready.url)?.ready.webhookUrl ?? '';
  const sendAll = (signals: readonly Signal[]): Promise<Receipt[]> =>
    Promise.all(signals.map((signal) => send(webhookUrl(), signal)));

  it.each(setup.map((roles) => ({ name: roles.join('+'), roles })))(
    'the process of $name killed at any moment loses nothing and doubles nothing',
    async ({ name, roles }) => {
      onTestFailed(
        () => void process.stderr.write(`seed ${SEED}; what the processes said is in ${world.keepLogs()}\n`),
      );
      const random = seededRandom(SEED + name.length);
      const prefix = `${name}-${++attempts}`;
      for (let round = 0; round < ROUNDS; round++) {
        const signals = makeSignals(random, prefix, round);
        sent.push(...signals);
        const taken = sendAll(signals);
        await sleep(random() * KILL_WITHIN_MS);
        await processes.get(name)?.kill();
        processes.set(name, await world.start(roles));
        await taken;
      }
      await settled(world.db);
      const repeats = await sendAll(sent);
      expect(repeats.filter(({ duplicate, status }) => !duplicate || status !== 200)).toEqual([]);
      await settled(world.db);
      await expectBalancedBooks(
        world.db,
        repeats.map(({ event_uid }) => event_uid),
      );
    },
    240_000,
  );
}
