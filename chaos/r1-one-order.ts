import { startChild } from '../bench/child.js';
import type { SeedResult } from '../server/src/testing/simulation/simulate-seed.js';
import { most, p99, seconds, type GuaranteeResult, type Sizes } from './guarantee.js';

const BATCH = 25;
const TELL_EVERY = 500;

/** R1, R4, R10 and R11 in virtual time: seeds in several processes, each with its own database. */
export async function walkSeeds({ seeds, firstSeed, workers }: Sizes): Promise<GuaranteeResult[]> {
  const results: SeedResult[] = [];
  let next = firstSeed;
  let drifts = 0;
  const work = async (): Promise<void> => {
    const child = await startChild('../chaos/seed-worker.ts');
    try {
      while (next < firstSeed + seeds) {
        const from = next;
        const count = Math.min(BATCH, firstSeed + seeds - from);
        next += count;
        results.push(...(await child.ask<SeedResult[]>('walk', { from, count })));
        const done = results.length;
        if (done % TELL_EVERY < BATCH) process.stderr.write(`${done} of ${seeds} seeds\n`);
      }
      drifts += await child.ask<number>('verify');
    } finally {
      await child.ask('drop').catch(() => undefined);
      await child.stop();
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, Math.ceil(seeds / BATCH)) }, work));
  return [...told(results), ledgerRow(drifts)];
}

const ledgerRow = (drifts: number): GuaranteeResult => ({
  ...{ guarantee: 'R10', what: 'balances and positions of all seeds that their history does not rebuild' },
  ...{ figure: String(drifts), target: '0', holds: drifts === 0 },
});

function told(results: readonly SeedResult[]): GuaranteeResult[] {
  const failed = results.filter(({ wrong }) => wrong.length > 0);
  const count = (words: RegExp) => failed.filter(({ wrong }) => wrong.some((each) => words.test(each))).length;
  const sum = (of: 'jobs' | 'orders' | 'deaths') => results.reduce((total, result) => total + result[of], 0);
  for (const { seed, wrong } of failed) process.stderr.write(`seed ${seed}: ${wrong.join('; ')}\n`);
  const replay = failed.map(({ seed }) => `npm run chaos -- --only r1 --seed ${seed}`);
  const healed = results.flatMap(({ healedAfterMs }) => healedAfterMs ?? []);
  const stayed = results.length - healed.length;
  const doubled = count(/orders at the exchange/);
  const told = `${results.length} seeds, ${sum('jobs')} jobs, ${sum('orders')} orders, ${sum('deaths')} deaths`;
  const lost = failed.length - doubled;
  return [
    {
      ...{ guarantee: 'R1', what: 'one order per job over faults x duplicate-id dialects x crashes' },
      figure: `${doubled} duplicate, ${lost} lost or wrong (${told})`,
      ...{ target: '0 in 10,000 seeds', holds: failed.length === 0, replay },
    },
    {
      ...{ guarantee: 'R4', what: 'healed exchange to every fate known, in virtual time' },
      figure: `p99 ${seconds(healed, 0.99)}, most ${seconds(healed, 1)}, never ${stayed}`,
      ...{
        target: 'p99 <= 20 s, all <= 120 s',
        holds: stayed === 0 && p99(healed) <= 20_000 && most(healed) <= 120_000,
      },
    },
    {
      ...{ guarantee: 'R11', what: 'seeds in which more was sold than bought less its fees' },
      ...{ figure: String(count(/^sold/)), target: '0', holds: count(/^sold/) === 0 },
    },
  ];
}
