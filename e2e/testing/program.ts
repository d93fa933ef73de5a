import { fork, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const START_LIMIT_MS = 150_000;
const LOG_LINES = 5_000;

export type RoleName = 'api' | 'executor' | 'monitors';

/** The message of the program to its parent when it is ready; see server/src/main.ts. */
export interface Ready {
  url?: string;
  graphqlUrl?: string;
  webhookUrl?: string;
  email?: string;
  password?: string;
}

/** One process of the program. */
export interface Program {
  roles: readonly RoleName[];
  pid: number;
  ready: Ready;
  /** Its output lines (stdout and stderr), newest last. */
  logs: string[];
  /** Sends SIGKILL; resolves when the process has ended. */
  kill(): Promise<void>;
  /** Sends SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** Starts the compiled program as `npm start` does and waits until it says that it is ready. */
export async function startProgram(roles: readonly RoleName[], env: Record<string, string>): Promise<Program> {
  const child = fork('server/dist/main.js', ['--roles', roles.join(',')], {
    cwd: ROOT,
    execArgv: ['--enable-source-maps'],
    // The developer's own settings must not reach the program.
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const logs = collectLines(child);
  const gone = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const end = (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return gone;
  };
  const ready = await firstMessage(child, gone).catch(async (error: unknown) => {
    await end('SIGKILL');
    throw new Error(`${roles.join(',')}: ${String(error)}\n${logs.slice(-30).join('\n')}`);
  });
  return {
    ...{ roles, pid: child.pid ?? 0, ready, logs },
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  };
}

function collectLines(child: ChildProcess): string[] {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      lines.push(...parts);
      if (lines.length > LOG_LINES) lines.splice(0, lines.length - LOG_LINES);
    });
  }
  return lines;
}

function firstMessage(child: ChildProcess, gone: Promise<number | null>): Promise<Ready> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('not ready in time')), START_LIMIT_MS);
    child.once('message', (message) => {
      clearTimeout(timer);
      resolve(message as Ready);
    });
    void gone.then((code) => {
      clearTimeout(timer);
      reject(new Error(`ended with ${code} before it was ready`));
    });
  });
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
