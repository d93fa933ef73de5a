// `npm run chaos`: the reliability suite of chaos/run.ts against services of its own. Arguments are handed on.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { childEnd, stopSignal } from './lib/lifetime.mjs';
import { buildServer, buildWeb, DATA_DIR, prepareProject, ROOT, tellFault, withTools } from './lib/project.mjs';
import { logLine } from './lib/steps.mjs';
import { startServices } from './services.mjs';

async function main() {
  const stop = stopSignal();
  const dir = path.join(DATA_DIR, `chaos-${process.pid}`);
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
    const child = spawn('tsx', ['--tsconfig', 'server/tsconfig.json', 'chaos/run.ts', ...process.argv.slice(2)], {
      cwd: ROOT,
      env: withTools('server', { DATABASE_URL: services.databaseUrl, REDIS_URL: services.redisUrl }),
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    return await childEnd(child, stop);
  } finally {
    await services.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

main().then(
  (code) => process.exit(code),
  (error) => {
    tellFault(error, logLine);
    process.exit(1);
  },
);
