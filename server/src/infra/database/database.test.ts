import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../testing/services/test-database.js';
import {
  Batch,
  fromJson,
  isDuplicateKey,
  isStatementTimeout,
  openDatabase,
  sqlErrorNumber,
  type Database,
} from './database.js';
import { eventually } from '../../testing/eventually.js';

const POOL_SIZE = 6;
let t: TestDatabase;
let db: Database;
let other: Database;
beforeAll(async () => {
  // Half of the connections are for transactions.
  t = await createTestDatabase({ connectionLimit: 2 * POOL_SIZE });
  db = t.db;
  other = openDatabase(t.url, { connectionLimit: 2 });
  await db.query(
    'CREATE TABLE scratch (id INT PRIMARY KEY, n INT NOT NULL DEFAULT 0, amount DECIMAL(36,18) NOT NULL DEFAULT 0, data JSON NULL)',
  );
});
afterAll(async () => {
  await other.close();
  await t.drop();
});
beforeEach(async () => {
  await db.run(new Batch().add('DELETE FROM scratch').add('INSERT INTO scratch (id) VALUES (1), (2)'));
});

const numbers = async () => {
  const rows = await other.query<{ id: number; n: number }[]>('SELECT id, n FROM scratch ORDER BY id');
  return Object.fromEntries(rows.map(({ id, n }) => [id, n]));
};
const connectionId = async (from: Pick<Database, 'query'>) => {
  const [row] = await from.query<{ id: number }[]>('SELECT CONNECTION_ID() AS id');
  return row?.id ?? 0;
};
/** Resolves when `count` callers have arrived; later ones pass at once. */
const barrier = (count: number) => {
  let arrived = 0;
  let open = () => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  return () => {
    if (++arrived >= count) open();
    return gate;
  };
};
const until = (holds: () => Promise<boolean>) => eventually(async () => expect(await holds()).toBe(true));

describe('every connection of the pool', () => {
  it('reads committed rows, counts time in UTC and is strict, for raw SQL and Prisma alike', async () => {
    const settings =
      'SELECT CONNECTION_ID() AS id, @@time_zone AS zone, @@sql_mode AS mode, @@autocommit AS autocommit';
    const meet = barrier(POOL_SIZE);
    const seen = await Promise.all(
      Array.from({ length: POOL_SIZE }, () =>
        db.transaction(async (tx) => {
          await meet();
          const [row] = await tx.query<{ id: number; zone: string; mode: string; autocommit: number }[]>(settings);
          // MariaDB before 11.1 and MySQL name the variable differently, and both know this statement.
          const [level] = await tx.query<{ Value: string }[]>(
            "SHOW VARIABLES WHERE Variable_name IN ('tx_isolation', 'transaction_isolation')",
          );
          return { ...row, level: level?.Value };
        }),
      ),
    );
    expect(new Set(seen.map(({ id }) => id)).size).toBe(POOL_SIZE);
    for (const row of seen)
      expect(row).toMatchObject({
        zone: '+00:00',
        level: 'READ-COMMITTED',
        mode: expect.stringContaining('STRICT_TRANS_TABLES'),
      });
    const [viaPrisma] = await db.prisma.$queryRawUnsafe<{ id: bigint; zone: string; autocommit: bigint }[]>(settings);
    expect(viaPrisma?.zone).toBe('+00:00');
    // A transaction begins with its first statement. A statement outside of one is committed at once.
    expect(seen.map(({ autocommit }) => Number(autocommit))).toEqual(seen.map(() => 0));
    expect(seen.map(({ id }) => id)).not.toContain(Number(viaPrisma?.id));
    expect(Number(viaPrisma?.autocommit)).toBe(1);
  });

  it('refuses a value that does not fit instead of cutting it', async () => {
    await expect(db.query("INSERT INTO users (email, password_hash) VALUES (REPEAT('a', 191), 'x')")).rejects.toThrow(
      /too long/i,
    );
  });
});

it('an error of the server names the statement but not its values', async () => {
  const error: unknown = await db
    .query('INSERT INTO no_such_table VALUES (?)', ['canary'])
    .catch((reason: unknown) => reason);
  expect(String(error)).toContain('no_such_table');
  expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain('canary');
});

