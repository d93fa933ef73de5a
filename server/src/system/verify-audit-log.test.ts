import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { NewAuditEntry } from '../graphql/audit-log.store.js';
import { appendToAuditLog } from '../graphql/audit.js';
import { openDatabase } from '../infra/database/database.js';
import { createSecrets } from '../infra/secrets.js';
import { makeUser } from '../testing/make.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { createLogger } from '../infra/log.js';
import { rotateKeys } from './rotate-keys.js';
import { verifyAuditLog } from './verify-audit-log.js';

const key = (id: string, byte: number) => ({ id, key: Buffer.alloc(32, byte) });
const secrets = createSecrets([key('k1', 7)]);
let t: TestDatabase;
let userIds: number[];
beforeAll(async () => {
  t = await createTestDatabase();
  userIds = [];
  for (let n = 0; n < 3; n++) userIds.push((await makeUser(t.db)).id);
});
afterAll(() => t.drop());

let made = 0;
const entry = (more: Partial<NewAuditEntry> = {}): NewAuditEntry => {
  made += 1;
  return {
    ...{ userId: userIds[made % 3] ?? null, entity: 'vault', entityId: made, action: `action${made % 5}` },
    changes: {
      input: { name: `São Paulo ${made} 🚀`, amount: '1.50', list: [made, 0.1, true, null] },
      after: { b: 1, a: 2 },
    },
    ...{ ip: `10.0.0.${made % 250}`, userAgent: 'agent "x" \\ ', requestId: `request-${made}` },
    createdAtMs: 1_700_000_000_123 + made * 1_001,
    ...more,
  };
};
const ctx = () => ({ db: t.db, secrets });
const verify = () => verifyAuditLog(ctx(), { page: 50 });

it('an empty log is intact, and every entry that is written extends the chain', async () => {
  expect(await verify()).toMatchObject({ isIntact: true, entries: 0 });
  await appendToAuditLog(ctx(), entry());
  await appendToAuditLog(ctx(), entry({ userId: null, entityId: null, ip: null, userAgent: null, requestId: null }));
  await appendToAuditLog(ctx(), entry({ changes: {}, userAgent: 'ÿ'.repeat(512) }));
  expect(await verify()).toMatchObject({ isIntact: true, entries: 3, unprotected: 0, faults: [] });
});

it('many writers at once, also of several processes, write one chain', async () => {
  const other = openDatabase(t.url, { connectionLimit: 10 });
  try {
    const { entries } = await verify();
    const writes = Array.from({ length: 80 }, (_, n) =>
      appendToAuditLog({ db: n % 2 === 0 ? t.db : other, secrets }, entry()),
    );
    const reads = Array.from({ length: 5 }, verify);
    expect((await Promise.all(reads)).every(({ isIntact }) => isIntact)).toBe(true);
    await Promise.all(writes);
    expect(await verify()).toMatchObject({ isIntact: true, entries: entries + 80, faults: [] });
  } finally {
    await other.close();
  }
});

it('a log whose first writers come at the same moment has one key', async () => {
  const fresh = await createTestDatabase();
  try {
    await Promise.all(
      Array.from({ length: 10 }, () => appendToAuditLog({ db: fresh.db, secrets }, entry({ userId: null }))),
    );
    expect(await verifyAuditLog({ db: fresh.db, secrets })).toMatchObject({ isIntact: true, entries: 10 });
  } finally {
    await fresh.drop();
  }
});

it('1,000 random edits, deletions and forgeries are all found', async () => {
  await t.db.query('CREATE TABLE kept_logs AS SELECT * FROM audit_logs');
  await t.db.query('CREATE TABLE kept_chain AS SELECT * FROM audit_chain');
  const rows = await t.db.query<{ id: number }[]>('SELECT id FROM kept_logs ORDER BY id');
  const ids = rows.map(({ id }) => id);
  const lastId = ids.at(-1) ?? 0;
  const random = fc.sample(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { numRuns: 1_000, seed: 20_261_130 });
  const missed: string[] = [];
  for (const [which, row, salt] of random) {
    const id = ids[row % ids.length] ?? 0;
    const tampering = TAMPERINGS[which % TAMPERINGS.length] ?? (() => []);
    const statements = tampering({ id, lastId, salt });
    for (const [sql, values] of statements) await t.db.query(sql, values);
    if ((await verify()).isIntact) missed.push(JSON.stringify(statements));
    await t.db.query('DELETE FROM audit_logs');
    await t.db.query('INSERT INTO audit_logs SELECT * FROM kept_logs');
    await t.db.query('DELETE FROM audit_chain');
    await t.db.query('INSERT INTO audit_chain SELECT * FROM kept_chain');
  }
  expect(missed).toEqual([]);
  expect(await verify()).toMatchObject({ isIntact: true, entries: ids.length });
}, 120_000);

