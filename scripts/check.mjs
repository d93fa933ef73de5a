// `npm run check`: types, lint, import rules, format, drift of committed generated files, unused code. `--fix` formats
// and writes the generated files instead. Every failed step is listed at the end.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { prepareProject, ROOT, tellFault, withTools } from './lib/project.mjs';
import { capture, green, logLine, red, run, step, StepError } from './lib/steps.mjs';
import { WRITERS } from './lib/table-writers.mjs';

const strange = process.argv.slice(2).filter((argument) => argument !== '--fix');
const fix = process.argv.includes('--fix');
const SCHEMA_PRINTER = 'server/src/api/print-schema.ts';
const REFERENCE_PRINTER = 'server/src/api/reference/print-reference.ts';
const METRICS_PRINTER = 'server/src/system/metrics/print-metrics.ts';

const tool = (workspace, name, ...args) =>
  run(name, args, { cwd: ROOT, env: withTools(workspace, { NO_COLOR: '1' }), lines: 200 });

/** Checks that schema.graphql matches the classes of the server. */
async function schemaDrift() {
  if (!existsSync(path.join(ROOT, SCHEMA_PRINTER))) throw new StepError(`${SCHEMA_PRINTER} does not exist`);
  // The printer is part of the server and its output is the file, so only the schema may go to standard output.
  const printed = await tool('server', 'tsx', '--tsconfig', 'server/tsconfig.json', SCHEMA_PRINTER);
  const file = path.join(ROOT, 'schema.graphql');
  const committed = readFileSync(file, 'utf8');
  if (printed.trim() === committed.trim()) return;
  if (fix) {
    writeFileSync(file, `${printed.trimEnd()}\n`);
    return;
  }
  const lines = new Set(committed.split('\n'));
  const added = printed.split('\n').filter((line) => !lines.has(line));
  const now = new Set(printed.split('\n'));
  const gone = committed.split('\n').filter((line) => !now.has(line));
  const show = (sign, list) => list.slice(0, 20).map((line) => `  ${sign} ${line}`);
  throw new StepError(
    [
      'schema.graphql is not what the server prints (npm run check -- --fix writes it):',
      ...show('+', added),
      ...show('-', gone),
    ].join('\n'),
  );
}

/** Checks that the reference and the error catalogue in docs/api match the code. */
const referenceDrift = () =>
  tool('server', 'tsx', '--tsconfig', 'server/tsconfig.json', REFERENCE_PRINTER, ...(fix ? ['--write'] : []));

/** Checks that no released client breaks, and that docs/api/changelog.md says what changed. */
async function apiGate() {
  const { acceptedOf, apiChangelog, apiChanges, gate, releasesOf } = await import('./lib/api-changes.mjs');
  const current = readFileSync(path.join(ROOT, 'schema.graphql'), 'utf8');
  const [releases, accepted] = [releasesOf(ROOT), acceptedOf(ROOT)];
  const { refused, unused } = gate(await apiChanges(releases.at(-1)?.sdl ?? current, current), accepted);
  const faults = [
    ...refused.map(({ message, why }) => `breaks clients of ${releases.at(-1)?.version}: ${message}. ${why}`),
    ...unused.map(({ message }) => `docs/api/accepted-breaking-changes.json accepts what did not happen: ${message}`),
  ];
  const file = path.join(ROOT, 'docs/api/changelog.md');
  const changelog = await apiChangelog(current, releases, accepted);
  if (fix) writeFileSync(file, changelog);
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== changelog)
    faults.push('docs/api/changelog.md is not current (npm run check -- --fix writes it)');
  if (faults.length > 0) throw new StepError(faults.join('\n'));
}

/** Checks that docs/METRICS.md lists the metrics of the server. */
async function metricsDrift() {
  const printed = await tool('server', 'tsx', '--tsconfig', 'server/tsconfig.json', METRICS_PRINTER);
  const file = path.join(ROOT, 'docs/METRICS.md');
  if (existsSync(file) && printed.trim() === readFileSync(file, 'utf8').trim()) return;
  if (!fix) throw new StepError('docs/METRICS.md is not what the catalogue prints (npm run check -- --fix writes it)');
  writeFileSync(file, `${printed.trimEnd()}\n`);
}

