// `npm run verify-audit`: checks the chain of the audit log; the program may keep running.
import { spawnSync } from 'node:child_process';
import {
  buildServer,
  checkNode,
  DATA_DIR,
  generateClient,
  installPackages,
  readDotEnv,
  ROOT,
  tellFault,
} from './lib/project.mjs';
import { generatedSecrets } from './lib/secrets.mjs';
import { logLine } from './lib/steps.mjs';
import { startServices } from './services.mjs';

async function main() {
  checkNode();
  readDotEnv();
  const env = { ...process.env };
  if (env.NODE_ENV !== 'production') env.SECRET_KEYS ||= generatedSecrets(DATA_DIR).SECRET_KEYS;
  await installPackages(logLine);
  await generateClient(logLine);
  await buildServer(logLine);
  // The private database is the one of a running program, when there is one.
  const services = await startServices({
    dir: DATA_DIR,
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    log: logLine,
  });
  try {
    const { status } = spawnSync(process.execPath, ['--enable-source-maps', 'server/dist/verify-audit.js'], {
      cwd: ROOT,
      env: { ...env, DATABASE_URL: services.databaseUrl, REDIS_URL: services.redisUrl },
      stdio: 'inherit',
    });
    return status ?? 1;
  } finally {
    await services.stop();
  }
}

main().then(
  (code) => process.exit(code),
  (error) => {
    tellFault(error, logLine);
    process.exit(1);
  },
);
