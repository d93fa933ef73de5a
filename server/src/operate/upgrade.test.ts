import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { restoreBackup } from '../backup/restore-backup.js';
import { dropSchema, openServer } from '../backup/backup.store.js';
import { startAuditChain } from '../graphql/audit.js';
import { MIGRATIONS_DIR } from '../infra/database/migrate.js';
import { version } from '../infra/version.js';
import { insertHeartbeat } from '../system/heartbeat.store.js';
import { makeUser, makeVault } from '../testing/make.js';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { createTestContext } from '../testing/test-context.js';
import { openDatabase } from '../infra/database/database.js';
import type { CommandContext } from './command.js';
import { runUpgrade } from './upgrade-command.js';

/** Applied after all migrations of this version. */
const NEXT = '99990101_next';
let t: TestDatabase;
let [dir, migrationsDir] = ['', ''];
let ctx: CommandContext;
let said: string[] = [];
const schemas: string[] = [];

const contextOf = (db: TestDatabase['db'], url: string, env: Partial<CommandContext['env']> = {}): CommandContext => {
  const test = createTestContext(db);
  const settings = { ...test.env, DATABASE_URL: url, REDIS_URL: process.env.REDIS_URL ?? '', BACKUP_DIR: dir, ...env };
  const { clock, log, secrets } = test;
  return { db, clock, log, secrets, env: settings, say: (line) => void said.push(line), write: () => undefined };
};

beforeEach(async () => {
  [t, dir, migrationsDir] = await Promise.all([
    createTestDatabase(),
    mkdtemp(path.join(os.tmpdir(), 'mvcash-upgrade-')),
    mkdtemp(path.join(os.tmpdir(), 'mvcash-migrations-')),
  ]);
  await cp(MIGRATIONS_DIR, migrationsDir, { recursive: true });
  ctx = contextOf(t.db, t.url);
  await startAuditChain(ctx);
  const { id: userId } = await makeUser(t.db);
  await makeVault(t.db, { user_id: userId });
});
afterEach(async () => {
  const server = await openServer(t.url);
  for (const name of schemas.splice(0)) await dropSchema(server, name);
  await server.end();
  await t.drop();
  for (const folder of [dir, migrationsDir]) await rm(folder, { recursive: true });
});

/** A migration of the version that is upgraded to. */
async function add(name: string, sql: string): Promise<void> {
  await mkdir(path.join(migrationsDir, name));
  await writeFile(path.join(migrationsDir, name, 'migration.sql'), sql);
}
async function run(...args: string[]): Promise<{ code: number; text: string }> {
  said = [];
  const code = await runUpgrade(ctx, args, { migrationsDir });
  return { code, text: said.join('\n') };
}
const hasTable = async (name: string): Promise<boolean> =>
  (
    await t.db.query<unknown[]>(
      'SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?',
      [name],
    )
  ).length > 0;
const copies = async (): Promise<number> => {
  const like = new URL(t.url).pathname.slice(1).replaceAll('_', '\\_');
  return (await t.db.query<unknown[]>(`SHOW DATABASES LIKE '${like}\\_restore%'`)).length;
};

