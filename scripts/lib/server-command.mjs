// Runs an entry of the built server as a command of an operator, with the database and Redis of a running program.
import { spawnSync } from 'node:child_process';
import { startServices } from '../services.mjs';
import {
  buildServer,
  checkNode,
  DATA_DIR,
  generateClient,
  installPackages,
  readDotEnv,
  ROOT,
  tellFault,
} from './project.mjs';
import { generatedSecrets } from './secrets.mjs';
import { logLine } from './steps.mjs';

async function run(entry) {
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
    const { status } = spawnSync(process.execPath, ['--enable-source-maps', `server/dist/${entry}.js`], {
      cwd: ROOT,
      env: { ...env, DATABASE_URL: services.databaseUrl, REDIS_URL: services.redisUrl },
      stdio: 'inherit',
    });
    return status ?? 1;
  } finally {
    await services.stop();
  }
}

/** Runs `server/dist/<entry>.js` and ends this process with its result. */
export function runServerCommand(entry) {
  run(entry).then(
    (code) => process.exit(code),
    (error) => {
      tellFault(error, logLine);
      process.exit(1);
    },
  );
}