type Statement = [sql: string, values: unknown[]];
interface Place {
  id: number;
  lastId: number;
  salt: number;
}
const set =
  (column: string, valueOf: (salt: number) => unknown) =>
  ({ id, salt }: Place): Statement[] => [[`UPDATE audit_logs SET ${column} = ? WHERE id = ?`, [valueOf(salt), id]]];
const TAMPERINGS: ((place: Place) => Statement[])[] = [
  ({ id }) => [['UPDATE audit_logs SET user_id = IF(user_id IS NULL, ?, NULL) WHERE id = ?', [userIds[0], id]]],
  set('entity_type', (salt) => `other${salt}`),
  set('entity_id', (salt) => -1 - (salt % 1_000)),
  set('action', (salt) => `other${salt}`),
  set('changes_json', (salt) => JSON.stringify({ salt })),
  ({ id, salt }) => [
    ["UPDATE audit_logs SET changes_json = JSON_SET(changes_json, '$.forged', ?) WHERE id = ?", [salt, id]],
  ],
  set('ip', (salt) => `192.0.2.${salt % 250}`),
  set('user_agent', (salt) => `other ${salt}`),
  set('request_id', (salt) => `other-${salt}`),
  ({ id, salt }) => [
    [
      'UPDATE audit_logs SET created_at = created_at + INTERVAL ? MICROSECOND WHERE id = ?',
      [1_000 * (1 + (salt % 9_999)), id],
    ],
  ],
  set('chain_hash', (salt) => salt.toString(16).padStart(64, '0')),
  set('chain_hash', () => null),
  ({ id, lastId }) => [['UPDATE audit_logs SET id = ? WHERE id = ?', [lastId + 7, id]]],
  ({ id }) => [['DELETE FROM audit_logs WHERE id = ?', [id]]],
  ({ id }) => [['DELETE FROM audit_logs WHERE id >= ?', [id]]],
  ({ id }) => [['DELETE FROM audit_logs WHERE id <= ?', [id]]],
  ({ lastId }) => [['DELETE FROM audit_logs WHERE id = ?', [lastId]]],
  // The newest entry is deleted, and the record of the end is changed to fit.
  ({ lastId }) => [
    ['DELETE FROM audit_logs WHERE id = ?', [lastId]],
    [
      `UPDATE audit_chain SET entries = entries - 1, last_id = (SELECT MAX(id) FROM audit_logs),
         last_hash = (SELECT chain_hash FROM audit_logs ORDER BY id DESC LIMIT 1)`,
      [],
    ],
  ],
  ({ lastId, salt }) => [
    ['INSERT INTO audit_logs (id, entity_type, action) VALUES (?, ?, ?)', [lastId + 1 + (salt % 5), 'user', 'forged']],
  ],
  ({ id, lastId }) => [
    [
      `INSERT INTO audit_logs (id, user_id, entity_type, entity_id, action, changes_json, created_at, chain_hash)
         SELECT ?, user_id, entity_type, entity_id, action, changes_json, created_at, chain_hash FROM kept_logs WHERE id = ?`,
      [lastId + 1, id],
    ],
  ],
  // Everything is said to be older than the chain.
  () => [
    ['UPDATE audit_logs SET chain_hash = NULL', []],
    ["UPDATE audit_chain SET entries = 0, first_id = 0, last_id = 0, last_hash = '', head_hash = ''", []],
  ],
  () => [['DELETE FROM audit_chain', []]],
];

it('the chain survives a change of keys', async () => {
  const both = createSecrets([key('k2', 9), key('k1', 7)]);
  const log = createLogger({ level: 'silent', pretty: false });
  await rotateKeys({ db: t.db, secrets: both, log });
  const onlyNew = createSecrets([key('k2', 9)]);
  await appendToAuditLog({ db: t.db, secrets: onlyNew }, entry());
  expect(await verifyAuditLog({ db: t.db, secrets: onlyNew })).toMatchObject({ isIntact: true });
});