describe('The upgrade', () => {
  it('writes a backup, tries the migrations on a copy of it, applies them, checks, and says which processes to restart', async () => {
    await add(NEXT, 'CREATE TABLE next_table (n INT NOT NULL); INSERT INTO next_table VALUES (1);');
    const figures = { status: 'running' as const, cpuPct: 1, memoryPct: 1, at: new Date() };
    const beat = (service: 'API' | 'MONITORS', processId: number, host: string, own: string) =>
      insertHeartbeat(t.db, { service, processId, ...figures, metrics: { host, version: own } });
    await beat('API', 7, 'one', '0.0.1');
    await beat('MONITORS', 7, 'two', version);
    const { code, text } = await run();
    expect(text).toMatch(new RegExp(`ok {4}migrations +1 to apply: ${NEXT}`));
    expect(text).toMatch(/WARN {2}processes +API 7 on one \(0\.0\.1\), MONITORS 7 on two/);
    expect(text).toContain('Restored into a schema of its own and upgraded there');
    expect(text).toContain(`Applied: ${NEXT}`);
    expect(text).toMatch(/Restart these processes[^]*API 7 on one$/);
    expect(code).toBe(0);
    expect(await t.db.query('SELECT n FROM next_table')).toEqual([{ n: 1 }]);
    // The backup is not one of the daily ones, which are deleted when they are old.
    expect(await readdir(dir)).toEqual([expect.stringMatching(/restore-?point/)]);
    expect(await copies()).toBe(0);
    const [entry] = await t.db.query<{ action: string; changes: string }[]>(
      'SELECT action, changes_json AS changes FROM audit_logs ORDER BY id DESC LIMIT 1',
    );
    expect(entry?.action).toBe('upgradeDatabase');
    expect(await run()).toMatchObject({ code: 0, text: expect.stringContaining(`of version ${version} already`) });
  });

  it('takes a migration that drops a table', async () => {
    await add(NEXT, 'CREATE TABLE next_table (n INT NOT NULL); INSERT INTO next_table VALUES (1), (2);');
    expect(await run()).toMatchObject({ code: 0 });
    await add(`${NEXT}_drop`, 'DROP TABLE next_table;');
    expect(await run()).toMatchObject({ code: 0, text: expect.stringContaining(`Applied: ${NEXT}_drop`) });
    expect(await hasTable('next_table')).toBe(false);
  });

  it('only checks with --check', async () => {
    await add(NEXT, 'CREATE TABLE next_table (n INT)');
    expect(await run('--check')).toMatchObject({ code: 0, text: expect.stringMatching(/1 to apply/) });
    expect(await hasTable('next_table')).toBe(false);
    expect(await readdir(dir)).toEqual([]);
    await expect(run('--force')).rejects.toThrow(/no option --force/);
  });

  it('refuses a database of a newer version, and one with an interrupted migration', async () => {
    const insert = (name: string, finished: string) =>
      t.db.query(
        `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES (?, 'x', ?, ${finished})`,
        [name.slice(0, 36), name],
      );
    await add(NEXT, 'CREATE TABLE next_table (n INT)');
    await insert('99980101_later', 'UTC_TIMESTAMP(3)');
    const newer = await run();
    expect(newer.code).toBe(1);
    expect(newer.text).toMatch(/FAIL {2}migrations +the database is of a newer version than this one .*99980101_later/);
    expect(newer.text).toMatch(/→ Run the version that wrote this database/);
    await t.db.query("DELETE FROM _prisma_migrations WHERE migration_name = '99980101_later'");
    await insert('99970101_half', 'NULL');
    expect(await run()).toMatchObject({ code: 1, text: expect.stringMatching(/99970101_half did not finish/) });
    expect(await hasTable('next_table')).toBe(false);
    expect(await readdir(dir)).toEqual([]);
  });

  it('changes nothing when the data is not sound, or when a migration fails on the copy', async () => {
    await add(NEXT, 'CREATE TABLE next_table (n INT)');
    await t.db.query('UPDATE vault_balances SET balance = balance + 1');
    const tampered = await run();
    expect(tampered).toMatchObject({ code: 1, text: expect.stringMatching(/FAULT {2}vault \d+: USDT balance/) });
    await t.db.query('UPDATE vault_balances SET balance = balance - 1');
    await add('99990102_bad', 'ALTER TABLE there_is_none ADD COLUMN n INT');
    const failed = await run();
    expect(failed.code).toBe(1);
    expect(failed.text).toMatch(
      /On a copy of the database the upgrade failed: Migration 99990102_bad failed: .*there_is_none/,
    );
    expect(failed.text).toMatch(/The database itself was not changed/);
    expect(await hasTable('next_table')).toBe(false);
    expect(await copies()).toBe(0);
  });

  it('says the way back when it fails, and the version of before restores with it', async () => {
    // Fails in the database only, not on the copy.
    await add(
      NEXT,
      `CREATE TABLE next_table (n INT NOT NULL);
       UPDATE vaults SET name = 'broken';
       INSERT INTO next_table SELECT IF(DATABASE() LIKE '%restore%', 1, NULL)`,
    );
    const { code, text } = await run();
    expect(code).toBe(1);
    expect(text).toMatch(/The upgrade failed: Migration 99990101_next failed/);
    const [, file = ''] = /^ {4}restore (\S+) --yes$/m.exec(text) ?? [];
    const names = async () => (await t.db.query<{ name: string }[]>('SELECT name FROM vaults')).map(({ name }) => name);
    expect(await names()).toEqual(['broken']);
    const place = { databaseUrl: t.url, dir, product: version };
    const { secrets, log } = ctx;
    const outcome = await restoreBackup({ file, databaseUrl: t.url, secrets, log, place, now: new Date() });
    expect(outcome).toMatchObject({ ok: true });
    if (outcome.ok) schemas.push(outcome.previousSchema);
    expect(await names()).not.toEqual(['broken']);
    expect(await hasTable('next_table')).toBe(false);
    // With the mended migration it works.
    await rm(path.join(migrationsDir, NEXT), { recursive: true });
    await add(NEXT, 'CREATE TABLE next_table (n INT NOT NULL)');
    expect(await run()).toMatchObject({ code: 0 });
  });

  it('needs a backup that can be verified, and prepares an empty database without one', async () => {
    await add(NEXT, 'CREATE TABLE next_table (n INT)');
    ctx = contextOf(t.db, t.url, { BACKUP_DIR: undefined });
    expect(await run()).toMatchObject({ code: 1, text: expect.stringMatching(/FAIL {2}backups +no folder/) });
    ctx = contextOf(t.db, t.url, { BACKUP_AGE_RECIPIENT: 'age1x' });
    expect(await run()).toMatchObject({ code: 1, text: expect.stringMatching(/FAIL {2}backups .*cannot be verified/) });
    const empty = await createEmptyDatabase();
    const db = openDatabase(empty.url, { connectionLimit: 2 });
    ctx = contextOf(db, empty.url);
    expect(await run()).toMatchObject({ code: 0, text: expect.stringMatching(/was empty/) });
    expect(await db.query('SELECT COUNT(*) AS n FROM next_table')).toEqual([{ n: 0 }]);
    await db.close();
    await empty.drop();
  });
});
