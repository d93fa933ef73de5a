/**
 * Reads the tables of prisma/schema.prisma. Prisma's own parser is in its schema engine, a binary that is not installed
 * here. So this code reads the part of the language that our file uses; anything else throws.
 */

export interface SchemaColumn {
  name: string;
  /**
   * The type as MySQL names it, lower case: 'int', 'bigint', 'tinyint(1)', 'varchar(190)', 'decimal(36,18)',
   * 'datetime(3)', 'json' ...
   */
  type: string;
  nullable: boolean;
  /** The default as SQL text without quotes ('0', 'MARKET', 'now'), or null. */
  default: string | null;
  autoIncrement: boolean;
  updatedAt: boolean;
}
export interface SchemaIndex {
  name: string;
  unique: boolean;
  columns: string[];
}
export interface SchemaForeignKey {
  name: string;
  columns: string[];
  referencedTable: string;
  referencedColumns: string[];
  onDelete: string;
  onUpdate: string;
}
export interface SchemaTable {
  name: string;
  columns: SchemaColumn[];
  /** 'PRIMARY' is included. */
  indexes: SchemaIndex[];
  foreignKeys: SchemaForeignKey[];
}

const SCALARS: Record<string, string> = { Int: 'int', BigInt: 'bigint', Boolean: 'tinyint(1)', Json: 'json' };
const ACTIONS: Record<string, string> = {
  Cascade: 'CASCADE',
  Restrict: 'RESTRICT',
  SetNull: 'SET NULL',
  NoAction: 'NO ACTION',
};
const IDENTIFIER_MAX = 64;

/** Prisma's naming of keys: the part before the suffix is cut so that the whole name has at most 64 characters. */
export function constraintName(table: string, columns: readonly string[], suffix: '_key' | '_idx' | '_fkey'): string {
  return `${table}_${columns.join('_')}`.slice(0, IDENTIFIER_MAX - suffix.length) + suffix;
}

interface Model {
  name: string;
  table: string;
  lines: string[];
}

/** All tables of the schema, in the order of the file. */
export function readPrismaSchema(source: string): SchemaTable[] {
  const models = [...source.matchAll(/^model (\w+) \{\n([\s\S]*?)^\}/gm)].map((match): Model => {
    const lines = (match[2] ?? '')
      .split('\n')
      .map((line) => line.replace(/\s*\/\/.*$/, '').trim())
      .filter(Boolean);
    const mapped = lines.map((line) => /^@@map\("(\w+)"\)/.exec(line)?.[1]).find(Boolean);
    return { name: match[1] ?? '', table: mapped ?? match[1] ?? '', lines };
  });
  const tables = new Map(models.map(({ name, table }) => [name, table]));
  return models.map((model) => readModel(model, tables));
}

function readModel({ table: name, lines }: Model, tables: Map<string, string>): SchemaTable {
  const table: SchemaTable = { name, columns: [], indexes: [], foreignKeys: [] };
  for (const line of lines) {
    if (line.startsWith('@@')) readBlockAttribute(table, line);
    else readField(table, line, tables);
  }
  return table;
}

function readBlockAttribute(table: SchemaTable, line: string): void {
  if (line.startsWith('@@map(')) return;
  const match = /^@@(id|unique|index)\(\[([\w, ]+)\]\)$/.exec(line);
  if (!match) throw new Error(`${table.name}: cannot read "${line}"`);
  const columns = list(match[2]);
  if (match[1] === 'id') table.indexes.push({ name: 'PRIMARY', unique: true, columns });
  else if (match[1] === 'unique')
    table.indexes.push({ name: constraintName(table.name, columns, '_key'), unique: true, columns });
  else table.indexes.push({ name: constraintName(table.name, columns, '_idx'), unique: false, columns });
}

function readField(table: SchemaTable, line: string, tables: Map<string, string>): void {
  const match = /^(\w+)\s+(\w+)(\?|\[\])?\s*(.*)$/.exec(line);
  if (!match) throw new Error(`${table.name}: cannot read "${line}"`);
  const [, name = '', base = '', mark, attributes = ''] = match;
  const referencedTable = tables.get(base);
  if (referencedTable !== undefined) {
    readRelation(table, referencedTable, attributes);
    return;
  }
  const value = /@default\((now\(\)|autoincrement\(\)|"[^"]*"|[\w.-]+)\)/.exec(attributes)?.[1];
  const isBoolean = base === 'Boolean';
  table.columns.push({
    name,
    type: columnType(base, attributes),
    nullable: mark === '?',
    default:
      value === undefined || value === 'autoincrement()'
        ? null
        : value === 'now()'
          ? 'now'
          : isBoolean
            ? String(Number(value === 'true'))
            : value.replace(/"/g, ''),
    autoIncrement: value === 'autoincrement()',
    updatedAt: attributes.includes('@updatedAt'),
  });
  if (/@id\b/.test(attributes)) table.indexes.push({ name: 'PRIMARY', unique: true, columns: [name] });
  if (/@unique\b/.test(attributes))
    table.indexes.push({ name: constraintName(table.name, [name], '_key'), unique: true, columns: [name] });
}

function columnType(base: string, attributes: string): string {
  const native = /@db\.(\w+)(\(([\d, ]+)\))?/.exec(attributes);
  const type = native
    ? `${native[1]}${native[3] ? `(${native[3].replace(/ /g, '')})` : ''}`.toLowerCase()
    : SCALARS[base];
  if (type === undefined) throw new Error(`no column type for "${base} ${attributes}"`);
  return type;
}

function readRelation(table: SchemaTable, referencedTable: string, attributes: string): void {
  const fields = /fields: \[([\w, ]+)\]/.exec(attributes)?.[1];
  if (fields === undefined) return; // The other side of the relation.
  const onDelete = ACTIONS[/onDelete: (\w+)/.exec(attributes)?.[1] ?? ''];
  if (onDelete === undefined) throw new Error(`${table.name}: name the delete rule of "${attributes}"`);
  const columns = list(fields);
  table.foreignKeys.push({
    name: constraintName(table.name, columns, '_fkey'),
    columns,
    referencedTable,
    referencedColumns: list(/references: \[([\w, ]+)\]/.exec(attributes)?.[1]),
    onDelete,
    onUpdate: 'CASCADE', // Prisma's default.
  });
}

const list = (text = ''): string[] => text.split(',').map((part) => part.trim());
