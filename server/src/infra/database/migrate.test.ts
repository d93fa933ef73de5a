import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEmptyDatabase } from '../../testing/services/test-database.js';
import { Batch, openDatabase, type Database } from './database.js';
import { migrate, MIGRATIONS_DIR } from './migrate.js';

let dir: string;
let empty: Awaited<ReturnType<typeof createEmptyDatabase>>;
let db: Database;
let logged: string[];
const log = {
  info: (...parts: unknown[]) => void logged.push(`info ${parts.map(String).at(-1)}`),
  warn: (...parts: unknown[]) => void logged.push(`warn ${parts.map(String).at(-1)}`),
};

beforeEach(async () => {
  logged = [];
  dir = await mkdtemp(path.join(os.tmpdir(), 'migrate-test-'));
  empty = await createEmptyDatabase();
  db = openDatabase(empty.url, { connectionLimit: 4 });
});
afterEach(async () => {
  await db.close();
  await empty.drop();
  await rm(dir, { recursive: true });
});

const write = async (name: string, sql: string) => {
  await mkdir(path.join(dir, name), { recursive: true });
  await writeFile(path.join(dir, name, 'migration.sql'), sql);
};
const run = () => migrate({ databaseUrl: empty.url, dir, log });
const rows = () =>
  db.query<Record<string, unknown>[]>('SELECT * FROM _prisma_migrations ORDER BY started_at, migration_name');

it('applies new migrations in the order of their names and records them as Prisma does', async () => {
  await write('2_second', 'ALTER TABLE a ADD COLUMN m INT;');
  await write('1_first', '-- a comment\nCREATE TABLE a (n INT);\nINSERT INTO a VALUES (1);\n');
  expect(await run()).toEqual(['1_first', '2_second']);
  expect(await run()).toEqual([]);
  await write('3_third', 'UPDATE a SET m = n;');
  expect(await run()).toEqual(['3_third']);
  expect(await db.query('SELECT * FROM a')).toEqual([{ n: 1, m: 1 }]);
  expect(await rows()).toMatchObject([
    // sha256 of the file
    {
      migration_name: '1_first',
      checksum: '0c3f5ff64ae3cc3c612331157975e4ddef100c4840a0a32419c23451c0151135',
      applied_steps_count: 1,
      logs: null,
      rolled_back_at: null,
    },
    { migration_name: '2_second', applied_steps_count: 1, finished_at: expect.any(Date) },
    { migration_name: '3_third', applied_steps_count: 1, finished_at: expect.any(Date) },
  ]);
});

it('fails loudly, also on the next run, until the row is marked as rolled back', async () => {
  await write('1_first', 'CREATE TABLE a (n INT); CREATE TABLE a (n INT);');
  await write('2_second', 'CREATE TABLE b (n INT);');
  await expect(run()).rejects.toThrow(/1_first failed: .*already exists/);
  await expect(run()).rejects.toThrow(/1_first did not finish .*already exists.*rolled_back_at/s);
  expect(await db.query("SHOW TABLES LIKE 'b'")).toEqual([]);

  await db.run(new Batch().add('DROP TABLE a').add('UPDATE _prisma_migrations SET rolled_back_at = UTC_TIMESTAMP(3)'));
  await write('1_first', 'CREATE TABLE a (n INT);');
  expect(await run()).toEqual(['1_first', '2_second']);
});

it('fails after a run that was stopped in the middle', async () => {
  await write('1_first', 'CREATE TABLE a (n INT);');
  await run();
  await db.query('UPDATE _prisma_migrations SET finished_at = NULL');
  await expect(run()).rejects.toThrow('1_first did not finish (the process was stopped in the middle)');
});

it('lets several processes start at once: one applies, the others wait for it', async () => {
  await write('1_first', 'CREATE TABLE a (n INT); DO SLEEP(0.2);');
  const results = await Promise.all([run(), run(), run()]);
  expect(results.flat()).toEqual(['1_first']);
  expect(logged).toContain('info waiting for the migration of another process');
});

it('warns about a changed file and a missing file', async () => {
  await write('1_first', 'CREATE TABLE a (n INT);');
  await write('2_second', 'CREATE TABLE b (n INT);');
  await run();
  await write('1_first', 'CREATE TABLE a (n BIGINT);');
  await rm(path.join(dir, '2_second'), { recursive: true });
  logged = [];
  expect(await run()).toEqual([]);
  expect(logged).toEqual([
    'warn the file of an applied migration is missing',
    'warn the file of a migration was changed after it was applied',
  ]);
});

it('finds the migrations of the repository by itself', async () => {
  expect(MIGRATIONS_DIR).toMatch(/prisma.migrations$/);
  expect((await migrate({ databaseUrl: empty.url, log }))[0]).toBe('20261124000000_init');
  expect(await db.prisma.user.count()).toBe(0);
});
