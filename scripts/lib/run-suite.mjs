// Runs the benchmarks or the reliability suite with separate services.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { childEnd, stopSignal } from './lifetime.mjs';
import { buildServer, buildWeb, DATA_DIR, prepareProject, ROOT, tellFault, withTools } from './project.mjs';
import { logLine } from './steps.mjs';
import { findRedisServer } from './tools.mjs';
import { startServices } from '../services.mjs';

/**
 * Runs `<name>/run.ts` with the arguments of this process, and exits with its result.
 * @param {'bench' | 'chaos'} name
 */
export function runSuite(name) {
  runWithServices(name).then(
    (code) => process.exit(code),
    (error) => {
      tellFault(error, logLine);
      process.exit(1);
    },
  );
}

async function runWithServices(name) {
  const stop = stopSignal();
  const dir = path.join(DATA_DIR, `${name}-${process.pid}`);
  await prepareProject(logLine);
  await Promise.all([buildServer(logLine), buildWeb(logLine)]);
  const services = await startServices({
    dir,
    databaseUrl: process.env.DATABASE_URL,
    redisUrl: process.env.REDIS_URL,
    log: logLine,
    signal: stop,
  });
  try {
    const redis = await findRedisServer();
    const ownRedis = redis ? { REDIS_SERVER_PATH: redis.file, REDIS_SERVER_NAME: redis.argv0 } : {};
    const child = spawn('tsx', ['--tsconfig', 'server/tsconfig.json', `${name}/run.ts`, ...process.argv.slice(2)], {
      cwd: ROOT,
      env: withTools('server', { DATABASE_URL: services.databaseUrl, REDIS_URL: services.redisUrl, ...ownRedis }),
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    return await childEnd(child, stop);
  } finally {
    await services.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}
