// `npm run dev`: the server restarts when its files change, and the page reloads by itself (Vite).
import { spawn } from 'node:child_process';
import { childEnd, stopSignal } from './lib/lifetime.mjs';
import { DATA_DIR, prepareProject, readDotEnv, ROOT, tellFault, withTools } from './lib/project.mjs';
import { generatedSecrets } from './lib/secrets.mjs';
import { logLine } from './lib/steps.mjs';
import { startServices } from './services.mjs';

const PAGE = 'http://localhost:5173';

async function main() {
  readDotEnv();
  const stop = stopSignal();
  await prepareProject(logLine);
  const { SECRET_KEYS, DEMO_PASSWORD } = generatedSecrets(DATA_DIR);
  const services = await startServices({
    dir: DATA_DIR,
    databaseUrl: process.env.DATABASE_URL,
    redisUrl: process.env.REDIS_URL,
    log: logLine,
    signal: stop,
  });
  const env = {
    SECRET_KEYS,
    DEMO_PASSWORD,
    // Websockets are accepted only from pages of this origin.
    PUBLIC_URL: PAGE,
    ...process.env,
    DATABASE_URL: services.databaseUrl,
    REDIS_URL: services.redisUrl,
  };
  logLine(`\nThe page: ${PAGE}   (GraphQL and webhooks too, handed on to port ${process.env.PORT || '4000'})`);
  logLine(`Sign in as ${process.env.DEMO_EMAIL || 'trader@example.com'} with ${env.DEMO_PASSWORD}\n`);
  // When one of them ends, the other is stopped too.
  const either = new AbortController();
  stop.addEventListener('abort', () => either.abort(stop.reason), { once: true });
  const start = (name, args, cwd, tools) => {
    const child = spawn(name, args, {
      cwd,
      env: withTools(tools, env),
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    return childEnd(child, either.signal).finally(() => either.abort());
  };
  try {
    const codes = await Promise.all([
      start('tsx', ['watch', '--clear-screen=false', 'src/main.ts'], `${ROOT}/server`, 'server'),
      start('vite', ['--clearScreen', 'false', '--port', new URL(PAGE).port, '--strictPort'], `${ROOT}/web`, 'web'),
    ]);
    return stop.aborted ? 0 : Math.max(...codes);
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