/** Checks that the typed documents of the page and of the client package match schema and operations. */
async function codegenDrift() {
  const args = ['--config', 'codegen.ts', '--errors-only', ...(fix ? [] : ['--check'])];
  const { code, output } = await capture('graphql-codegen', args, {
    cwd: ROOT,
    env: withTools('web', { NO_COLOR: '1' }),
  });
  if (code !== 0)
    throw new StepError(
      `${output.trim()}\nweb/src/gql or client/src is not what codegen makes (npm run check -- --fix writes it)`,
    );
}

/** Checks that SQL is only in stores, and that each table is written by its store. */
async function storeRules() {
  // It reads the sources with TypeScript, which a clean clone has only once its packages are installed.
  const { checkSql } = await import('./lib/sql-rules.mjs');
  const faults = checkSql(ROOT, { writers: WRITERS });
  if (faults.length > 0) throw new StepError(faults.join('\n'));
}

const STEPS = [
  ['types of the server', () => tool('server', 'tsc', '-p', 'server', '--noEmit')],
  ['types of the page', () => tool('web', 'tsc', '-p', 'web', '--noEmit')],
  ['types of the client package', () => tool('server', 'tsc', '-p', 'client', '--noEmit')],
  ['types of the benchmarks', () => tool('server', 'tsc', '-p', 'bench', '--noEmit')],
  ['types of the end-to-end tests', () => tool('server', 'tsc', '-p', 'e2e', '--noEmit')],
  ['types of the reliability suite', () => tool('server', 'tsc', '-p', 'chaos', '--noEmit')],
  ['types of the scripts', () => tool('server', 'tsc', '-p', 'scripts')],
  ['lint', () => tool('server', 'oxlint', '--deny-warnings')],
  [
    'promises and switches',
    () => tool('server', 'oxlint', '--type-aware', '-c', '.oxlintrc.types.json', '--deny-warnings'),
  ],
  [
    'import rules',
    () =>
      tool(
        'server',
        'depcruise',
        '--config',
        '.dependency-cruiser.mjs',
        'server/src',
        'web/src',
        'client/src',
        'bench',
        'e2e',
        'chaos',
      ),
  ],
  ['stores', storeRules],
  ['format', () => tool('server', 'prettier', fix ? '--write' : '--check', '--log-level=warn', '.')],
  ['schema.graphql', schemaDrift],
  ['generated documents', codegenDrift],
  ['reference', referenceDrift],
  ['changes of the API', apiGate],
  ['docs/METRICS.md', metricsDrift],
  ['unused code', () => tool('server', 'knip', '--no-progress')],
  ['code that only tests use', () => tool('server', 'knip', '--no-progress', '-c', 'knip.production.json')],
];

async function main() {
  if (strange.length > 0) throw new StepError(`Unknown flag: ${strange.join(', ')} (only --fix)`);
  await prepareProject(logLine);
  // Each is written from the one before it.
  if (fix) for (const write of [schemaDrift, referenceDrift, codegenDrift]) await write().catch(() => undefined);
  const failed = [];
  const queue = [...STEPS];
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [title, work] = next;
      // The output of a tool comes below the line of its step.
      const error = await step(logLine, title, work).then(
        () => undefined,
        (reason) => reason,
      );
      if (!error) continue;
      failed.push(title);
      tellFault(error, logLine);
    }
  };
  await Promise.all(Array.from({ length: Math.min(4, Math.max(2, os.availableParallelism())) }, worker));
  logLine(failed.length === 0 ? green('\nEverything holds') : red(`\nFailed: ${failed.join(', ')}`));
  return failed.length === 0 ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error) => {
    tellFault(error, logLine);
    process.exit(1);
  },
);
