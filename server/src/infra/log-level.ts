import type { Logger } from 'pino';
import type { RedisLink } from './redis/redis.js';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
export const isLogLevel = (text: unknown): text is LogLevel => LOG_LEVELS.includes(text as LogLevel);

type Parts = { redis: Pick<RedisLink, 'prefix' | 'commands' | 'subscriber' | 'answers'>; log: Logger };
const channelOf = ({ redis }: Parts): string => `${redis.prefix}:log-level`;

/** Changes the level of this process until it ends. */
export function setLogLevel({ log }: Pick<Parts, 'log'>, level: LogLevel): void {
  const before = log.level;
  if (before === level) return;
  log.level = level;
  // A line for the record, whatever the level is.
  log[level === 'silent' ? 'fatal' : level]({ before, level }, 'the log has another level now');
}

/** Changes the level of this process and, while Redis is there, of all others. Returns whether they were told. */
export async function shareLogLevel(parts: Parts, level: LogLevel): Promise<boolean> {
  setLogLevel(parts, level);
  if (!parts.redis.answers()) return false;
  return parts.redis.commands.publish(channelOf(parts), level).then(
    () => true,
    () => false,
  );
}

/**
 * Follows changes of the level: those that an administrator makes for all processes, and SIGUSR2, which switches between
 * `usual` and debug. Returns a function that ends this.
 */
export function followLogLevel(parts: Parts, usual: LogLevel): () => void {
  const channel = channelOf(parts);
  const onMessage = (from: string, text: string): void => {
    if (from === channel && isLogLevel(text)) setLogLevel(parts, text);
  };
  const onSignal = (): void => setLogLevel(parts, parts.log.level === 'debug' ? usual : 'debug');
  parts.redis.subscriber.on('message', onMessage);
  parts.redis.subscriber.subscribe(channel).catch(() => undefined);
  process.on('SIGUSR2', onSignal);
  return () => {
    parts.redis.subscriber.off('message', onMessage);
    process.off('SIGUSR2', onSignal);
  };
}
