import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** A redis-server for one test, which can stop and start it. It keeps no data after a stop. */
export interface OwnRedis {
  url: string;
  start(): Promise<void>;
  /** Ends at once, like kill -9. */
  kill(): Promise<void>;
  /** Pauses the process, like SIGSTOP: connections stay open, but nothing is answered. */
  pause(): void;
  /** Continues where it was paused. */
  resume(): void;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** The test script finds or installs it. The program runs as a server depending on the name it is called by. */
const PROGRAM = process.env.REDIS_SERVER_PATH ?? 'redis-server';
const NAME = process.env.REDIS_SERVER_NAME ?? 'redis-server';

/** The server's process, once it accepts connections. */
export async function launchRedis(port: number, more: readonly string[] = []): Promise<ChildProcess> {
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', ...more];
  const child = spawn(PROGRAM, args, { argv0: NAME, stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child, 'spawn');
  let printed = '';
  for await (const text of child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    printed += String(text);
    if (printed.includes('Ready to accept connections')) {
      child.stdout.resume();
      return child;
    }
  }
  throw new Error(`${PROGRAM} did not start: ${printed}`);
}

export async function startOwnRedis(): Promise<OwnRedis> {
  const port = await freePort();
  let child: ChildProcess | undefined;
  const start = async () => {
    child = await launchRedis(port);
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    start,
    async kill() {
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
  };
}
