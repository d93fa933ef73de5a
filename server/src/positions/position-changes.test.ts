import { afterAll, beforeAll, expect, it } from 'vitest';
import { Batch, type Database } from '../infra/database/database.js';
import { addLiveEvents } from '../infra/database/live-events.js';
import type { RedisLink } from '../infra/redis/redis.js';
import { eventually } from '../testing/eventually.js';
import { makeAccount } from '../testing/make.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { createTestRedis } from '../testing/services/test-redis.js';
import { openMany, triggerWorld } from '../testing/worlds/trigger-world.js';
import { followPositions } from './position-changes.js';

let t: TestDatabase;
let redis: RedisLink;
beforeAll(async () => {
  [t, redis] = await Promise.all([createTestDatabase(), createTestRedis()]);
});
afterAll(async () => {
  await redis.close();
  await t.drop();
});

/** The database, whose next queries fail while `failing` is above zero. */
function unsteady(db: Database): Database & { failing: number } {
  const answer: Database & { failing: number } = Object.assign(Object.create(db) as Database, {
    failing: 0,
    query: async (...args: Parameters<Database['query']>) => {
      if (answer.failing === 0) return db.query(...args);
      answer.failing--;
      throw new Error('the connection was lost');
    },
  });
  return answer;
}

it('a change whose read failed is reported without waiting for the next resync, and so is the first one', async () => {
  const world = await triggerWorld(t.db, redis, { executor: false });
  const db = unsteady(t.db);
  db.failing = 2;
  const { id: accountId, user_id: userId } = await makeAccount(t.db);
  const reported: number[] = [];
  const changes = followPositions(
    { ...world.ctx, db },
    async (ids) => {
      reported.push(...ids);
    },
    // A test in which a resync could help would take ten minutes.
    { resyncMs: 600_000 },
  );
  try {
    await changes.ready;
    expect(db.failing).toBe(0);
    const [id] = await openMany(t.db, { accountId, count: 1, columns: { sl_enabled: true, sl_pct: '5' } });
    const event = addLiveEvents(new Batch(), userId, [{ topic: 'POSITION', entityId: id! }]);
    await t.db.transaction(async (tx) => void (await tx.commit(event)));
    db.failing = 1;
    world.ctx.live.notify(userId);
    await eventually(() => expect(reported).toContain(id));
    expect(db.failing).toBe(0);
  } finally {
    await changes.stop();
    await world.close();
  }
});
