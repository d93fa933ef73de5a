import { createRequire } from 'node:module';
import path from 'node:path';

type Step = (this: DriverConnection) => Promise<unknown>;
interface DriverConnection {
  authFailHandler(error: unknown): void;
  end(done: () => void, failed: () => void): void;
}

/** What a new connection says to the server before it is handed out, in the order of mariadb/lib/connection.js. */
const STEPS = [
  'executeSessionVariableQuery',
  'handleCharset',
  'handleTimezone',
  'checkServerVersion',
  'executeInitQuery',
  'executeSessionTimeout',
];
let isMended = false;

/**
 * mariadb 3.4.5 (the version Prisma's adapter pins) reports a connection that is lost during its first statements
 * twice: to whoever asked for it, and as a promise rejection that nobody can handle, which ends the process. A
 * database that restarts while the pool connects must not take us with it. Each step therefore reports its failure
 * once, the way the driver does, and never settles after it. Throws when the driver is another than the one read.
 */
export function patchMariadbDriver(): void {
  if (isMended) return;
  const require = createRequire(import.meta.url);
  // By its path: the package exports its entry only. It is the same module the entry loads.
  const file = path.join(path.dirname(require.resolve('mariadb')), 'lib/connection.js');
  const { prototype } = require(file) as { prototype: Record<string, unknown> };
  for (const name of STEPS) {
    const step = prototype[name];
    if (typeof step !== 'function') throw new Error(`the mariadb driver has no ${name} any more: see mendDriver`);
    prototype[name] = function (this: DriverConnection) {
      return (step as Step).call(this).catch((error: unknown) => {
        const report = () => this.authFailHandler(error);
        if ((error as { fatal?: unknown }).fatal === true) report();
        else this.end(report, report);
        return new Promise(() => undefined);
      });
    };
  }
  isMended = true;
}
