import { type ChildProcess, fork } from 'node:child_process';
import type { Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { Context } from '../context.js';
import { type GraphqlLink, privateSocket } from './graphql-link.js';
import type { MetricValues } from '../infra/metrics/metrics.js';
import { isBuilt, ROOT } from '../infra/root.js';
import type { FromGraphql, ToGraphql } from './graphql-messages.js';

/** Under load the system runs the trading process first. */
const NICENESS = 10;
/** More memory than any honest use needs; beyond it the process ends and is started again. */
const HEAP_MAX_MB = 1_024;
const SEMI_SPACE_MB = 4;
const STOP_LIMIT_MS = 7_500;
const RESTART_FIRST_MS = 100;
const RESTART_LAST_MS = 10_000;
/** A process that ran this long was sound: the next restart is quick again. */
const SOUND_MS = 60_000;
/** A process that never ran is not started more often than this. */
const STARTS_MAX = 3;
/** Sockets that wait for the process to take them over. */
const HANDING_OVER_MAX = 256;
/** At most this often the process is told of new live events. */
const LIVE_EVERY_MS = 5;
/** How long its metrics may take. */
const METRICS_WITHIN_MS = 1_000;
/** How often the process is told that this one is alive. */
const ALIVE_EVERY_MS = 500;

const PROGRAM = path.join(ROOT, 'server', isBuilt ? 'dist/graphql-main.js' : 'src/graphql-main.ts');

export interface GraphqlProcess extends GraphqlLink {
  /**
   * Lets the loaded process open its connections and listen; resolves when it does. Call it after the migrations.
   * Rejects when the process ended three times before.
   */
  start(ctx: Pick<Context, 'live' | 'trades' | 'log'>): Promise<void>;
  pid(): number | undefined;
  /** The series of the process; undefined = it does not answer within a second. */
  metrics(): Promise<MetricValues | undefined>;
}

export interface GraphqlProcessOptions {
  roles: readonly string[];
  /** The default is the environment of this process. */
  env?: NodeJS.ProcessEnv;
  execArgv?: readonly string[];
}

/**
 * GraphQL and the page in a process of its own, which is started again when it ends. It begins to load at once, while
 * this process prepares the database.
 */
export async function forkGraphql({ roles, ...how }: GraphqlProcessOptions): Promise<GraphqlProcess> {
  const { socketPath, remove } = await privateSocket();
  return new Supervisor(socketPath, remove, roles, how);
}

/**
 * Until the other process has confirmed a socket, Node keeps it open here, and drops what it reads from it: the first
 * message of a client that answers at once, about one in 10,000. `pause()` lets the system read on.
 */
function stopReading(socket: Socket): void {
  const { _handle: handle } = socket as { _handle?: { readStop?(): number } | null };
  handle?.readStop?.();
}

class Supervisor implements GraphqlProcess {
  private child: ChildProcess;
  private parts: Pick<Context, 'live' | 'trades' | 'log'> | undefined;
  private isListening = false;
  private isStopping = false;
  private handingOver = 0;
  private restartMs = RESTART_FIRST_MS;
  private stopLive = (): void => undefined;
  private first: { resolve(): void; reject(error: Error): void } | undefined;
  private ends = 0;
  private asks = 0;
  private readonly asking = new Map<number, (values: MetricValues | undefined) => void>();

  constructor(
    private readonly path: string,
    private readonly remove: () => Promise<void>,
    private readonly roles: readonly string[],
    private readonly how: Omit<GraphqlProcessOptions, 'roles'>,
  ) {
    this.child = this.spawn();
  }

  pid(): number | undefined {
    return this.child.pid;
  }

  metrics(): Promise<MetricValues | undefined> {
    if (!this.isListening) return Promise.resolve(undefined);
    const ask = ++this.asks;
    return new Promise((resolve) => {
      const answered = (values: MetricValues | undefined) => {
        clearTimeout(timer);
        this.asking.delete(ask);
        resolve(values);
      };
      const timer = setTimeout(answered, METRICS_WITHIN_MS, undefined);
      this.asking.set(ask, answered);
      this.send({ type: 'metrics', ask });
    });
  }

  socketPath(): string | undefined {
    return this.isListening ? this.path : undefined;
  }

  start(parts: Pick<Context, 'live' | 'trades' | 'log'>): Promise<void> {
    this.parts = parts;
    const stopLive = parts.live.listen(this.liveSender());
    const alive = setInterval(() => this.send({ type: 'alive' }), ALIVE_EVERY_MS).unref();
    this.stopLive = () => {
      clearInterval(alive);
      stopLive();
    };
    this.greet();
    return new Promise((resolve, reject) => {
      this.first = { resolve, reject };
    });
  }

  adopt(upgrade: Parameters<GraphqlLink['adopt']>[0], socket: Socket): boolean {
    if (!this.isListening || this.handingOver >= HANDING_OVER_MAX || !this.child.connected) return false;
    this.handingOver += 1;
    // Otherwise Node would ask the process for the end of this socket when our server closes, and would wait forever for
    // one that has died.
    (socket as { server?: unknown }).server = undefined;
    stopReading(socket);
    this.child.send({ type: 'upgrade', upgrade } satisfies ToGraphql, socket, { keepOpen: false }, () => {
      this.handingOver -= 1;
      // The connection is theirs now: this ends only what we know of it.
      socket.destroy();
    });
    return true;
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    this.stopLive();
    const { child } = this;
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
      this.send({ type: 'stop' });
      await ended;
      clearTimeout(timer);
    }
    this.isListening = false;
    await this.remove();
  }

  private spawn(): ChildProcess {
    const { env, execArgv = process.execArgv } = this.how;
    const child = fork(PROGRAM, [], {
      ...(env && { env }),
      execArgv: [
        ...execArgv.filter((arg) => !/^--max-(semi-space|old-space)-size/.test(arg)),
        ...[`--max-semi-space-size=${SEMI_SPACE_MB}`, `--max-old-space-size=${HEAP_MAX_MB}`],
      ],
      // Standard output may be read by a program (`npm start --json`), so the log of both goes the same way.
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const startedAt = performance.now();
    child.on('message', (message) => this.hear(message as FromGraphql));
    child.on('error', (err) => this.parts?.log.error({ err }, 'the GraphQL process reports an error'));
    child.once('exit', (code, signal) => this.replace(performance.now() - startedAt, { code, signal }));
    return child;
  }

  private hear(message: FromGraphql): void {
    if (message.type === 'loaded') this.greet();
    else if (message.type === 'metrics') this.asking.get(message.ask)?.(message.values);
    else if (message.type === 'job') this.parts?.trades.enqueue([message.message]);
    else {
      this.isListening = true;
      // Only now: a start must not take longer because the machine is busy.
      if (this.child.pid !== undefined) lowerPriority(this.child.pid);
      this.first?.resolve();
      this.first = undefined;
    }
  }

  /** A process that is not loaded yet reads the message when it is. */
  private greet(): void {
    if (!this.parts || this.isListening) return;
    this.send({ type: 'start', socketPath: this.path, roles: this.roles });
  }

  private send(message: ToGraphql): void {
    if (this.child.connected) this.child.send(message, () => undefined);
  }

  private replace(ranMs: number, how: { code: number | null; signal: string | null }): void {
    this.isListening = false;
    this.handingOver = 0;
    if (this.isStopping) return;
    this.ends += 1;
    if (this.first && this.ends >= STARTS_MAX)
      return this.first.reject(new Error('the GraphQL process ended before it was ready; see the log'));
    this.restartMs = ranMs > SOUND_MS ? RESTART_FIRST_MS : Math.min(this.restartMs * 2, RESTART_LAST_MS);
    this.parts?.log.error({ ...how, againInMs: this.restartMs }, 'the GraphQL process ended; it is started again');
    setTimeout(() => {
      if (!this.isStopping) this.child = this.spawn();
    }, this.restartMs).unref();
  }

  /** Passes on who has new live events: the first at once, those that follow together. */
  private liveSender(): (userIds: readonly number[]) => void {
    let waiting = new Set<number>();
    let timer: NodeJS.Timeout | undefined;
    const flush = () => {
      timer = undefined;
      if (waiting.size === 0) return;
      this.send({ type: 'live', userIds: [...waiting] });
      waiting = new Set();
      timer = setTimeout(flush, LIVE_EVERY_MS);
    };
    return (userIds) => {
      for (const userId of userIds) waiting.add(userId);
      if (!timer) flush();
    };
  }
}

/** Not every system allows it, and it is not needed for correctness. */
function lowerPriority(pid: number): void {
  try {
    os.setPriority(pid, NICENESS);
  } catch {
    // The process keeps the usual priority.
  }
}
