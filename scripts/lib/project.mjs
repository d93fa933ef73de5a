// Prepares a checkout: packages, generated code, builds. Each step leaves a stamp with the hash
// of its inputs and is skipped while they are unchanged.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './processes.mjs';
import { dim, red, run, step, StepError } from './steps.mjs';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
export const DATA_DIR = path.join(ROOT, '.data');
export const PNPM = 'pnpm@12.21.0';
const NODE_MINIMUM = [20, 19];

const inRoot = (...parts) => path.join(ROOT, ...parts);

export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [wantedMajor, wantedMinor] = NODE_MINIMUM;
  if (major < wantedMajor || (major === wantedMajor && minor < wantedMinor)) {
    throw new StepError(`Node ${NODE_MINIMUM.join('.')} or newer is needed, this is ${process.versions.node}`);
  }
  if (process.platform === 'win32')
    throw new StepError('Windows is not supported: use the Windows Subsystem for Linux');
}

/** Settings of .env in the root folder; variables of the environment win. */
export function readDotEnv() {
  if (existsSync(inRoot('.env'))) process.loadEnvFile(inRoot('.env'));
}

const SKIPPED = new Set(['node_modules', 'dist', '.data', 'generated']);

function* filesOf(name, wanted) {
  const whole = inRoot(name);
  if (!existsSync(whole)) return;
  const entries = readdirSync(whole, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const inner = path.join(name, entry.name);
    if (entry.isDirectory() && !SKIPPED.has(entry.name)) yield* filesOf(inner, wanted);
    else if (entry.isFile() && wanted(inner)) yield inner;
  }
}

/** Hash of names and contents of files and folders of the project. */
function hashOf(names, wanted = (_file) => true) {
  const hash = createHash('sha256');
  for (const name of names) {
    const isFile = /\.[a-z]+$/.test(name);
    for (const file of isFile ? [name] : filesOf(name, wanted)) {
      if (existsSync(inRoot(file)))
        hash
          .update(`${file}\0`)
          .update(readFileSync(inRoot(file)))
          .update('\0');
    }
  }
  return hash.digest('hex');
}

/** Runs the step unless its result exists and its inputs are unchanged. Two programs never run it at the same time. */
async function stamped({ stamp, hash, result, title, log, work }) {
  const isCurrent = () => existsSync(result) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
  if (isCurrent()) return;
  mkdirSync(DATA_DIR, { recursive: true, mode: 0o700 });
  const onWait = () => log(`${title}: another program of this folder is at it, waiting`);
  const once = async () => {
    if (isCurrent()) return;
    rmSync(stamp, { force: true });
    await step(log, title, work);
    mkdirSync(path.dirname(stamp), { recursive: true });
    writeFileSync(stamp, hash);
  };
  await withLock(path.join(DATA_DIR, `${path.basename(stamp)}.lock`), once, { onWait });
}

const stampFile = (name) => path.join(DATA_DIR, 'stamps', name);
const PACKAGE_FILES = [
  'pnpm-lock.yaml',
  'pnpm-workspace.yaml',
  'package.json',
  'server/package.json',
  'web/package.json',
  'bench/package.json',
  'client/package.json',
  'patches',
];

/** Environment in which the tools of a workspace are found by name. */
export const withTools = (workspace, extra = {}) => ({
  ...process.env,
  ...extra,
  PATH: [inRoot(workspace, 'node_modules/.bin'), inRoot('node_modules/.bin'), process.env.PATH].join(path.delimiter),
});

export async function installPackages(log) {
  await stamped({
    // Beside what it stands for: whoever removes node_modules removes it too.
    stamp: inRoot('node_modules/.installed'),
    hash: hashOf(PACKAGE_FILES),
    result: inRoot('server/node_modules'),
    title: 'Installing packages',
    log,
    // CI=true: pnpm asks no questions.
    work: () =>
      run('npx', ['-y', PNPM, 'install', '--frozen-lockfile'], { cwd: ROOT, env: { ...process.env, CI: 'true' } }),
  });
}

export async function generateClient(log) {
  await stamped({
    stamp: stampFile('prisma'),
    hash: hashOf(['prisma/schema.prisma', 'server/prisma.config.ts', 'scripts/prisma-generate.mjs', 'pnpm-lock.yaml']),
    result: inRoot('server/src/generated/prisma/client.ts'),
    title: 'Generating the database client',
    log,
    work: () =>
      run(process.execPath, [inRoot('scripts/prisma-generate.mjs')], {
        cwd: inRoot('server'),
        env: withTools('server'),
      }),
  });
}

const isTest = (file) => /\.test\.tsx?$/.test(file) || file.startsWith('server/src/testing/');

export async function buildServer(log) {
  const made = [
    'server/src',
    'server/tsconfig.json',
    'server/tsconfig.build.json',
    'scripts/lib/bundle-server.mjs',
    'prisma/schema.prisma',
    ...PACKAGE_FILES,
  ];
  await stamped({
    stamp: stampFile('server'),
    hash: hashOf(made, (file) => !isTest(file)),
    result: inRoot('server/dist/main.js'),
    title: 'Building the server',
    log,
    async work() {
      rmSync(inRoot('server/dist'), { recursive: true, force: true });
      await run('tsc', ['-p', 'server/tsconfig.build.json'], { cwd: ROOT, env: withTools('server') });
      await run(process.execPath, [inRoot('scripts/lib/bundle-server.mjs')], { cwd: ROOT });
    },
  });
}

export async function buildWeb(log) {
  if (!existsSync(inRoot('web/index.html'))) {
    log(red('The page is not built: web/index.html does not exist'));
    return;
  }
  const made = ['web', 'schema.graphql', ...PACKAGE_FILES];
  await stamped({
    stamp: stampFile('web'),
    hash: hashOf(made, (file) => !isTest(file)),
    result: inRoot('web/dist/index.html'),
    title: 'Building the page',
    log,
    work: () => run('vite', ['build'], { cwd: inRoot('web'), env: withTools('web', { NODE_ENV: 'production' }) }),
  });
}

/** Installs packages and generates code, which every command needs first. */
export async function prepareProject(log) {
  checkNode();
  await installPackages(log);
  await generateClient(log);
}

/** Shows an error: only the message if the user can fix it, otherwise everything. */
export function tellFault(error, log) {
  const isKnown = error instanceof StepError;
  log(`\n${red(isKnown ? error.message : 'Something unexpected went wrong:')}`);
  if (!isKnown) log(dim(error?.stack ?? String(error)));
}
