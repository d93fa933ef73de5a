import { afterAll, beforeAll, expect, it } from 'vitest';
import { readDatabaseSchema } from './services/database-schema.js';
import { createMigratedDatabase, createTestDatabase, type TestDatabase } from './services/test-database.js';
import { createTestRedis } from './services/test-redis.js';

let t: TestDatabase;
beforeAll(async () => {
  t = await createTestDatabase();
});
afterAll(() => t.drop());

it('gives a migrated database through Prisma and raw SQL alike', async () => {
  await t.db.query("INSERT INTO users (email, password_hash) VALUES ('a@example.com', 'x')");
  const [user] = await t.db.prisma.user.findMany();
  expect(user).toMatchObject({ email: 'a@example.com', is_active: true });
});

it('gives the tables that the migrations make, and their rows', async () => {
  const migrated = await createMigratedDatabase();
  const readAll = async ({ db }: TestDatabase) => {
    const rows = await db.query('SELECT migration_name, checksum FROM _prisma_migrations ORDER BY migration_name');
    const tables = await readDatabaseSchema(db);
    return { tables: tables.sort((a, b) => a.name.localeCompare(b.name)), rows };
  };
  const wanted = await readAll(migrated);
  await migrated.drop();
  expect(wanted.tables.length).toBeGreaterThan(40);
  expect(await readAll(t)).toEqual(wanted);
});

it('gives a Redis whose keys are gone after close', async () => {
  const first = await createTestRedis();
  await first.commands.set(`${first.prefix}a`, '1');
  await first.close();
  const second = await createTestRedis();
  expect(await second.commands.exists(`${first.prefix}a`)).toBe(0);
  await second.close();
});
