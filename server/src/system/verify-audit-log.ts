import type { Context } from '../context.js';
import {
  checkEntry,
  emptyHead,
  finishCheck,
  startCheck,
  type ChainCheck,
  type ChainFault,
  type ChainHead,
} from '../core/audit/audit-chain.js';
import { chainKey } from '../graphql/audit.js';
import { readChain, readHead, type StoredHead } from '../graphql/audit-log.store.js';

export interface AuditVerdict {
  isIntact: boolean;
  /** Entries in the chain. */
  entries: number;
  /** Entries from before there was a chain. They are not protected. */
  unprotected: number;
  faults: readonly ChainFault[];
  /** The end of the log. Note it elsewhere: an older copy of the whole database cannot have it. */
  head: ChainHead;
}

const PAGE = 1_000;

/**
 * Checks every entry of the audit log against the chain. An edit, a deletion or a forged entry at any place is found.
 * It can run while the program writes.
 */
export async function verifyAuditLog(
  ctx: Pick<Context, 'db' | 'secrets'>,
  { page = PAGE }: { page?: number } = {},
): Promise<AuditVerdict> {
  let head = await readHead(ctx.db);
  const key = head && chainKey(ctx, head.sealedKey);
  let [check, unprotected, after]: [ChainCheck, number, number] = [startCheck(), 0, 0];
  for (;;) {
    const rows = await readChain(ctx.db, { after, limit: page });
    for (const row of rows) {
      const isOld = row.hash === null && head !== undefined && row.entry.id < head.head.firstId;
      if (isOld) unprotected += 1;
      else if (key) check = checkEntry(key, check, row);
      else check = { ...check, faults: [...check.faults, { kind: 'NOT_CHAINED', entryId: row.entry.id }] };
    }
    after = rows.at(-1)?.entry.id ?? after;
    if (rows.length === page) continue;
    // Entries that were written meanwhile are read too, until the head is the end of what was read.
    const now = await readHead(ctx.db);
    const hasGrown = now !== undefined && now.head.lastId > after && now.head.lastId > (head?.head.lastId ?? 0);
    head = now;
    if (!hasGrown) break;
  }
  return verdict({ check, unprotected, key, head });
}

function verdict({
  check,
  unprotected,
  key,
  head,
}: {
  check: ChainCheck;
  unprotected: number;
  key: Uint8Array | undefined;
  head: StoredHead | undefined;
}): AuditVerdict {
  const faults = key && head ? finishCheck(key, check, head) : check.faults;
  const isIntact = faults.length === 0;
  return { isIntact, entries: check.entries, unprotected, faults, head: head?.head ?? emptyHead(0) };
}
