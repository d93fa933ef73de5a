import { afterAll, beforeAll, expect, it } from 'vitest';
import { Batch } from '../infra/database/database.js';
import { addLiveEvents, type LiveTopic } from '../infra/database/live-events.js';
import { createLogger } from '../infra/log.js';
import { makeUser } from '../testing/make.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { createTestRedis } from '../testing/services/test-redis.js';
import { createLiveHub, type LiveHub } from './live-hub.js';
import { createLiveChannel } from './live-channel.js';
import type { LiveEvent } from './live.store.js';

const log = createLogger({ level: 'silent', pretty: false });
let database: TestDatabase;
let redis: Awaited<ReturnType<typeof createTestRedis>>;

beforeAll(async () => {
  database = await createTestDatabase();
  redis = await createTestRedis();
});
afterAll(async () => {
  await redis.close();
  await database.drop();
});

const write = (userId: number, changes: { topic: LiveTopic; entityId: number }[]) =>
  database.db.transaction(async (tx) => void (await tx.commit(addLiveEvents(new Batch(), userId, changes))));

/** The next `count` events. Later events of the same batch are dropped, as when a socket is cut. */
async function take(events: AsyncIterator<LiveEvent[]>, count: number): Promise<LiveEvent[]> {
  const taken: LiveEvent[] = [];
  while (taken.length < count) {
    const result = await events.next();
    if (result.done) break;
    taken.push(...result.value);
  }
  return taken.slice(0, count);
}

const hubOver = (): { hub: LiveHub; notify(userId: number): void } => {
  const signals = createLiveChannel({ redis, log });
  return { hub: createLiveHub({ db: database.db, signals, log }), notify: (userId) => signals.notify(userId) };
};

it('a subscriber sees only its own user and its own topic', async () => {
  const [alice, bob] = [await makeUser(database.db), await makeUser(database.db)];
  const { hub, notify } = hubOver();
  const jobs = await hub.subscribe(alice.id, 'JOB');
  await write(bob.id, [{ topic: 'JOB', entityId: 666 }]);
  await write(alice.id, [
    { topic: 'FILL', entityId: 1 },
    { topic: 'JOB', entityId: 2 },
  ]);
  notify(alice.id);
  notify(bob.id);
  expect(await take(jobs, 1)).toEqual([{ seq: 2, topic: 'JOB', entityId: 2, jobStatus: null }]);
  hub.close();
});

it('two hundred cuts while others write lose nothing and repeat nothing', async () => {
  const { id: userId } = await makeUser(database.db);
  const { hub, notify } = hubOver();
  const total = 2_000;
  const writer = (async () => {
    let written = 0;
    while (written < total) {
      await Promise.all(
        Array.from({ length: 8 }, async () => {
          await write(userId, [{ topic: 'JOB', entityId: 0 }]);
          notify(userId);
        }),
      );
      written += 8;
    }
  })();
  const seen: number[] = [];
  for (let cut = 0; cut < 200; cut++) {
    const events = await hub.subscribe(userId, 'JOB', { after: seen.at(-1) ?? 0 });
    seen.push(...(await take(events, 10)).map((event) => event.seq));
    await events.return?.();
  }
  await writer;
  expect(seen).toEqual(Array.from({ length: total }, (_, index) => index + 1));
  hub.close();
});

it('events written by another process arrive through Redis, and by polling without any notify', async () => {
  const { id: userId } = await makeUser(database.db);
  const [here, there] = [hubOver(), hubOver()];
  const events = await here.hub.subscribe(userId, 'ALERT');
  await write(userId, [{ topic: 'ALERT', entityId: 5 }]);
  there.notify(userId);
  expect((await take(events, 1))[0]?.entityId).toBe(5);
  await write(userId, [{ topic: 'ALERT', entityId: 6 }]);
  expect((await take(events, 1))[0]?.entityId).toBe(6);
  here.hub.close();
  there.hub.close();
});

it('a reader that stops reading loses its subscription with SUBSCRIPTION_OVERFLOW and resumes by cursor', async () => {
  const { id: userId } = await makeUser(database.db);
  const { hub, notify } = hubOver();
  const stalled = await hub.subscribe(userId, 'JOB');
  const first = take(stalled, 1);
  await write(userId, [{ topic: 'JOB', entityId: 1 }]);
  notify(userId);
  expect((await first)[0]?.seq).toBe(1);
  const witness = await hub.subscribe(userId, 'FILL');
  for (let round = 0; round < 6; round++) {
    await write(
      userId,
      Array.from({ length: 200 }, (_, entityId) => ({ topic: 'JOB' as const, entityId })),
    );
  }
  await write(userId, [{ topic: 'FILL', entityId: 9 }]);
  notify(userId);
  expect((await take(witness, 1))[0]?.seq).toBe(1_202);
  await expect(stalled.next()).rejects.toMatchObject({ code: 'SUBSCRIPTION_OVERFLOW' });
  const resumed = await hub.subscribe(userId, 'JOB', { after: 1 });
  expect((await take(resumed, 1_200)).map((event) => event.seq)).toEqual(
    Array.from({ length: 1_200 }, (_, index) => index + 2),
  );
  hub.close();
});

it('a cursor that is too old and one that is too new are refused with their codes', async () => {
  const { id: userId } = await makeUser(database.db);
  const { hub } = hubOver();
  await write(
    userId,
    [1, 2, 3].map((entityId) => ({ topic: 'JOB', entityId })),
  );
  await database.db.query('DELETE FROM live_events WHERE user_id = ? AND seq <= 2', [userId]);
  await expect(hub.subscribe(userId, 'JOB', { after: 1 })).rejects.toMatchObject({ code: 'CURSOR_TOO_OLD' });
  await expect(hub.subscribe(userId, 'JOB', { after: 4 })).rejects.toMatchObject({ code: 'CURSOR_UNKNOWN' });
  const events = await hub.subscribe(userId, 'JOB', { after: 2 });
  expect((await take(events, 1))[0]?.seq).toBe(3);
  hub.close();
});

it('ending a subscription resolves a waiting read', async () => {
  const { id: userId } = await makeUser(database.db);
  const { hub } = hubOver();
  const events = await hub.subscribe(userId, 'JOB');
  const waiting = events.next();
  await events.return?.();
  expect(await waiting).toEqual({ value: undefined, done: true });
  hub.close();
});
