// The commands of operators: `npm run <command>` from a checkout, `mvcashnode <command>` in the image.
import { runCommand } from './operate/run-command.js';

runCommand(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${(error as Error).stack ?? String(error)}\n`);
    process.exitCode = 1;
  },
);
