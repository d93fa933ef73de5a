import type { Redis } from 'ioredis';

/** The process's links to Redis. `prefix` starts every key and channel, so several installations share a server. */
export interface RedisLink {
  prefix: string;
  /** Commands. Fails fast (no offline queue) so that callers fall back at once when Redis is away. */
  commands: Redis;
  /** For channels only. */
  subscriber: Redis;
  isUp(): boolean;
  close(): Promise<void>;
}
