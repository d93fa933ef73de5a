// `npm test`: prepares everything the tests need and runs them. Arguments are passed to vitest (`npm test -- env.test`).
// The last line is always `N passed, N failed`. Before it, each test that passed only after a retry is
// listed with FLAKY.
import { spawn } from 'node:child_process';
import { accessSync, constants, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import path from 'node:path';
import { childEnd, stopSignal } from './lib/lifetime.mjs';
import { buildServer, buildWeb, DATA_DIR, prepareProject, ROOT, tellFault, withTools } from './lib/project.mjs';
import { logLine, StepError } from './lib/steps.mjs';
import { findChromium, findRedisServer, installTools } from './lib/tools.mjs';
import { discardServices, startServices } from './services.mjs';

const FOLDER_PREFIX = 'mvcashnode-test-';
const MEMORY = '/dev/shm';
const TMPFS = 0x01021994;
/** The data of a whole run takes about 300 MB. */
const MEMORY_BYTES_MIN = 2_000_000_000;

/**
 * The data folder of the services: in memory if there is space, because the tests create some hundred
 * databases with 44 tables each, which takes seconds each on a disk.
 */
function scratchFolder() {
  try {
    const { type, bavail, bsize } = statfsSync(MEMORY);
    accessSync(MEMORY, constants.W_OK);
    if (type === TMPFS && bavail * bsize >= MEMORY_BYTES_MIN) return MEMORY;
  } catch {
    // There is no such folder, or we may not use it.
  }
  return DATA_DIR;
}

/** Stops the services of killed runs and removes their folders. */
async function sweep(scratch) {
  mkdirSync(DATA_DIR, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(scratch)) {
    // A folder that cannot be read belongs to another user.
    if (name.startsWith(FOLDER_PREFIX)) await discardServices(path.join(scratch, name)).catch(() => undefined);
  }
}

async function chromium() {
  const found = findChromium();
  if (found) return found;
  await installTools(['chromium'], logLine);
  const installed = findChromium();
  if (!installed) throw new StepError('Chromium was installed but is not found; set CHROMIUM_PATH');
  return installed;
}

/** Some tests start and kill their own Redis, even if the other tests use a given one. */
async function redisServer() {
  const found = await findRedisServer();
  if (found) return found;
  await installTools(['redis'], logLine);
  const installed = await findRedisServer();
  if (!installed) throw new StepError('A Redis server was installed but is not found');
  return installed;
}

/**
 * Reads vitest's JSON report. A file that could not be loaded, an error outside every test and a run that left no
 * report are failures although no test failed.
 */
function count(reportFile, code) {
  let report;
  try {
    report = JSON.parse(readFileSync(reportFile, 'utf8'));
  } catch {
    return { passed: 0, failed: 1 };
  }
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  const failed = report.numFailedTests + unloaded.length;
  return { passed: report.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed };
}

async function runTests(services, folder, stop) {
  const reportFile = path.join(folder, 'report.json');
  const args = ['run', '--config', 'vitest.workspace.ts'];
  const flaky = path.join(ROOT, 'scripts/lib/flaky-reporter.mjs');
  const reporters = [
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`],
    `--reporter=${flaky}`,
  ];
  const redis = await redisServer();
  const child = spawn('vitest', [...args, ...reporters, ...process.argv.slice(2)], {
    cwd: ROOT,
    env: withTools('server', {
      NODE_ENV: 'test',
      DATABASE_URL: services.databaseUrl,
      REDIS_URL: services.redisUrl,
      CHROMIUM_PATH: await chromium(),
      REDIS_SERVER_PATH: redis.file,
      REDIS_SERVER_NAME: redis.argv0,
    }),
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const code = await childEnd(child, stop);
  const counted = count(reportFile, code);
  return stop.aborted ? { ...counted, failed: Math.max(counted.failed, 1) } : counted;
}

async function main() {
  const stop = stopSignal();
  const scratch = scratchFolder();
  const folder = path.join(scratch, `${FOLDER_PREFIX}${process.pid}`);
  await prepareProject(logLine);
  await Promise.all([buildServer(logLine), buildWeb(logLine)]);
  await sweep(scratch);
  const services = await startServices({
    dir: folder,
    databaseUrl: process.env.DATABASE_URL,
    redisUrl: process.env.REDIS_URL,
    throwaway: true,
    log: logLine,
    signal: stop,
  });
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return await runTests(services, folder, stop);
  } finally {
    await services.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const { passed, failed } = await main().catch((error) => {
  tellFault(error, logLine);
  return { passed: 0, failed: 1 };
});
process.stdout.write(`${passed} passed, ${failed} failed\n`, () => process.exit(failed === 0 ? 0 : 1));