describe('a batch', () => {
  it('answers one result for each statement, in one round trip', async () => {
    const [insert, rows, update] = await db.run(
      new Batch()
        .add('INSERT INTO scratch (id, n) VALUES (?, ?)', [3, 7])
        .add('SELECT n FROM scratch WHERE id = ?;', [3])
        .add('UPDATE scratch SET n = n + 1'),
    );
    expect([insert, rows, update]).toMatchObject([{ affectedRows: 1 }, [{ n: 7 }], { affectedRows: 3 }]);
    expect(await db.run(new Batch())).toEqual([]);
    expect(await db.run(new Batch().add('SELECT 1 AS one'))).toEqual([[{ one: 1 }]]);
  });

  it('with a COMMIT stops at the first statement that fails, and everything before is rolled back', async () => {
    const refused = db.transaction((tx) =>
      tx.commit(
        new Batch()
          .add('UPDATE scratch SET n = 1 WHERE id = 1')
          .add('INSERT INTO scratch (id) VALUES (2)')
          .add('UPDATE scratch SET n = 1 WHERE id = 2'),
      ),
    );
    await expect(refused).rejects.toSatisfy(isDuplicateKey);
    expect(await numbers()).toEqual({ 1: 0, 2: 0 });
  });
});

describe('a transaction', () => {
  it('commits what it wrote when the work returns, and with tx.commit', async () => {
    await db.transaction((tx) => tx.query('UPDATE scratch SET n = 5 WHERE id = 1'));
    const results = await db.transaction(async (tx) => {
      await tx.query('SELECT * FROM scratch WHERE id = 2 FOR UPDATE');
      return tx.commit(new Batch().add('UPDATE scratch SET n = 6 WHERE id = 2'));
    });
    expect(results).toMatchObject([{ affectedRows: 1 }]);
    expect(await numbers()).toEqual({ 1: 5, 2: 6 });
  });

  it('writes nothing when the work throws or rolls back, and its connection returns to the pool clean', async () => {
    const single = openDatabase(t.url, { connectionLimit: 1 });
    try {
      const boom = single.transaction(async (tx) => {
        await tx.query('UPDATE scratch SET n = 1 WHERE id = 1');
        throw new Error('boom');
      });
      await expect(boom).rejects.toThrow('boom');
      await single.transaction(async (tx) => {
        await tx.query('UPDATE scratch SET n = 1 WHERE id = 1');
        await tx.rollback();
      });
      expect(await numbers()).toEqual({ 1: 0, 2: 0 });
      // If the connection were still inside a transaction, other connections would not see this write.
      await single.query('UPDATE scratch SET n = 2 WHERE id = 2');
      expect(await numbers()).toEqual({ 1: 0, 2: 2 });
    } finally {
      await single.close();
    }
  });

  it('continues after a unique key refused a row', async () => {
    await db.transaction(async (tx) => {
      await expect(tx.query('INSERT INTO scratch (id) VALUES (1)')).rejects.toSatisfy(isDuplicateKey);
      await tx.query('UPDATE scratch SET n = 9 WHERE id = 1');
    });
    expect(await numbers()).toEqual({ 1: 9, 2: 0 });
  });

  it('sends nothing after its end', async () => {
    const late = db.transaction(async (tx) => {
      await tx.commit(new Batch());
      await tx.query('UPDATE scratch SET n = 1');
    });
    await expect(late).rejects.toThrow('has ended (committed)');
    expect(await numbers()).toEqual({ 1: 0, 2: 0 });
  });

  it('runs the work again after a real deadlock, also when the work hides the error', async () => {
    const meet = barrier(2);
    let runs = 0;
    const add = (first: number, second: number) =>
      db.transaction(async (tx) => {
        runs++;
        await tx.query('UPDATE scratch SET n = n + 1 WHERE id = ?', [first]);
        await meet();
        // Both at the same time, with the error ignored: the second must not run outside a transaction after the
        // server's rollback.
        await Promise.allSettled([
          tx.query('UPDATE scratch SET n = n + 1 WHERE id = ?', [second]),
          tx.query('UPDATE scratch SET n = n + 100 WHERE id = ?', [first]),
        ]);
      });
    await Promise.all([add(1, 2), add(2, 1)]);
    expect(runs).toBe(3);
    expect(await numbers()).toEqual({ 1: 102, 2: 102 });
  });

  it('gives up after five attempts with the error of the server', async () => {
    let runs = 0;
    const always = db.transaction(async (tx) => {
      runs++;
      await tx.query("SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213, MESSAGE_TEXT = 'deadlock'");
    });
    await expect(always).rejects.toSatisfy((error) => sqlErrorNumber(error) === 1213);
    expect(runs).toBe(5);
  });

  it('runs again when its connection was killed before the COMMIT', async () => {
    let runs = 0;
    await db.transaction(async (tx) => {
      await tx.query('UPDATE scratch SET n = n + 1 WHERE id = 1');
      if (++runs === 1) await other.query(`KILL CONNECTION ${await connectionId(tx)}`);
      await tx.query('UPDATE scratch SET n = n + 1 WHERE id = 2');
    });
    expect(runs).toBe(2);
    expect(await numbers()).toEqual({ 1: 1, 2: 1 });
  });

  it('of a process that stands still does not hold its rows for ever, where the server can end it', async () => {
    const [server] = await db.query<{ isMariaDb: number }[]>("SELECT VERSION() LIKE '%MariaDB%' AS isMariaDb");
    if (!server?.isMariaDb) return;
    let attempts = 0;
    let others: Promise<unknown> | undefined;
    await db.transaction(async (tx) => {
      await tx.query('UPDATE scratch SET n = n + 10 WHERE id = 1');
      if ((attempts += 1) > 1) return;
      // It waits for the row of this transaction, which says nothing more until the row was free.
      await (others = other.query('UPDATE scratch SET n = n + 1 WHERE id = 1'));
    });
    await others;
    expect(attempts).toBe(2);
    expect(await numbers()).toMatchObject({ 1: 11 });
  });

  it('does not run again when its connection was killed while it committed', async () => {
    let runs = 0;
    let id = 0;
    const killed = db.transaction(async (tx) => {
      runs++;
      id = await connectionId(tx);
      await tx.commit(new Batch().add('UPDATE scratch SET n = 1 WHERE id = 1').add('DO SLEEP(30)'));
    });
    const outcome = killed.then(
      () => 'committed',
      () => 'rejected',
    );
    await until(async () => {
      const list = await other.query<{ Id: number; Info: string | null }[]>('SHOW PROCESSLIST');
      return id > 0 && list.some((entry) => Number(entry.Id) === id && entry.Info?.includes('SLEEP'));
    });
    await other.query(`KILL CONNECTION ${id}`);
    expect(await outcome).toBe('rejected');
    expect(runs).toBe(1);
  });
});

