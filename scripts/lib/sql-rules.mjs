// Database rules that no linter knows: SQL is only in stores, and a table is written only by its store.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const SOURCES = 'server/src';
const TEST = /\.(test|contract)\.ts$|(^|\/)testing\//;
/** The database layer: migrations, leases, live events and encrypted columns belong to no feature. */
const DATABASE = 'infra/database/';
const READ = /\bSELECT\b[^]*\bFROM\b|\bSELECT\s+\w+\(/;
const WRITE = /\b(?:INSERT\s+(?:IGNORE\s+)?INTO|REPLACE\s+INTO|DELETE\s+FROM|(?<!FOR\s)(?<!KEY\s)UPDATE)\s+`?(\w+)/g;
const PRISMA_WRITE = /^(create|createMany|update|updateMany|upsert|delete|deleteMany)$/;

/** The model of Prisma's client, in lower camel case, and its table. */
export function tablesOf(schema) {
  const tables = new Map();
  for (const [, model, body] of schema.matchAll(/^model (\w+) \{([^]*?)^\}/gm)) {
    const [, table] = /@@map\("(\w+)"\)/.exec(body) ?? [];
    if (table) tables.set(model[0].toLowerCase() + model.slice(1), table);
  }
  return tables;
}

const isText = (node) =>
  ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node) || ts.isTemplateExpression(node);

/** The lines of a file that contain SQL or use Prisma, and the tables it writes. Lines count from 1. */
export function readSql(file, text, tables) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const sql = new Set();
  const writes = new Map();
  const lineOf = (node) => source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
  const visit = (node) => {
    if (isText(node)) {
      const content = node.getText();
      const written = [...content.matchAll(WRITE)].map(([, table]) => table);
      for (const table of written.filter((name) => [...tables.values()].includes(name)))
        writes.set(table, lineOf(node));
      if (READ.test(content) || written.length > 0) sql.add(lineOf(node));
    } else if (ts.isPropertyAccessExpression(node)) {
      if (node.name.text === 'prisma') sql.add(lineOf(node));
      const { expression, name } = node;
      const table = ts.isPropertyAccessExpression(expression) ? tables.get(expression.name.text) : undefined;
      if (table && PRISMA_WRITE.test(name.text)) writes.set(table, lineOf(node));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { sql: [...sql], writes: [...writes] };
}

/**
 * The violations of the rules, one sentence each.
 * @param {{ file: string, text: string }[]} files below server/src, tests left out
 * @param {{ tables: Map<string, string>, writers: Record<string, string[]> }} rules
 */
export function findFaults(files, { tables, writers }) {
  const faults = [];
  const found = new Set();
  for (const { file, text } of files) {
    if (file.startsWith(DATABASE)) continue;
    const { sql, writes } = readSql(file, text, tables);
    if (!file.endsWith('.store.ts')) {
      for (const line of sql) faults.push(`${SOURCES}/${file}:${line} holds SQL: move it to a *.store.ts`);
    }
    for (const [table, line] of writes) {
      found.add(`${table} ${file}`);
      const allowed = writers[table] ?? [];
      if (allowed.includes(file)) continue;
      const owner = allowed.length > 0 ? allowed.join(', ') : 'no store';
      faults.push(
        `${SOURCES}/${file}:${line} writes ${table}, which belongs to ${owner} (scripts/lib/table-writers.mjs)`,
      );
    }
  }
  for (const [table, allowed] of Object.entries(writers)) {
    for (const file of allowed) {
      // The files of orders/ stand in the list as they were when it was made.
      if (file.startsWith('orders/') || found.has(`${table} ${file}`)) continue;
      faults.push(`${file} does not write ${table} any more: take it out of scripts/lib/table-writers.mjs`);
    }
  }
  return faults;
}

/** Test files for the rules: a rule that finds nothing in them does not work. */
const PLANTED = [
  { file: 'reports/sneaky.ts', text: "export const rows = (db) => db.query('SELECT id FROM users WHERE id = ?');" },
  { file: 'reports/prisma.ts', text: 'export const rows = (db) => db.prisma.user.findMany();' },
  { file: 'reports/template.ts', text: 'export const set = (db, c) => db.query(`UPDATE users SET ${c} = 1`);' },
  { file: 'reports/second.store.ts', text: "export const end = (db) => db.query('DELETE FROM sessions');" },
  { file: 'reports/third.store.ts', text: 'export const make = (db) => db.prisma.session.create({ data: {} });' },
];
const HARMLESS = [
  { file: 'reports/words.ts', text: "export const text = 'Select a coin from the list, then update it.';" },
  {
    file: 'reports/read.store.ts',
    text: "export const rows = (db) => db.query('SELECT id FROM sessions FOR UPDATE');",
  },
];

/** Checks the rules on planted files, then on the server; returns the violations. */
export function checkSql(root, { writers }) {
  const tables = tablesOf(readFileSync(path.join(root, 'prisma/schema.prisma'), 'utf8'));
  const rules = { tables, writers: { sessions: ['auth/session.store.ts'] } };
  const own = (files) => findFaults(files, rules).filter((fault) => fault.startsWith(SOURCES));
  for (const planted of PLANTED) {
    if (own([planted]).length === 0) throw new Error(`the rule does not see the planted ${planted.file}`);
  }
  if (own(HARMLESS).length > 0) throw new Error(`the rule complains of what is allowed: ${own(HARMLESS).join('; ')}`);
  const folder = path.join(root, SOURCES);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => file.endsWith('.ts') && !TEST.test(file) && !file.startsWith('generated/'))
    .map((file) => ({ file, text: readFileSync(path.join(folder, file), 'utf8') }));
  return findFaults(files, { tables, writers });
}
