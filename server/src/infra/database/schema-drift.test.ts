import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { constraintName, readPrismaSchema, type SchemaTable } from '../../testing/services/prisma-schema.js';
import { readDatabaseSchema } from '../../testing/services/database-schema.js';
import { createMigratedDatabase, type TestDatabase } from '../../testing/services/test-database.js';

let t: TestDatabase;
let wanted: SchemaTable[];
beforeAll(async () => {
  t = await createMigratedDatabase();
  wanted = readPrismaSchema(await readFile(new URL('../../../../prisma/schema.prisma', import.meta.url), 'utf8'));
});
afterAll(() => t.drop());

/** Both sides as sorted lines, so that a difference shows the missing or extra line. */
const lines = (tables: readonly SchemaTable[]): string[] =>
  tables
    .flatMap((table) => [
      `${table.name}`,
      ...table.columns.map(
        (column) =>
          `${table.name}.${column.name} ${column.type} ${column.nullable ? 'null' : 'not null'} default ${column.default}` +
          `${column.autoIncrement ? ' auto_increment' : ''}${column.updatedAt ? ' on update now' : ''}`,
      ),
      ...table.indexes.map(
        (index) => `${table.name} ${index.unique ? 'unique' : 'index'} ${index.name} (${index.columns.join(', ')})`,
      ),
      ...table.foreignKeys.map(
        (key) =>
          `${table.name} foreign key ${key.name} (${key.columns.join(', ')}) -> ${key.referencedTable} (${key.referencedColumns.join(', ')})` +
          ` on delete ${key.onDelete} on update ${key.onUpdate}`,
      ),
    ])
    .sort();

it('the migrated database is what schema.prisma says, to the last index and delete rule', async () => {
  expect(wanted.length).toBeGreaterThanOrEqual(26);
  expect(lines(await readDatabaseSchema(t.db))).toEqual(lines(wanted));
});

it('no column of the schema was overlooked: Prisma reads every table and names the same fields', async () => {
  for (const table of wanted) {
    const columns = table.columns.map(({ name }) => `\`${name}\``).join(', ');
    await expect(t.db.query(`SELECT ${columns} FROM \`${table.name}\` LIMIT 1`)).resolves.toEqual([]);
  }
  const delegates = Object.values(t.db.prisma).filter(
    (value): value is { findMany(): Promise<unknown[]> } => typeof value?.findMany === 'function',
  );
  expect(delegates.length).toBe(wanted.length);
  for (const delegate of delegates) expect(await delegate.findMany()).toEqual([]);
});

it('everything has the same character set, and exact identities compare by bytes', async () => {
  const collations = await t.db.query<{ col: string; collation: string }[]>(
    `SELECT CONCAT(TABLE_NAME, '.', COLUMN_NAME) AS col, COLLATION_NAME AS collation FROM information_schema.COLUMNS
     WHERE TABLE_SCHEMA = DATABASE() AND COLLATION_NAME IS NOT NULL AND TABLE_NAME <> '_prisma_migrations'
       AND DATA_TYPE IN ('varchar', 'char', 'text')`,
  );
  const byBytes = collations.filter(({ collation }) => collation === 'utf8mb4_bin').map(({ col }) => col);
  expect(collations.filter(({ collation }) => !['utf8mb4_bin', 'utf8mb4_unicode_ci'].includes(collation))).toEqual([]);
  expect(byBytes).toEqual(
    expect.arrayContaining([
      'sessions.id',
      'webhook_sources.webhook_code',
      'webhook_receipts.receipt',
      'webhook_receipts.event_uid',
      'webhook_events.event_uid',
      'trade_executions.client_order_id',
      'simulated_orders.client_order_id',
      'position_fills.trade_id',
      'trade_jobs.idempotency_key',
      'users.email',
      'vault_transactions.dedupe_key',
      'bulk_actions.dedupe_key',
      'idempotency_keys.idempotency_key',
    ]),
  );
});

it('every unique key compares its texts by bytes, except words of a closed list', async () => {
  /** Written in one spelling by the program alone: assets and symbols in capital letters, and enum words. */
  const words = ['asset', 'symbol', 'side', 'trade_mode', 'role', 'action'];
  const keys = await t.db.query<{ col: string; name: string; collation: string }[]>(
    `SELECT DISTINCT CONCAT(c.TABLE_NAME, '.', c.COLUMN_NAME) AS col, c.COLUMN_NAME AS name, c.COLLATION_NAME AS collation
       FROM information_schema.STATISTICS s JOIN information_schema.COLUMNS c
         ON c.TABLE_SCHEMA = s.TABLE_SCHEMA AND c.TABLE_NAME = s.TABLE_NAME AND c.COLUMN_NAME = s.COLUMN_NAME
      WHERE s.TABLE_SCHEMA = DATABASE() AND s.NON_UNIQUE = 0 AND c.COLLATION_NAME IS NOT NULL
        AND s.TABLE_NAME <> '_prisma_migrations'`,
  );
  expect(keys.length).toBeGreaterThan(20);
  const loose = keys.filter(({ collation, name }) => collation !== 'utf8mb4_bin' && !words.includes(name));
  expect(loose.map(({ col }) => col)).toEqual([]);
});