it('continues after every idle connection of the pool was killed', async () => {
  const meet = barrier(POOL_SIZE);
  const ids = await Promise.all(
    Array.from({ length: POOL_SIZE }, () =>
      db.transaction(async (tx) => {
        await meet();
        return connectionId(tx);
      }),
    ),
  );
  for (const id of ids) await other.query(`KILL CONNECTION ${id}`);
  await until(async () => {
    const list = await other.query<{ Id: number }[]>('SHOW PROCESSLIST');
    return !list.some(({ Id }) => ids.includes(Number(Id)));
  });
  const answers = await Promise.all(Array.from({ length: 20 }, () => db.transaction((tx) => connectionId(tx))));
  expect(answers.every((id) => id > 0 && !ids.includes(id))).toBe(true);
  expect(await db.prisma.user.count()).toBe(0);
});

describe('values', () => {
  it('decimals survive to the 18th digit, by raw SQL and by Prisma', async () => {
    const digits = fc
      .tuple(fc.bigInt({ min: -(10n ** 18n) + 1n, max: 10n ** 18n - 1n }), fc.bigInt({ min: 0n, max: 10n ** 18n - 1n }))
      .map(([whole, part]) => `${whole}.${String(part).padStart(18, '0')}`);
    const user = await db.prisma.user.create({ data: { email: 'decimal@example.com', password_hash: 'x' } });
    const vault = await db.prisma.vault.create({ data: { user_id: user.id, name: 'v', trade_mode: 'SIMULATION' } });
    await fc.assert(
      fc.asyncProperty(digits, async (text) => {
        await db.query('UPDATE scratch SET amount = ? WHERE id = 1', [text]);
        const [row] = await db.query<{ amount: string }[]>('SELECT amount FROM scratch WHERE id = 1');
        expect(row?.amount).toBe(text);
        const move = {
          vault_id: vault.id,
          type: 'DEPOSIT',
          asset: 'USDT',
          amount: text,
          balance_delta: text,
          reserved_delta: '0',
        };
        expect((await db.prisma.vaultTransaction.create({ data: move })).amount.toFixed(18)).toBe(text);
      }),
      { numRuns: 50 },
    );
  });

  it('JSON is read as it was written, even a string that looks like JSON', async () => {
    for (const value of [{ a: [1, '2', null] }, 'text', '{"a":1}', 7, true, [], '😀']) {
      await db.query('UPDATE scratch SET data = ? WHERE id = 1', [JSON.stringify(value)]);
      const [row] = await db.query<{ data: unknown }[]>('SELECT data FROM scratch WHERE id = 1');
      expect(fromJson(row?.data)).toEqual(value);
    }
    const [row] = await db.query<{ data: unknown }[]>('SELECT data FROM scratch WHERE id = 2');
    expect(fromJson(row?.data)).toBeNull();
  });

  it('timestamps are UTC and have milliseconds', async () => {
    const at = new Date('2026-03-29T01:30:00.123Z');
    const user = await db.prisma.user.create({
      data: { email: 'moment@example.com', password_hash: 'x', created_at: at },
    });
    const [row] = await db.query<{ created_at: Date; text: string }[]>(
      'SELECT created_at, CAST(created_at AS CHAR) AS text FROM users WHERE id = ? AND created_at = ?',
      [user.id, at],
    );
    expect(row).toEqual({ created_at: at, text: '2026-03-29 01:30:00.123' });
  });
});

