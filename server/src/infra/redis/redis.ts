import { Redis, type RedisOptions } from 'ioredis';
import type { Logger } from 'pino';
import { watchRedis, type RedisState } from './redis-state.js';

/** The process's links to Redis. `prefix` starts every key and channel, so several installations share a server. */
export interface RedisLink {
  prefix: string;
  /** Commands. Fails fast (no offline queue) so that callers fall back at once when Redis is away. */
  commands: Redis;
  /** For channels only. */
  subscriber: Redis;
  /** It answers and takes writes: otherwise everybody goes on without it at once. */
  isUp(): boolean;
  /** It answers, whether or not it takes writes: channels work. */
  answers(): boolean;
  state(): RedisState;
  /** Called with every change of the state; answers the way to stop. */
  onChange(listener: (state: RedisState) => void): () => void;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 2_000;
const COMMAND_TIMEOUT_MS = 2_000;
const RECONNECT_MAX_MS = 2_000;

/** Doubles from 50 ms to 2 s, each wait anywhere between half of it and all of it, so that processes do not come in step. */
export const reconnectDelayMs = (attempt: number, random: () => number): number =>
  Math.round(Math.min(RECONNECT_MAX_MS, 50 * 2 ** Math.min(attempt - 1, 10)) * (0.5 + random() / 2));

/**
 * Opens the two links and waits until both are up, at most two seconds: a Redis that is away does not keep the
 * process from starting, the links go on trying by themselves. Never rejects, and nothing here is ever thrown
 * as an unhandled error; losing and regaining the server is logged once each.
 */
export async function openRedis(url: string, prefix: string, log?: Pick<Logger, 'info' | 'warn'>): Promise<RedisLink> {
  const shared: RedisOptions = {
    connectTimeout: CONNECT_TIMEOUT_MS,
    retryStrategy: (attempt) => reconnectDelayMs(attempt, Math.random),
  };
  const commands = new Redis(url, {
    ...shared,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: COMMAND_TIMEOUT_MS,
  });
  // The subscriber queues while it is away (a subscription made then begins when Redis is back), subscribes again
  // after each reconnect, and skips the ready check, whose INFO a connection in subscriber mode may not send.
  const subscriber = new Redis(url, { ...shared, maxRetriesPerRequest: null, enableReadyCheck: false });
  commands.on('error', () => undefined); // told by the watch below
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
      // QUIT would wait for ever on a server that is away; everything sent before has been awaited by its sender.
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
  // Between two attempts there is no socket whose end could be waited for: ioredis only clears its timer.
  return hasSocket ? ended : Promise.resolve();
}
