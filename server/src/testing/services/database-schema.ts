import type { Database } from '../../infra/database/database.js';
import type { SchemaColumn, SchemaTable } from './prisma-schema.js';

interface ColumnRow {
  tab: string;
  name: string;
  type: string;
  nullable: 'YES' | 'NO';
  fallback: string | null;
  extra: string;
  isJson: number;
}

/**
 * The tables of the server, in the form of `readPrismaSchema`. MySQL and MariaDB print the same thing differently:
 * display widths (`int(11)`), quoted defaults and `NULL` as text (MariaDB), JSON as LONGTEXT with a check (MariaDB).
 */
export async function readDatabaseSchema(db: Pick<Database, 'query'>): Promise<SchemaTable[]> {
  const tables = new Map<string, SchemaTable>();
  const names = await db.query<{ tab: string }[]>(
    `SELECT TABLE_NAME AS tab FROM information_schema.TABLES
     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE' AND TABLE_NAME <> '_prisma_migrations'`,
  );
  for (const { tab } of names) tables.set(tab, { name: tab, columns: [], indexes: [], foreignKeys: [] });
  const [{ isMariaDb } = { isMariaDb: false }] = await db.query<{ isMariaDb: number }[]>(
    "SELECT VERSION() LIKE '%MariaDB%' AS isMariaDb",
  );
  for (const row of await readColumns(db, Boolean(isMariaDb)))
    tables.get(row.tab)?.columns.push(toColumn(row, Boolean(isMariaDb)));
  for (const row of await readIndexes(db)) {
    tables
      .get(row.tab)
      ?.indexes.push({ name: row.name, unique: Number(row.nonUnique) === 0, columns: row.columns.split(',') });
  }
  for (const row of await readForeignKeys(db)) {
    tables.get(row.tab)?.foreignKeys.push({
      name: row.name,
      columns: row.columns.split(','),
      referencedTable: row.referencedTable,
      referencedColumns: row.referencedColumns.split(','),
      onDelete: row.onDelete,
      onUpdate: row.onUpdate,
    });
  }
  return [...tables.values()];
}

async function readColumns(db: Pick<Database, 'query'>, isMariaDb: boolean): Promise<ColumnRow[]> {
  const columns = await db.query<ColumnRow[]>(
    `SELECT TABLE_NAME AS tab, COLUMN_NAME AS name, COLUMN_TYPE AS type, IS_NULLABLE AS nullable,
       COLUMN_DEFAULT AS fallback, EXTRA AS extra, DATA_TYPE = 'json' AS isJson
     FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME, ORDINAL_POSITION`,
  );
  if (!isMariaDb) return columns;
  // MariaDB stores JSON as LONGTEXT with a check; the check shows that it is JSON.
  const checks = await db.query<{ tab: string; clause: string }[]>(
    `SELECT TABLE_NAME AS tab, CHECK_CLAUSE AS clause FROM information_schema.CHECK_CONSTRAINTS
     WHERE CONSTRAINT_SCHEMA = DATABASE()`,
  );
  const known = new Set(checks.map(({ tab, clause }) => `${tab} ${clause}`));
  return columns.map((row) => ({ ...row, isJson: Number(known.has(`${row.tab} json_valid(\`${row.name}\`)`)) }));
}

function toColumn(row: ColumnRow, isMariaDb: boolean): SchemaColumn {
  const extra = row.extra.toLowerCase();
  return {
    name: row.name,
    type: row.isJson ? 'json' : row.type.toLowerCase().replace(/^(int|bigint)\(\d+\)/, '$1'),
    nullable: row.nullable === 'YES',
    default: toDefault(row.fallback, isMariaDb, row.type),
    autoIncrement: extra.includes('auto_increment'),
    updatedAt: /on update current_timestamp\(3\)/.test(extra),
  };
}

function toDefault(text: string | null, isMariaDb: boolean, type: string): string | null {
  if (text === null || (isMariaDb && text === 'NULL')) return null;
  if (/^current_timestamp\(3\)$/i.test(text)) return 'now';
  const plain = isMariaDb ? text.replace(/^'(.*)'$/, '$1') : text;
  // DECIMAL defaults print with their scale: 0.000000000000000000.
  return /^decimal/i.test(type) ? plain.replace(/\.?0+$/, '') || '0' : plain;
}

const readIndexes = (db: Pick<Database, 'query'>) =>
  db.query<{ tab: string; name: string; nonUnique: number; columns: string }[]>(
    `SELECT TABLE_NAME AS tab, INDEX_NAME AS name, MIN(NON_UNIQUE) AS nonUnique,
       GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX SEPARATOR ',') AS columns
     FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() GROUP BY TABLE_NAME, INDEX_NAME`,
  );

interface ForeignKeyRow {
  tab: string;
  name: string;
  columns: string;
  referencedTable: string;
  referencedColumns: string;
}
interface RuleRow {
  tab: string;
  name: string;
  onDelete: string;
  onUpdate: string;
}

async function readForeignKeys(db: Pick<Database, 'query'>): Promise<(ForeignKeyRow & RuleRow)[]> {
  const keys = await db.query<ForeignKeyRow[]>(
    `SELECT TABLE_NAME AS tab, CONSTRAINT_NAME AS name, MIN(REFERENCED_TABLE_NAME) AS referencedTable,
       GROUP_CONCAT(COLUMN_NAME ORDER BY ORDINAL_POSITION SEPARATOR ',') AS columns,
       GROUP_CONCAT(REFERENCED_COLUMN_NAME ORDER BY ORDINAL_POSITION SEPARATOR ',') AS referencedColumns
     FROM information_schema.KEY_COLUMN_USAGE
     WHERE TABLE_SCHEMA = DATABASE() AND CONSTRAINT_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME IS NOT NULL
     GROUP BY TABLE_NAME, CONSTRAINT_NAME`,
  );
  const rules = await db.query<RuleRow[]>(
    `SELECT TABLE_NAME AS tab, CONSTRAINT_NAME AS name, DELETE_RULE AS onDelete, UPDATE_RULE AS onUpdate
     FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE()`,
  );
  const byKey = new Map(rules.map((rule) => [`${rule.tab} ${rule.name}`, rule]));
  return keys.map((key) => {
    const rule = byKey.get(`${key.tab} ${key.name}`);
    if (!rule) throw new Error(`no rules for the foreign key ${key.name}`);
    return { ...key, ...rule };
  });
}
