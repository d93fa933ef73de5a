import { Redis, type RedisOptions } from 'ioredis';
import type { Logger } from 'pino';
import { redisOptions } from './redis-address.js';
import { watchRedis, type RedisState } from './redis-state.js';

/**
 * The process's connections to Redis. `prefix` starts every key and channel, so that several installations can share a
 * server.
 */
export interface RedisLink {
  prefix: string;
  /**
   * For commands. Fails fast (no offline queue), so that callers switch to their fallback at once when Redis is down.
   */
  commands: Redis;
  /** For channels only. */
  subscriber: Redis;
  /** True when it answers and accepts writes. Otherwise callers continue without it at once. */
  isUp(): boolean;
  /** True when it answers, even without accepting writes: channels work. */
  answers(): boolean;
  state(): RedisState;
  /** Called with every change of the state. Returns a function that unsubscribes. */
  onChange(listener: (state: RedisState) => void): () => void;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 2_000;
const COMMAND_TIMEOUT_MS = 2_000;
const RECONNECT_MAX_MS = 2_000;

/** Doubles from 50 ms to 2 s, with jitter from 50 to 100 %, so that processes do not reconnect at the same time. */
export const reconnectDelayMs = (attempt: number, random: () => number): number =>
  Math.round(Math.min(RECONNECT_MAX_MS, 50 * 2 ** Math.min(attempt - 1, 10)) * (0.5 + random() / 2));

/**
 * Opens both connections and waits at most two seconds until they are up. The process starts even if Redis is down, and
 * the connections keep trying. Never rejects, and nothing becomes an unhandled error. Losing and regaining the server
 * is logged once each.
 */
export async function openRedis(
  address: string,
  prefix: string,
  log?: Pick<Logger, 'info' | 'warn'>,
): Promise<RedisLink> {
  const { url, options } = redisOptions(address);
  const delay = (attempt: number): number => reconnectDelayMs(attempt, Math.random);
  const shared: RedisOptions = {
    ...options,
    connectTimeout: CONNECT_TIMEOUT_MS,
    retryStrategy: delay,
    sentinelRetryStrategy: delay,
    // A master that became a replica: connecting again asks who the master is.
    reconnectOnError: (error) => options.sentinels !== undefined && error.message.startsWith('READONLY'),
  };
  const open = (own: RedisOptions): Redis =>
    url === undefined ? new Redis({ ...shared, ...own }) : new Redis(url, { ...shared, ...own });
  const commands = open({
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: COMMAND_TIMEOUT_MS,
  });
  // The subscriber queues while Redis is down (a subscription made then starts when Redis is back), subscribes again
  // after each reconnect, and skips the ready check, because a connection in subscriber mode may not send its INFO.
  const subscriber = open({ maxRetriesPerRequest: null, enableReadyCheck: false });
  commands.on('error', () => undefined); // the watch below logs it
  subscriber.on('error', () => undefined);
  const timeout = AbortSignal.timeout(CONNECT_TIMEOUT_MS);
  await Promise.all([whenReady(commands, timeout), whenReady(subscriber, timeout)]);
  const watch = watchRedis({ commands, subscriber, prefix }, log);
  return {
    prefix,
    commands,
    subscriber,
    state: watch.state,
    isUp: () => watch.state() === 'UP',
    answers: () => ['UP', 'READ_ONLY'].includes(watch.state()),
    onChange: watch.onChange,
    async close() {
      watch.stop();
      // QUIT would wait forever for a server that is down. The senders have awaited everything sent before.
      await Promise.all([commands, subscriber].map(disconnect));
    },
  };
}

function whenReady(link: Redis, timeout: AbortSignal): Promise<void> {
  if (link.status === 'ready') return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      link.off('ready', done);
      timeout.removeEventListener('abort', done);
      resolve();
    };
    link.once('ready', done);
    timeout.addEventListener('abort', done);
  });
}

function disconnect(link: Redis): Promise<void> {
  const hasSocket = ['connecting', 'connect', 'ready'].includes(link.status);
  const ended = new Promise<void>((resolve) => void link.once('end', () => resolve()));
  link.disconnect();
  // Between two attempts there is no socket to wait for: ioredis only clears its timer.
  return hasSocket ? ended : Promise.resolve();
}
