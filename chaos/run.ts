// `npm run chaos`: tests each promise of docs/RELIABILITY.md while other parts of the system fail. Prints a
// table, writes it as JSON, and exits with 1 when a promise was broken. --quick uses small sizes; --only r1,r9 selects.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { FULL, printResults, QUICK, type GuaranteeResult, type Sizes } from './guarantee.js';
import { walkSeeds } from './r1-one-order.js';
import { slowEverything } from './r14-slow.js';
import { wrongClocks } from './r15-clocks.js';
import { loseRedisApart } from './r16-redis-away.js';
import { killAtEveryPoint } from './r2-kills.js';
import { ambiguousIsUnknown } from './r3-ambiguous.js';
import { healOverSocket } from './r4-healing.js';
import { reconcileFirst } from './r5-reconcile-first.js';
import { resumeAfterKill } from './r6-resume.js';
import { loseRedis } from './r7-redis.js';
import { checkOrders } from './r9-valid-orders.js';
import { killNotifiers } from './k8-notifications.js';
import { recoverUnderLimits } from './r17-recovery.js';
import { limitsOfMachine } from './r19-machine.js';
import { exitsOfAnOracle } from './r18-oracle.js';

const GUARANTEES: Record<string, (sizes: Sizes) => Promise<GuaranteeResult[]> | GuaranteeResult[]> = {
  r1: walkSeeds,
  r2: killAtEveryPoint,
  r3: ambiguousIsUnknown,
  r4: healOverSocket,
  r5: reconcileFirst,
  r6: resumeAfterKill,
  r7: loseRedis,
  r9: checkOrders,
  r14: slowEverything,
  r15: wrongClocks,
  r16: loseRedisApart,
  r17: recoverUnderLimits,
  r18: exitsOfAnOracle,
  r19: limitsOfMachine,
  k8: killNotifiers,
};

const number = { type: 'string' } as const;
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    /** Runs only this seed. */
    seed: number,
    ...{
      seeds: number,
      workers: number,
      socketJobs: number,
      kills: number,
      liveOrders: number,
      signals: number,
      orders: number,
      replays: number,
    },
  },
});
const sizes: Sizes = { ...(values.quick ? QUICK : FULL) };
for (const name of ['seeds', 'workers', 'socketJobs', 'kills', 'liveOrders', 'signals', 'orders', 'replays'] as const)
  if (values[name] !== undefined) sizes[name] = Number(values[name]);
if (values.seed !== undefined) Object.assign(sizes, { firstSeed: Number(values.seed), seeds: 1, replays: 1 });
const only = values.only?.toLowerCase().split(',') ?? Object.keys(GUARANTEES);

/** A test that throws counts as a broken promise; the other tests still run. */
async function tryToHold(
  name: string,
  hold: (sizes: Sizes) => Promise<GuaranteeResult[]> | GuaranteeResult[],
): Promise<GuaranteeResult[]> {
  try {
    return await hold(sizes);
  } catch (error) {
    const figure = error instanceof Error ? error.message : String(error);
    return [
      { guarantee: name.toUpperCase(), what: 'could not be walked to its end', figure, target: '', holds: false },
    ];
  }
}

const rows: GuaranteeResult[] = [];
for (const name of only) {
  const hold = GUARANTEES[name];
  if (!hold) throw new Error(`no guarantee ${name}; there are ${Object.keys(GUARANTEES).join(', ')}`);
  const since = performance.now();
  rows.push(...(await tryToHold(name, hold)));
  process.stderr.write(`${name}: ${((performance.now() - since) / 1000).toFixed(0)} s\n`);
}
printResults(rows);
const file = path.join('.data', 'chaos', 'latest.json');
await mkdir(path.dirname(file), { recursive: true });
await writeFile(file, `${JSON.stringify({ sizes, rows }, null, 2)}\n`);
process.exitCode = rows.every(({ holds }) => holds) ? 0 : 1;