describe('adding to a decimal in SQL', () => {
  const START = '1000000000.123456789012345678';
  const EXACT = '1000000000.123456789012345679';
  const ONE = '0.000000000000000001';
  const amount = async () =>
    (await db.query<{ amount: string }[]>('SELECT amount FROM scratch WHERE id = 1'))[0]?.amount;
  beforeEach(() => db.query('UPDATE scratch SET amount = ? WHERE id = 1', [START]));

  it('drifts with a bare parameter and with Prisma increment, where the server computes those as doubles', async () => {
    // This documents the problem. A server or driver that computes exactly is fine too.
    const DRIFTED = '1000000000.123456800000000000';
    await db.query('UPDATE scratch SET amount = amount + ? WHERE id = 1', [ONE]);
    expect([EXACT, DRIFTED]).toContain(await amount());

    const user = await db.prisma.user.create({ data: { email: 'trap@example.com', password_hash: 'x' } });
    const vault = await db.prisma.vault.create({ data: { user_id: user.id, name: 'v', trade_mode: 'SIMULATION' } });
    const { id } = await db.prisma.vaultBalance.create({ data: { vault_id: vault.id, asset: 'USDT', balance: START } });
    const after = await db.prisma.vaultBalance.update({ where: { id }, data: { balance: { increment: ONE } } });
    expect([EXACT, DRIFTED]).toContain(after.balance.toFixed(18));
    const [{ version } = { version: '' }] = await db.query<{ version: string }[]>('SELECT VERSION() AS version');
    if (version.includes('MariaDB')) expect([await amount(), after.balance.toFixed(18)]).toEqual([DRIFTED, DRIFTED]);
  });

  it('is exact with CAST, with VALUES() and when the value was computed in code', async () => {
    await db.query('UPDATE scratch SET amount = amount + CAST(? AS DECIMAL(36,18)) WHERE id = 1', [ONE]);
    expect(await amount()).toBe(EXACT);
    await db.query(
      'INSERT INTO scratch (id, amount) VALUES (1, ?) ON DUPLICATE KEY UPDATE amount = amount + VALUES(amount)',
      [ONE],
    );
    expect(await amount()).toBe('1000000000.123456789012345680');
    await db.query('UPDATE scratch SET amount = ? WHERE id = 1', [EXACT]);
    expect(await amount()).toBe(EXACT);
  });

  it('adds a tenth three thousand times to exactly three hundred', async () => {
    await db.query('UPDATE scratch SET amount = 0 WHERE id = 1');
    const batch = new Batch();
    for (let i = 0; i < 3000; i++)
      batch.add('UPDATE scratch SET amount = amount + CAST(? AS DECIMAL(36,18)) WHERE id = 1', ['0.1']);
    await db.transaction((tx) => tx.commit(batch));
    expect(await amount()).toBe('300.000000000000000000');
  });
});

describe('a time limit for statements', () => {
  it('ends reads that run too long, also those of Prisma, and leaves transactions alone', async () => {
    const limited = openDatabase(t.url, { connectionLimit: 4, readTimeoutMs: 100 });
    const faults = await Promise.all(
      [limited.query<object[]>('SELECT SLEEP(20)'), limited.prisma.$queryRaw<object[]>`SELECT SLEEP(20)`].map((read) =>
        read.then(
          ([row]) => Object.values(row ?? {})[0] as unknown,
          (error: unknown) => isStatementTimeout(error),
        ),
      ),
    );
    // MySQL's SLEEP returns 1 when it was interrupted, and the statement succeeds.
    for (const fault of faults) expect([true, 1]).toContain(fault);
    expect(await limited.transaction((tx) => tx.query('SELECT SLEEP(0.3) AS slept'))).toEqual([{ slept: 0 }]);
    await limited.close();
  });

  it('is found in an error of either server and of Prisma, and in no other', () => {
    const ofPrisma = (originalCode: string) => ({ meta: { driverAdapterError: { cause: { originalCode } } } });
    expect([{ errno: 1969 }, { errno: 3024 }, ofPrisma('1969'), ofPrisma('3024')].map(isStatementTimeout)).toEqual(
      Array(4).fill(true),
    );
    expect([{ errno: 1205 }, ofPrisma('1205'), new Error('x'), null, undefined].map(isStatementTimeout)).toEqual(
      Array(5).fill(false),
    );
  });
});