describe('the comparison notices', () => {
  // Each change is made to the real database, detected, and reverted.
  it.each([
    [
      'a missing column',
      'ALTER TABLE users DROP COLUMN must_change_password',
      'ALTER TABLE users ADD COLUMN must_change_password BOOLEAN NOT NULL DEFAULT false',
    ],
    ['a column too many', 'ALTER TABLE users ADD COLUMN extra INT NULL', 'ALTER TABLE users DROP COLUMN extra'],
    [
      'another type',
      'ALTER TABLE vault_balances MODIFY reserved DECIMAL(36,17) NOT NULL DEFAULT 0',
      'ALTER TABLE vault_balances MODIFY reserved DECIMAL(36,18) NOT NULL DEFAULT 0',
    ],
    [
      'another nullability',
      'ALTER TABLE vaults MODIFY name VARCHAR(120) NULL',
      'ALTER TABLE vaults MODIFY name VARCHAR(120) NOT NULL',
    ],
    [
      'a missing default',
      'ALTER TABLE trade_jobs ALTER COLUMN origin DROP DEFAULT',
      "ALTER TABLE trade_jobs ALTER COLUMN origin SET DEFAULT 'WEBHOOK'",
    ],
    [
      'another default',
      'ALTER TABLE webhook_sources ALTER COLUMN rate_limit_per_min SET DEFAULT 61',
      'ALTER TABLE webhook_sources ALTER COLUMN rate_limit_per_min SET DEFAULT 60',
    ],
    [
      'a missing ON UPDATE',
      'ALTER TABLE vaults MODIFY updated_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)',
      'ALTER TABLE vaults MODIFY updated_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3)',
    ],
    [
      'JSON kept as text',
      'ALTER TABLE audit_logs MODIFY changes_json LONGTEXT NULL',
      'ALTER TABLE audit_logs MODIFY changes_json JSON NULL',
    ],
    [
      'a missing index',
      'DROP INDEX users_is_active_idx ON users',
      'CREATE INDEX users_is_active_idx ON users (is_active)',
    ],
    [
      'an index that lost its uniqueness',
      'ALTER TABLE users DROP INDEX users_email_key, ADD INDEX users_email_key (email)',
      'ALTER TABLE users DROP INDEX users_email_key, ADD UNIQUE INDEX users_email_key (email)',
    ],
    [
      'the columns of an index in another order',
      'ALTER TABLE trade_jobs DROP INDEX trade_jobs_status_id_idx, ADD INDEX trade_jobs_status_id_idx (id, status)',
      'ALTER TABLE trade_jobs DROP INDEX trade_jobs_status_id_idx, ADD INDEX trade_jobs_status_id_idx (status, id)',
    ],
    [
      'a missing foreign key',
      'ALTER TABLE live_cursors DROP FOREIGN KEY live_cursors_user_id_fkey',
      'ALTER TABLE live_cursors ADD CONSTRAINT live_cursors_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE ON UPDATE CASCADE',
    ],
  ])('%s', async (_, change, back) => {
    await t.db.query(change);
    try {
      expect(lines(await readDatabaseSchema(t.db))).not.toEqual(lines(wanted));
    } finally {
      await t.db.query(back);
    }
    expect(lines(await readDatabaseSchema(t.db))).toEqual(lines(wanted));
  });

  it('another delete rule', async () => {
    const add = (rule: string) =>
      `ALTER TABLE vaults ADD CONSTRAINT vaults_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE ${rule} ON UPDATE CASCADE`;
    const drop = 'ALTER TABLE vaults DROP FOREIGN KEY vaults_user_id_fkey';
    for (const rule of ['CASCADE', 'RESTRICT']) {
      await t.db.query(drop);
      await t.db.query(add(rule));
      const isSame = lines(await readDatabaseSchema(t.db)).join('\n') === lines(wanted).join('\n');
      expect([rule, isSame]).toEqual([rule, rule === 'RESTRICT']);
    }
  });
});

describe('the rules in the database', () => {
  it.each([
    [
      'more reserved than there is',
      "INSERT INTO vault_balances (vault_id, asset, balance, reserved) VALUES (1, 'A', 1, 1.000000000000000001)",
    ],
    [
      'a negative reservation',
      "INSERT INTO vault_balances (vault_id, asset, balance, reserved) VALUES (1, 'A', 1, -0.000000000000000001)",
    ],
    [
      'a negative free balance',
      "INSERT INTO account_balances_cache (exchange_account_id, trade_mode, asset, free) VALUES (1, 'REAL', 'A', -1)",
    ],
    [
      'a negative locked balance',
      "INSERT INTO account_balances_cache (exchange_account_id, trade_mode, asset, locked) VALUES (1, 'REAL', 'A', -1)",
    ],
    ['more remaining than in all', position('1', '2', '0')],
    ['a negative remainder', position('1', '-1', '0')],
    ['more reserved than remains', position('2', '1', '1.1')],
    ['a negative reservation', position('2', '1', '-1')],
    [
      'more sold than reserved',
      'INSERT INTO position_reservations (trade_job_id, position_id, qty, qty_sold) VALUES (1, 1, 1, 2)',
    ],
    [
      'a negative sale',
      'INSERT INTO position_reservations (trade_job_id, position_id, qty, qty_sold) VALUES (1, 1, 1, -1)',
    ],
  ])('refuse %s', async (_, insert) => {
    await expect(t.db.query(insert)).rejects.toThrow(/constraint .*_check/i);
  });

  function position(total: string, remaining: string, reserved: string): string {
    return `INSERT INTO trade_positions (exchange_account_id, trade_mode, symbol, trade_job_id_open, qty_total, qty_remaining, qty_reserved, price_open, status)
      VALUES (1, 'SIMULATION', 'A/B', 1, ${total}, ${remaining}, ${reserved}, 1, 'OPEN')`;
  }
});

it('names of keys are cut to 64 characters as Prisma cuts them', () => {
  expect(constraintName('users', ['email'], '_key')).toBe('users_email_key');
  const long = constraintName(
    'a_table_with_quite_a_long_name',
    ['and_a_column_with_a_long_name', 'and_another'],
    '_fkey',
  );
  expect(long).toBe('a_table_with_quite_a_long_name_and_a_column_with_a_long_nam_fkey');
  expect(long).toHaveLength(64);
});
