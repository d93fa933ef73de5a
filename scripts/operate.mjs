// The commands of operators: `npm run backup`, `npm run doctor` and the others of package.json. It prepares the program
// and its services like `npm start`, and then runs server/dist/operate.js with the same arguments.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
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
  env.BACKUP_DIR ||= path.join(DATA_DIR, 'backups');
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
    const args = ['--enable-source-maps', path.join(ROOT, 'server/dist/operate.js'), ...process.argv.slice(2)];
    const { status } = spawnSync(process.execPath, args, {
      // Files are named from where the command was typed.
      cwd: process.env.INIT_CWD ?? ROOT,
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
