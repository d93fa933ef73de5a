import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeUser } from '../../testing/make.js';
import { createTestDatabase, type TestDatabase } from '../../testing/services/test-database.js';
import { Batch } from './database.js';
import { addLiveEvents, addLiveEventsOf } from './live-events.js';

let t: TestDatabase;
beforeAll(async () => {
  t = await createTestDatabase({ connectionLimit: 102 });
});
afterAll(() => t.drop());

const stream = (userId: number) =>
  t.db.query<{ seq: number; topic: string; entity_id: number }[]>(
    'SELECT seq, topic, entity_id FROM live_events WHERE user_id = ? ORDER BY seq',
    [userId],
  );

it('numbers the changes of a transaction in order, from 1 on, and does not affect other users', async () => {
  const [a, b] = [await makeUser(t.db), await makeUser(t.db)];
  const write = (userId: number, entityId: number) =>
    t.db.transaction((tx) =>
      tx.commit(
        addLiveEvents(new Batch().add('SET @position_id = ?', [entityId * 10]), userId, [
          { topic: 'JOB', entityId },
          { topic: 'FILL', entityId: entityId + 1 },
          { topic: 'POSITION', entityId: { sql: '@position_id' } },
        ]),
      ),
    );
  await write(a.id, 7);
  await write(b.id, 1);
  await write(a.id, 9);
  expect(await stream(a.id)).toEqual([
    { seq: 1, topic: 'JOB', entity_id: 7 },
    { seq: 2, topic: 'FILL', entity_id: 8 },
    { seq: 3, topic: 'POSITION', entity_id: 70 },
    { seq: 4, topic: 'JOB', entity_id: 9 },
    { seq: 5, topic: 'FILL', entity_id: 10 },
    { seq: 6, topic: 'POSITION', entity_id: 90 },
  ]);
  expect((await stream(b.id)).map(({ seq }) => seq)).toEqual([1, 2, 3]);
});

it('numbers a set of rows like single changes, an empty set too', async () => {
  const user = await makeUser(t.db);
  const ids = (list: number[]) =>
    list.map((id) => `SELECT ${id} AS id`).join(' UNION ') || 'SELECT 1 AS id FROM DUAL WHERE FALSE';
  await t.db.query('CREATE TABLE made (id INT PRIMARY KEY)');
  const write = (list: number[]) => {
    const batch = new Batch().add(`INSERT INTO made ${ids(list)}`);
    return t.db.transaction((tx) => tx.commit(addLiveEventsOf(batch, user.id, { topic: 'JOB', entityIds: ids(list) })));
  };
  for (const list of [[30, 10, 20], [], [40]]) await write(list);
  expect((await stream(user.id)).map(({ seq, entity_id }) => [seq, entity_id])).toEqual([
    [1, 10],
    [2, 20],
    [3, 30],
    [4, 40],
  ]);
});

it('uses no number without changes, and releases numbers when the transaction fails', async () => {
  const user = await makeUser(t.db);
  const change = { topic: 'JOB', entityId: 1 } as const;
  expect(addLiveEvents(new Batch(), user.id, []).size).toBe(0);
  const failing = addLiveEvents(new Batch(), user.id, [change, change]).add('SELECT * FROM no_such_table');
  await expect(t.db.transaction((tx) => tx.commit(failing))).rejects.toThrow('no_such_table');
  await t.db.transaction((tx) => tx.commit(addLiveEvents(new Batch(), user.id, [change])));
  expect((await stream(user.id)).map(({ seq }) => seq)).toEqual([1]);
});

it('has no gaps, and no reader sees one, while 50 writers write for one user, even for the first row', async () => {
  const user = await makeUser(t.db);
  const ROUNDS = 6;
  let isWriting = true;
  const holes: string[] = [];
  const reader = (async () => {
    while (isWriting) {
      const rows = await stream(user.id);
      rows.forEach(({ seq }, index) => {
        if (seq !== index + 1) holes.push(`${seq} at ${index + 1}`);
      });
    }
  })();
  const writers = Array.from({ length: 50 }, async (_, writer) => {
    for (let round = 0; round < ROUNDS; round++) {
      const changes = Array.from(
        { length: 1 + (writer % 3) },
        (_, index) => ({ topic: 'JOB', entityId: writer * 100 + index }) as const,
      );
      await t.db.transaction(async (tx) => {
        await tx.query('SELECT 1');
        await tx.commit(addLiveEvents(new Batch(), user.id, changes));
      });
    }
  });
  await Promise.all(writers).finally(() => (isWriting = false));
  await reader;
  const total = Array.from({ length: 50 }, (_, writer) => ROUNDS * (1 + (writer % 3))).reduce((sum, n) => sum + n, 0);
  expect(holes).toEqual([]);
  expect((await stream(user.id)).map(({ seq }) => seq)).toEqual(Array.from({ length: total }, (_, index) => index + 1));
});
