import { entryHash, extendHead, headHash, type AuditEntry, type ChainHead } from '../core/audit/audit-chain.js';
import { Batch, fromJson, type Database, type Tx } from '../infra/database/database.js';
import type { PageRequest } from '../infra/database/page.js';
import type { ListFilter, ListTable } from '../infra/database/plan-list.js';
import { readPageOf } from '../infra/database/read-list.js';

export type NewAuditEntry = Omit<AuditEntry, 'id'>;

const HEAD = 1;
/** The place of the sealed key, see infra/database/sealed-columns.ts. */
export const CHAIN_KEY_PLACE = `audit_chain.key_enc:${HEAD}`;

interface HeadRow {
  key_enc: string;
  first_id: number;
  entries: number;
  last_id: number;
  last_hash: string;
  head_hash: string;
}
export interface StoredHead {
  sealedKey: string;
  head: ChainHead;
  hash: string;
}

const toHead = (row: HeadRow): StoredHead => ({
  sealedKey: row.key_enc,
  head: { firstId: row.first_id, entries: row.entries, lastId: row.last_id, lastHash: row.last_hash },
  hash: row.head_hash,
});

const HEAD_COLUMNS = 'key_enc, first_id, entries, last_id, last_hash, head_hash';

/** The end of the chain; undefined before the first entry. */
export async function readHead(db: Pick<Database, 'query'>): Promise<StoredHead | undefined> {
  const [row] = await db.query<HeadRow[]>(`SELECT ${HEAD_COLUMNS} FROM audit_chain WHERE id = ?`, [HEAD]);
  return row && toHead(row);
}

export async function readNewestId(db: Pick<Database, 'query'>): Promise<number> {
  const [row] = await db.query<{ max: number | null }[]>('SELECT MAX(id) AS max FROM audit_logs');
  return row?.max ?? 0;
}

/** Stores the key and the empty end of a new chain, unless another process did. */
export async function insertHead(db: Pick<Database, 'query'>, { sealedKey, head, hash }: StoredHead): Promise<void> {
  await db.query(
    `INSERT IGNORE INTO audit_chain (id, key_enc, first_id, entries, last_id, last_hash, head_hash)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
    [HEAD, sealedKey, head.firstId, head.entries, head.lastId, head.lastHash, hash],
  );
}

async function lockHead(tx: Pick<Tx, 'query'>): Promise<StoredHead> {
  const [row] = await tx.query<HeadRow[]>(`SELECT ${HEAD_COLUMNS} FROM audit_chain WHERE id = ? FOR UPDATE`, [HEAD]);
  if (!row) throw new Error('the key of the audit log is missing');
  return toHead(row);
}

/**
 * Appends an entry to the chain. The lock on the head lets one writer at a time in, so that the chain never forks. This
 * is the only statement that writes entries, and there is none that changes or deletes them.
 */
export async function appendAudit(
  db: Pick<Database, 'transaction'>,
  entry: NewAuditEntry,
  keyOf: (sealedKey: string) => Uint8Array,
): Promise<void> {
  await db.transaction(async (tx) => {
    const { sealedKey, head } = await lockHead(tx);
    const key = keyOf(sealedKey);
    const id = Math.max(head.lastId, await readNewestId(tx)) + 1;
    const hash = entryHash(key, head.lastHash, { ...entry, id });
    const next = extendHead(head, id, hash);
    await tx.commit(
      new Batch()
        .add(
          `INSERT INTO audit_logs (id, user_id, entity_type, entity_id, action, changes_json, ip, user_agent, request_id,
             created_at, chain_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          [
            ...[id, entry.userId, entry.entity, entry.entityId, entry.action, JSON.stringify(entry.changes)],
            ...[entry.ip, entry.userAgent, entry.requestId, new Date(entry.createdAtMs), hash],
          ],
        )
        .add('UPDATE audit_chain SET entries = ?, last_id = ?, last_hash = ?, head_hash = ? WHERE id = ?', [
          ...[next.entries, next.lastId, next.lastHash, headHash(key, next), HEAD],
        ]),
    );
  });
}

interface EntryRow {
  id: number;
  user_id: number | null;
  entity_type: string;
  entity_id: number | null;
  action: string;
  changes_json: unknown;
  ip: string | null;
  user_agent: string | null;
  request_id: string | null;
  created_at: Date;
  chain_hash: string | null;
}

/** Entries above an id, oldest first, with their stored hashes. */
export async function readChain(
  db: Pick<Database, 'query'>,
  { after, limit }: { after: number; limit: number },
): Promise<{ entry: AuditEntry; hash: string | null }[]> {
  const rows = await db.query<EntryRow[]>(
    `SELECT id, user_id, entity_type, entity_id, action, changes_json, ip, user_agent, request_id, created_at, chain_hash
     FROM audit_logs WHERE id > ? ORDER BY id LIMIT ?`,
    [after, limit],
  );
  return rows.map((row) => ({
    entry: {
      ...{ id: row.id, userId: row.user_id, entity: row.entity_type, entityId: row.entity_id, action: row.action },
      ...{ changes: fromJson(row.changes_json), ip: row.ip, userAgent: row.user_agent, requestId: row.request_id },
      createdAtMs: row.created_at.getTime(),
    },
    hash: row.chain_hash,
  }));
}

const ENTRIES: ListTable = {
  table: 'audit_logs',
  indexes: [
    { name: 'audit_logs_user_id_created_at_idx', columns: ['user_id'] },
    { name: 'audit_logs_entity_type_created_at_idx', columns: ['entity_type'] },
    { name: 'audit_logs_entity_type_entity_id_created_at_idx', columns: ['entity_type', 'entity_id'] },
  ],
};

export interface AuditLogFilter {
  action?: string | undefined;
  entity?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
}

/**
 * The entries that a user sees: what the user did, what was done to the user, and for administrators everything about
 * users. Nobody sees what another did with accounts or trades.
 */
export const readAuditLog = (
  db: Pick<Database, 'prisma' | 'query'>,
  { userId, isAdmin }: { userId: number; isAdmin: boolean },
  { action, entity, from, to }: AuditLogFilter,
  page: PageRequest,
) => {
  const actions = action === undefined ? undefined : [action];
  const own: ListFilter = {
    ...{ from, to, scope: ['user_id', [userId]] },
    where: { action: actions, entity_type: entity === undefined ? undefined : [entity] },
  };
  const aboutUsers: ListFilter = {
    ...{ from, to, scope: ['entity_type', ['user']] },
    where: { action: actions, entity_id: isAdmin ? undefined : [userId] },
  };
  const filter = entity === undefined || entity === 'user' ? [own, aboutUsers] : [own];
  return readPageOf(db, { list: ENTRIES, filter, page }, (ids) =>
    db.prisma.auditLog.findMany({ where: { id: { in: ids } }, include: { user: { select: { email: true } } } }),
  );
};
export type AuditLogRow = Awaited<ReturnType<typeof readAuditLog>>['rows'][number];
