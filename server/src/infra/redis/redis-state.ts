import type { Redis } from 'ioredis';
import type { Logger } from 'pino';

/**
 * UP: answers and accepts writes. READ_ONLY: answers and accepts no writes (memory or disk full, or a replica). SILENT:
 * connected, but without answers: the server is suspended or busy, or the network drops everything. AWAY: not connected.
 */
export type RedisState = 'UP' | 'READ_ONLY' | 'SILENT' | 'AWAY';

export interface RedisWatch {
  state(): RedisState;
  /** Called with every change. Returns a function that unsubscribes. */
  onChange(listener: (state: RedisState) => void): () => void;
  stop(): void;
}

const TICK_MS = 100;
/** The number of ticks between two probes. */
const ASK_EVERY_TICKS = 3;
/**
 * This many ticks without an answer count as SILENT. Counted in ticks, so that a blocked process does not blame Redis.
 */
const SILENT_TICKS = 7;
/** After this many silent ticks it reconnects: the network may have lost the connection without a sign. */
const REDIAL_TICKS = 60;
const PROBE_LIVES_MS = 5_000;

const NO_WRITES = /^(OOM|MISCONF|READONLY|NOREPLICAS)\b/;

/**
 * Sends the smallest possible write three times a second, because a connection alone proves nothing: a suspended server
 * keeps its connections, and a server with full memory answers every read. Each change is logged once.
 */
export function watchRedis(links: Links, log?: Pick<Logger, 'info' | 'warn'>): RedisWatch {
  const watch = new Watch(links, log);
  return {
    state: () => watch.now(),
    onChange(listener) {
      watch.listeners.add(listener);
      return () => void watch.listeners.delete(listener);
    },
    stop: () => watch.stop(),
  };
}

interface Links {
  commands: Redis;
  subscriber: Redis;
  prefix: string;
}

class Watch {
  readonly listeners = new Set<(state: RedisState) => void>();
  private state: RedisState;
  private lastError: Error | undefined;
  private isAsking = false;
  private sinceAsked = 0;
  private sinceAnswer = 0;
  private silentFor = 0;
  private isStopped = false;
  private readonly tell;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly links: Links,
    log?: Pick<Logger, 'info' | 'warn'>,
  ) {
    const { commands } = links;
    this.state = this.isConnected() ? 'UP' : 'AWAY';
    this.tell = createTeller(log);
    this.tell(this.state);
    commands.on('error', (error: Error) => {
      this.lastError = error;
    });
    commands.on('ready', () => {
      this.beginAnew();
      this.become('UP');
    });
    commands.on('close', () => this.become('AWAY'));
    this.timer = setInterval(() => this.tick(), TICK_MS);
    this.timer.unref();
  }

  now(): RedisState {
    return this.isConnected() ? this.state : 'AWAY';
  }

  stop(): void {
    this.isStopped = true;
    clearInterval(this.timer);
    this.listeners.clear();
  }

  private isConnected(): boolean {
    return this.links.commands.status === 'ready';
  }

  private become(next: RedisState): void {
    if (next === this.state || this.isStopped) return;
    this.state = next;
    this.tell(next, this.lastError);
    for (const listener of this.listeners) listener(next);
  }

  private beginAnew(): void {
    this.isAsking = false;
    [this.sinceAsked, this.sinceAnswer, this.silentFor] = [0, 0, 0];
  }

  private tick(): void {
    if (!this.isConnected()) return;
    this.sinceAnswer += 1;
    this.sinceAsked += 1;
    if (this.sinceAnswer >= SILENT_TICKS) this.become('SILENT');
    this.silentFor = this.state === 'SILENT' ? this.silentFor + 1 : 0;
    if (this.silentFor >= REDIAL_TICKS) {
      this.silentFor = 0;
      for (const link of [this.links.commands, this.links.subscriber]) link.disconnect(true);
    } else if (!this.isAsking && this.sinceAsked >= ASK_EVERY_TICKS) this.ask();
  }

  private ask(): void {
    const { commands, prefix } = this.links;
    this.isAsking = true;
    this.sinceAsked = 0;
    const answered = (next: RedisState): void => {
      this.beginAnew();
      if (this.isConnected()) this.become(next);
    };
    commands.set(`${prefix}:probe`, '1', 'PX', PROBE_LIVES_MS).then(
      () => answered('UP'),
      (error: Error) => {
        if (NO_WRITES.test(error.message)) answered('READ_ONLY');
        // No answer in time, or a server that is loading or busy: this counts as silence too.
        else this.isAsking = false;
      },
    );
  }
}

const TROUBLES: Record<RedisState, string | undefined> = {
  UP: undefined,
  READ_ONLY: 'redis takes no writes, going on without it',
  SILENT: 'redis does not answer, going on without it',
  AWAY: 'redis is away, going on without it',
};

/**
 * Logs one line for each problem and one for its end. A server that alternates between AWAY and SILENT is one problem.
 */
function createTeller(log?: Pick<Logger, 'info' | 'warn'>): (state: RedisState, lastError?: Error) => void {
  let told: RedisState = 'UP';
  const isGone = (state: RedisState): boolean => state === 'AWAY' || state === 'SILENT';
  return (state, lastError) => {
    if (state === told || (isGone(state) && isGone(told))) return;
    told = state;
    const trouble = TROUBLES[state];
    if (trouble === undefined) log?.info('redis is back');
    else log?.warn({ err: lastError }, trouble);
  };
}
