// `npm run bench`: the measured figures next to the physical limits of the same run, as a table and as JSON. Names
// select parts (`npm run bench -- p1 p8`); --quick uses small sizes.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { measurePipeline } from './p1-signal-latency.js';
import { measureAnswers } from './p2-answers.js';
import { measureSustained, measureSustainedWithExits } from './p3-sustained.js';
import { measureTriggers } from './p4-triggers.js';
import { measureFanOut } from './p5-fan-out.js';
import { measurePositions } from './p6-positions.js';
import { measureGrowth } from './p7-growth.js';
import { measureProcesses } from './p8-processes.js';
import { measureColdStart } from './p9-cold-start.js';
import { measureFloods } from './p11-floods.js';
import { measureExport } from './p12-export.js';
import { withBench } from './prepare.js';
import { printTable, type Row } from './table.js';

interface Part {
  what: string;
  measure(quick: boolean): Promise<Row[]>;
}

const PARTS: Record<string, Part> = {
  p1: {
    what: 'a signal to its order and its booking, at 100/s, over a bare port and over ccxt with REAL accounts',
    measure: (quick) => measurePipeline(quick ? { rounds: 1, seconds: 4 } : { rounds: 3, seconds: 8 }),
  },
  p2: { what: 'a signal to its answer; 1,000 accounts', measure: () => withBench('stub', measureAnswers) },
  p3: {
    what: '400 signals/s sustained and bursts of 100, over a bare port',
    measure: (quick) => measureSustained('stub', { seconds: quick ? 8 : 60 }),
  },
  'p3-ccxt': {
    what: 'the same over ccxt with REAL accounts',
    measure: (quick) => measureSustained('ccxt', { seconds: quick ? 8 : 60 }),
  },
  'p3-exits': {
    what: '400 signals/s while exits of 10,000 positions fire',
    measure: (quick) => measureSustainedWithExits({ seconds: quick ? 8 : 30 }),
  },
  p4: {
    what: 'what a tick costs, and a tick to its exit order',
    measure: (quick) => measureTriggers({ exits: quick ? 200 : 600 }),
  },
  p5: {
    what: 'one event to many websocket subscribers',
    measure: (quick) => measureFanOut({ sockets: quick ? 500 : 5_000 }),
  },
  p6: {
    what: 'a page of fifty positions, next to Apollo and type-graphql as usually wired',
    measure: (quick) => measurePositions({ rounds: quick ? 3 : 11 }),
  },
  p7: {
    what: 'lists and the dashboard with 1,000 and with 1,000,000 rows, for the tenant and a neighbour',
    measure: (quick) => measureGrowth(quick ? { rows: 50_000, rounds: 15 } : { rows: 1_000_000, rounds: 41 }),
  },
  p8: {
    what: 'one and two executors and API processes, over ccxt with REAL accounts',
    measure: (quick) => measureProcesses(quick ? { rounds: 1, signals: 600 } : { rounds: 2, signals: 1_500 }),
  },
  p11: {
    what: 'signals and exits while strangers and a user flood GraphQL',
    measure: (quick) => measureFloods({ seconds: quick ? 4 : 12, restSeconds: quick ? 20 : 60 }),
  },
  p9: { what: 'npm start to a page', measure: () => measureColdStart() },
  p12: {
    what: 'an export of a million rows: memory, and signals meanwhile',
    measure: (quick) => withBench('stub', (bench) => measureExport(bench, { count: quick ? 100_000 : 1_000_000 })),
  },
};

const FILE = path.join('.data', 'bench', 'latest.json');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false } },
});
const names = positionals.length > 0 ? positionals.map((name) => name.toLowerCase()) : Object.keys(PARTS);
const unknown = names.filter((name) => !PARTS[name]);
process.stderr.write(
  `npm run bench -- [--quick] [part …]\n${Object.entries(PARTS)
    .map(([name, { what }]) => `  ${name.padEnd(9)} ${what}${names.includes(name) ? '' : ' (not now)'}\n`)
    .join('')}`,
);
if (unknown.length > 0) {
  process.stderr.write(`There is no part ${unknown.join(', ')}.\n`);
  process.exit(2);
}

/** A part that throws counts as a miss; the other parts are still measured. */
async function tryPart(name: string, { measure }: Part): Promise<Row[]> {
  try {
    return await measure(values.quick);
  } catch (error) {
    process.stderr.write(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    const measured = error instanceof Error ? error.message : String(error);
    const what = 'could not be measured to its end';
    return [{ goal: name.toUpperCase(), what, measured, target: '', holds: false }];
  }
}

const begun = performance.now();
const rows: Row[] = [];
const seconds: Record<string, number> = {};
for (const name of names) {
  const since = performance.now();
  rows.push(...(await tryPart(name, PARTS[name] as Part)));
  seconds[name] = Math.round((performance.now() - since) / 1_000);
  process.stderr.write(`${name}: ${seconds[name]} s\n`);
}
printTable(rows);
await mkdir(path.dirname(FILE), { recursive: true });
await writeFile(FILE, `${JSON.stringify({ quick: values.quick, seconds, rows }, null, 2)}\n`);
process.stderr.write(`${((performance.now() - begun) / 1_000).toFixed(0)} s in all; written to ${FILE}\n`);
