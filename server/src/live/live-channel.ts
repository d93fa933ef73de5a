import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { RedisLink } from '../infra/redis/redis.js';
import type { LiveChannel } from '../ports.js';

const SHARE_EVERY_MS = 10;

/**
 * Passes "these users have news" around: in this process within one turn of the event loop, to the others through one
 * Redis channel, a hundred messages a second at most. Losing any of it costs a second, because the hub polls.
 */
export function createLiveChannel({ redis, log }: { redis: RedisLink; log: Logger }): LiveChannel {
  const origin = randomUUID().slice(0, 8);
  const channel = `${redis.prefix}:live`;
  const listeners = new Set<(userIds: readonly number[]) => void>();
  let waiting = new Set<number>();
  let abroad = new Set<number>();
  let subscribed = false;

  const tell = (userIds: readonly number[]) => {
    for (const listener of listeners) listener(userIds);
  };
  const flush = () => {
    const userIds = [...waiting];
    waiting = new Set();
    tell(userIds);
    if (abroad.size === 0) setTimeout(publish, SHARE_EVERY_MS).unref();
    for (const userId of userIds) abroad.add(userId);
  };
  const publish = () => {
    const userIds = [...abroad];
    abroad = new Set();
    // What a server that hangs would be told piles up before it; the others poll.
    if (!redis.answers()) return;
    redis.commands.publish(channel, `${origin} ${userIds.join(',')}`).catch(() => undefined);
  };
  redis.subscriber.on('message', (from: string, text: string) => {
    if (from !== channel) return;
    const [sender, ids = ''] = text.split(' ');
    if (sender === origin) return;
    const userIds = ids.split(',').map(Number).filter(Number.isSafeInteger);
    if (userIds.length > 0) tell(userIds);
  });

  return {
    notify(userId) {
      if (waiting.size === 0) setImmediate(flush);
      waiting.add(userId);
    },
    listen(listener) {
      listeners.add(listener);
      if (!subscribed) {
        subscribed = true;
        redis.subscriber.subscribe(channel).catch((error: unknown) => {
          subscribed = false;
          log.warn({ error }, 'live events of other processes arrive by polling only');
        });
      }
      return () => listeners.delete(listener);
    },
  };
}
