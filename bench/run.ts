// `npm run bench`: prints the table of targets.md's P1, P2, P3, P4 and P9 with every figure beside the floor measured in
// the same run, and writes it as JSON. `--quick` shortens the long parts; `--only p1,p9` picks.
import { mkdir, writeFile } from 'node:fs/promises';
import { measureColdStart } from './p9-cold-start.js';
import { prepareBench } from './prepare.js';
import { measureRoad } from './p1-road.js';
import { measureAnswers } from './p2-answers.js';
import { measureSustained } from './p3-sustained.js';
import { measureTriggers } from './p4-triggers.js';
import { printTable, type Row } from './table.js';

const args = process.argv.slice(2);
const quick = args.includes('--quick');
const onlyAt = args.indexOf('--only');
const only = onlyAt >= 0 ? new Set((args[onlyAt + 1] ?? '').split(',')) : undefined;
const wanted = (name: string) => !only || only.has(name);

const rows: Row[] = [];
const bench = await prepareBench();
try {
  if (wanted('p1')) rows.push(...(await measureRoad(bench, { rounds: quick ? 1 : 3, seconds: quick ? 4 : 8 })));
  if (wanted('p2')) rows.push(...(await measureAnswers(bench)));
  if (wanted('p3')) rows.push(...(await measureSustained(bench, { seconds: quick ? 10 : 60 })));
  if (wanted('p4')) rows.push(...(await measureTriggers(bench, { exits: quick ? 200 : 600 })));
} finally {
  await bench.close();
}
if (wanted('p9')) rows.push(...(await measureColdStart()));
printTable(rows);
await mkdir('.data/bench', { recursive: true });
await writeFile('.data/bench/latest.json', `${JSON.stringify(rows, null, 2)}\n`);
