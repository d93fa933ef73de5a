// Child processes of the benchmarks: started with tsx, they send `ready` and then answer requests over IPC.
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Milliseconds since 1970 with a fraction: comparable between processes of one machine. */
export const nowMs = (): number => performance.timeOrigin + performance.now();

export interface Child<R> {
  ready: R;
  ask<T>(question: string, argument?: unknown): Promise<T>;
  stop(): Promise<void>;
}

export async function startChild<R>(file: string, env: Record<string, string> = {}): Promise<Child<R>> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), [], {
    execArgv: ['--import', import.meta.resolve('tsx')],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      TSX_TSCONFIG_PATH: fileURLToPath(new URL('../server/tsconfig.json', import.meta.url)),
      ...env,
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ready = await new Promise<R>((resolve, reject) => {
    child.once('message', (message) => resolve(message as R));
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code} before it was ready`)));
  });
  let serial = 0;
  return {
    ready,
    ask: (question, argument) =>
      new Promise((resolve, reject) => {
        const id = ++serial;
        const listener = (message: unknown) => {
          const answer = message as { id?: number; value?: never; error?: string };
          if (answer.id !== id) return;
          child.off('message', listener);
          if (answer.error === undefined) resolve(answer.value as never);
          else reject(new Error(answer.error));
        };
        child.on('message', listener);
        child.send({ id, question, argument });
      }),
    stop: () => stopChild(child),
  };
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await ended;
  clearTimeout(timer);
}

export interface ProcessCost {
  cpuMs: number;
  rssMb: number;
}

/** Inside a child: answers the requests of the parent; `cost` is always available. */
export function answerParent(answers: Record<string, (argument: never) => unknown>): void {
  const all: Record<string, (argument: never) => unknown> = {
    cost: (): ProcessCost => {
      const { user, system } = process.cpuUsage();
      return { cpuMs: (user + system) / 1000, rssMb: process.memoryUsage.rss() / 2 ** 20 };
    },
    ...answers,
  };
  process.on('message', async (message: { id: number; question: string; argument: never }) => {
    try {
      process.send?.({ id: message.id, value: await all[message.question]?.(message.argument) });
    } catch (error) {
      process.send?.({ id: message.id, error: String(error) });
    }
  });
  process.on('disconnect', () => process.exit(0));
}
