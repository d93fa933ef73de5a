import { setTimeout as sleep } from 'node:timers/promises';
import { send } from '../e2e/testing/sender.js';
import { most, seconds, type GuaranteeResult, type Sizes } from './guarantee.js';
import { createRealWorld } from './real-world.js';

const ORDERS = 10;
const GIVE_UP_MS = 60_000;

/** R6: an executor is killed while it sends orders; another executor takes them over. */
export async function resumeAfterKill(_sizes: Sizes): Promise<GuaranteeResult[]> {
  const world = await createRealWorld();
  try {
    await world.start(['monitors']);
    const first = await world.start(['executor']);
    const url = (await world.start(['api'])).ready.webhookUrl ?? '';
    world.fake.faults.during('place', { answer: 'hang' });
    const signals = Array.from({ length: ORDERS }, (_, n) => ({
      id: `resume-${n}`,
      ticker: 'BTCUSDT',
      action: 'buy' as const,
    }));
    await Promise.all(signals.map((signal) => send(url, signal)));
    const until = performance.now() + GIVE_UP_MS;
    while (world.fake.orders().length < ORDERS && performance.now() < until) await sleep(20);
    await world.start(['executor']);
    const since = performance.now();
    await first.kill();
    world.fake.faults.clear();
    while ((await world.open()) > 0 && performance.now() - since < GIVE_UP_MS) await sleep(50);
    const resumedMs = performance.now() - since;
    const wrong = await world.wrong();
    for (const each of wrong) process.stderr.write(`R6 ${each}\n`);
    return [
      {
        ...{ guarantee: 'R6', what: `kill -9 of an executor with ${world.fake.orders().length} orders on their way` },
        figure: `all booked ${seconds([resumedMs], 1)} after it, ${wrong.length} wrong`,
        ...{ target: '<= 15 s', holds: most([resumedMs]) <= 15_000 && wrong.length === 0 },
      },
    ];
  } finally {
    await world.close();
  }
}
