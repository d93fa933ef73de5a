import { createHmac } from 'node:crypto';

/** An entry of the audit log with everything that the chain protects. */
export interface AuditEntry {
  id: number;
  userId: number | null;
  entity: string;
  entityId: number | null;
  action: string;
  /** As parsed JSON. */
  changes: unknown;
  ip: string | null;
  userAgent: string | null;
  requestId: string | null;
  createdAtMs: number;
}

/** The end of the chain. It detects that the newest entries were deleted. */
export interface ChainHead {
  /** Entries with lower ids were written before there was a chain. */
  firstId: number;
  /** The number of entries. */
  entries: number;
  lastId: number;
  lastHash: string;
}

/** The head of a chain without entries, in a log whose newest entry is `maxId`. */
export const emptyHead = (maxId: number): ChainHead => ({ firstId: maxId + 1, entries: 0, lastId: 0, lastHash: '' });

/** The same text for the same JSON, however a database orders and spaces it. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
    return `{${fields.map(([name, item]) => `${JSON.stringify(name)}:${canonicalJson(item)}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

const mac = (key: Uint8Array, parts: readonly unknown[]): string =>
  createHmac('sha256', key).update(canonicalJson(parts)).digest('hex');

/**
 * The hash of an entry, which also covers the hash of the entry before. It is keyed, so that somebody who can write the
 * table cannot compute it again.
 */
export const entryHash = (key: Uint8Array, previous: string, entry: AuditEntry): string =>
  mac(key, [
    ...['entry', previous, entry.id, entry.userId, entry.entity, entry.entityId, entry.action, entry.changes],
    ...[entry.ip, entry.userAgent, entry.requestId, entry.createdAtMs],
  ]);

export const headHash = (key: Uint8Array, { firstId, entries, lastId, lastHash }: ChainHead): string =>
  mac(key, ['head', firstId, entries, lastId, lastHash]);

/** The head after one more entry. */
export const extendHead = (head: ChainHead, id: number, hash: string): ChainHead => ({
  firstId: head.firstId,
  entries: head.entries + 1,
  lastId: id,
  lastHash: hash,
});

/**
 * CHANGED      the entry, or what came before it, is not what was written
 * NOT_CHAINED  the entry was not written by this program
 * END_MISSING  entries are missing at the end, or the record of the end was changed
 */
export type ChainFaultKind = 'CHANGED' | 'NOT_CHAINED' | 'END_MISSING';
export interface ChainFault {
  kind: ChainFaultKind;
  /** The entry at which it shows; null for the end of the log. */
  entryId: number | null;
}

export interface ChainCheck {
  /** The last entry that was read, and its stored hash. */
  last: { id: number; hash: string };
  entries: number;
  faults: readonly ChainFault[];
}
export const startCheck = (): ChainCheck => ({ last: { id: 0, hash: '' }, entries: 0, faults: [] });

/** Checks the next entry. After a fault it goes on from the stored hash, so that one edit is one fault. */
export function checkEntry(
  key: Uint8Array,
  { last, entries, faults }: ChainCheck,
  { entry, hash }: { entry: AuditEntry; hash: string | null },
): ChainCheck {
  if (hash === null) return { last, entries, faults: [...faults, { kind: 'NOT_CHAINED', entryId: entry.id }] };
  const isRight = hash === entryHash(key, last.hash, entry);
  return {
    last: { id: entry.id, hash },
    entries: entries + 1,
    faults: isRight ? faults : [...faults, { kind: 'CHANGED', entryId: entry.id }],
  };
}

/** Compares what was read with the head, and returns all faults. */
export function finishCheck(
  key: Uint8Array,
  { last, entries, faults }: ChainCheck,
  { head, hash }: { head: ChainHead; hash: string },
): readonly ChainFault[] {
  const isOwn = hash === headHash(key, head);
  const isEnd = isOwn && head.entries === entries && head.lastId === last.id && head.lastHash === last.hash;
  return isEnd ? faults : [...faults, { kind: 'END_MISSING', entryId: null }];
}
