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
export function watchRedis(
  { commands, subscriber, prefix }: { commands: Redis; subscriber: Redis; prefix: string },
  log?: Pick<Logger, 'info' | 'warn'>,
): RedisWatch {
  const listeners = new Set<(state: RedisState) => void>();
  let state: RedisState = commands.status === 'ready' ? 'UP' : 'AWAY';
  let lastError: Error | undefined;
  let isAsking = false;
  let sinceAsked = 0;
  let sinceAnswer = 0;
  let silentFor = 0;
  let isClosed = false;
  const tell = createTeller(log);

  const become = (next: RedisState): void => {
    if (next === state || isClosed) return;
    state = next;
    tell(next, lastError);
    for (const listener of listeners) listener(next);
  };
  const begin = (): void => {
    isAsking = false;
    [sinceAsked, sinceAnswer, silentFor] = [0, 0, 0];
  };
  const ask = (): void => {
    isAsking = true;
    sinceAsked = 0;
    const answered = (next: RedisState): void => {
      begin();
      if (commands.status === 'ready') become(next);
    };
    commands.set(`${prefix}:probe`, '1', 'PX', PROBE_LIVES_MS).then(
      () => answered('UP'),
      (error: Error) => {
        if (NO_WRITES.test(error.message)) answered('READ_ONLY');
        // No answer in time, or a server that is loading or busy: that is silence as well.
        else isAsking = false;
      },
    );
  };
  const tick = (): void => {
    if (commands.status !== 'ready') return;
    sinceAnswer += 1;
    sinceAsked += 1;
    if (sinceAnswer >= SILENT_TICKS) become('SILENT');
    silentFor = state === 'SILENT' ? silentFor + 1 : 0;
    if (silentFor >= REDIAL_TICKS) {
      silentFor = 0;
      for (const link of [commands, subscriber]) link.disconnect(true);
    } else if (!isAsking && sinceAsked >= ASK_EVERY_TICKS) ask();
  };
  commands.on('error', (error: Error) => {
    lastError = error;
  });
  commands.on('ready', () => {
    begin();
    become('UP');
  });
  commands.on('close', () => become('AWAY'));
  tell(state);
  const timer = setInterval(tick, TICK_MS);
  timer.unref();
  return {
    state: () => (commands.status === 'ready' ? state : 'AWAY'),
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    stop() {
      isClosed = true;
      clearInterval(timer);
      listeners.clear();
    },
  };
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
