import { randomBytes } from 'node:crypto';
import { openRedis, type RedisLink } from '../../infra/redis/redis.js';

/** A link with a separate key prefix; `close()` deletes its keys. */
export async function createTestRedis(): Promise<RedisLink> {
  const url = process.env.REDIS_URL;
  if (!url) throw new Error('REDIS_URL is not set: tests run through vitest.workspace.ts, whose global setup sets it');
  const link = await openRedis(url, `test-${process.pid}-${randomBytes(5).toString('hex')}:`);
  if (!link.isUp()) throw new Error('the Redis of REDIS_URL does not answer');
  return {
    ...link,
    async close() {
      if (link.isUp()) await deleteKeys(link);
      await link.close();
    },
  };
}

/** Deletes every key under the prefix of the link. */
export async function deleteKeys({ commands, prefix }: Pick<RedisLink, 'commands' | 'prefix'>): Promise<void> {
  let cursor = '0';
  do {
    const [next, keys] = await commands.scan(cursor, 'MATCH', `${prefix}*`, 'COUNT', 500);
    if (keys.length > 0) await commands.unlink(...keys);
    cursor = next;
  } while (cursor !== '0');
}
