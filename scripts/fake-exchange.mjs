// `npm run fake-exchange`: an exchange on this machine to try real accounts. Arguments are passed on:
// --dialect binance|bybit, --port, --duplicates open|always|none, --fee.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { childEnd, stopSignal } from './lib/lifetime.mjs';
import { prepareProject, ROOT, tellFault, withTools } from './lib/project.mjs';
import { logLine } from './lib/steps.mjs';

async function main() {
  const stop = stopSignal();
  await prepareProject(logLine);
  const entry = path.join('server', 'src', 'testing', 'fake-exchange', 'main.ts');
  const child = spawn('tsx', ['--tsconfig', 'server/tsconfig.json', entry, ...process.argv.slice(2)], {
    cwd: ROOT,
    env: withTools('server', {}),
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return childEnd(child, stop);
}

main().then(
  (code) => process.exit(code),
  (error) => {
    tellFault(error, logLine);
    process.exit(1);
  },
);
