import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { RedisLink } from '../infra/redis/redis.js';
import type { LiveChannel } from '../ports.js';

const SHARE_EVERY_MS = 10;

/**
 * Announces that users have new events: in this process within one turn of the event loop, and to other processes
 * through one Redis channel, at most a hundred messages a second. A lost message delays an event by at most a second,
 * because the hub also polls.
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
    // Messages to a Redis that hangs would pile up, so they are not sent; other processes poll.
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
