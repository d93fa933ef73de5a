import type { Redis } from 'ioredis';
import type { Logger } from 'pino';

/**
 * UP: answers and takes writes. READ_ONLY: answers and takes none (its memory or disk is full, a replica). SILENT: connected,
 * and nothing comes back: it is stopped, or busy, or the network swallows everything. AWAY: not connected.
 */
export type RedisState = 'UP' | 'READ_ONLY' | 'SILENT' | 'AWAY';

export interface RedisWatch {
  state(): RedisState;
  /** Called with every change; answers the way to stop. */
  onChange(listener: (state: RedisState) => void): () => void;
  stop(): void;
}

const TICK_MS = 100;
/** So many ticks from one question to the next. */
const ASK_EVERY_TICKS = 3;
/** So many ticks without an answer are silence: ticks, so that a process that was held up itself blames nobody. */
const SILENT_TICKS = 7;
/** A connection over which nothing came for so long is dialled anew: the network may have lost it without a word. */
const REDIAL_TICKS = 60;
const PROBE_LIVES_MS = 5_000;

const NO_WRITES = /^(OOM|MISCONF|READONLY|NOREPLICAS)\b/;

/**
 * Asks the server three times a second for the smallest write there is, because a connection alone says nothing: a server that
 * was stopped keeps its connections, and one whose memory is full answers every read. Changes are logged once each.
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
        // No answer in time, or a server that is loading or busy: that is silence as well.
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

/** One line for each trouble and one for its end; a server that comes and goes silent in between is one trouble. */
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
