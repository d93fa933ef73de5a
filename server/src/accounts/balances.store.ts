import { addReadBalances } from '../exchange/account-balances.store.js';
import { ACCOUNT_REF_COLUMNS, toAccountRef } from '../exchange/account-ref.store.js';
import type { AccountRef, ExchangeBalance } from '../exchange/exchange.js';
import type { ExchangeFaultCode } from '../exchange/exchange-fault.js';
import { Batch, fromJson, type Database } from '../infra/database/database.js';
import { addLiveEvents } from '../infra/database/live-events.js';
import { addBalancesFault, BALANCES_DUE, claimBalances, markBalancesRead } from './account-writes.store.js';

/** The fields of an account that are needed to read its balances. */
export interface RemoteRef extends AccountRef {
  userId: number;
  hasKeys: boolean;
  /** The version of the keys. Results that were read with other keys are not written. */
  version: number;
  label: string;
  /** When the permissions of the keys were last read with success, ms since 1970; null = not yet. */
  testedAt: number | null;
}

const COLUMNS = `${ACCOUNT_REF_COLUMNS}, a.user_id, a.api_key_enc IS NOT NULL AS has_keys, a.credentials_version,
  a.label, a.connection_json, a.connection_tested_at`;
const toRemoteRef = (row: Record<string, unknown>): RemoteRef => ({
  ...toAccountRef(row),
  userId: Number(row.user_id),
  hasKeys: Boolean(row.has_keys),
  version: Number(row.credentials_version),
  label: String(row.label),
  testedAt:
    row.connection_tested_at instanceof Date && fromJson<{ ok: boolean }>(row.connection_json)?.ok
      ? row.connection_tested_at.getTime()
      : null,
});

/** One account; of any owner when no owner is given. */
export async function readRemoteAccount(
  db: Pick<Database, 'query'>,
  { id, ownerUserId }: { id: number; ownerUserId?: number },
): Promise<RemoteRef | undefined> {
  const owned = ownerUserId === undefined ? '' : ' AND a.user_id = ?';
  const values = ownerUserId === undefined ? [id] : [id, ownerUserId];
  const [row] = await db.query<Record<string, unknown>[]>(
    `SELECT ${COLUMNS} FROM exchange_accounts a WHERE a.id = ?${owned}`,
    values,
  );
  return row && toRemoteRef(row);
}

/**
 * Claims the real accounts with keys whose balances were not claimed since `before`, at most `limit`, the oldest claims
 * first. Only one caller claims an account, in whatever process it runs.
 */
export async function claimDueBalances(
  db: Pick<Database, 'query'>,
  { now, before, limit }: { now: number; before: number; limit: number },
): Promise<RemoteRef[]> {
  const due = await db.query<Record<string, unknown>[]>(
    `SELECT ${COLUMNS} FROM exchange_accounts a WHERE NOT a.is_simulation AND a.api_key_enc IS NOT NULL AND ${BALANCES_DUE}
     ORDER BY a.balances_claimed_at LIMIT ?`,
    [new Date(before), limit],
  );
  const mine: RemoteRef[] = [];
  for (const row of due.map(toRemoteRef)) if (await claimBalances(db, row.id, { now, before })) mine.push(row);
  return mine;
}

const addAccountEvent = (batch: Batch, { id, userId }: RemoteRef): Batch =>
  addLiveEvents(batch, userId, [{ topic: 'ACCOUNT', entityId: id }]);

/**
 * Stores the balances that the exchange reported. Assets that it no longer reports become zero. Returns false and
 * writes nothing when a reading that began later is already stored, or the keys have changed meanwhile.
 */
export async function writeBalances(
  db: Pick<Database, 'transaction'>,
  account: RemoteRef,
  { balances, readAt }: { balances: readonly ExchangeBalance[]; readAt: number },
): Promise<boolean> {
  const at = new Date(readAt);
  return db.transaction(async (tx) => {
    if (!(await markBalancesRead(tx, account, at))) {
      await tx.rollback();
      return false;
    }
    await tx.commit(addAccountEvent(addReadBalances(new Batch(), account.id, { balances, at }), account));
    return true;
  });
}

/** Stores why the balances could not be read. The old balances stay and grow older. */
export async function writeBalancesFault(
  db: Pick<Database, 'transaction'>,
  account: RemoteRef,
  fault: ExchangeFaultCode,
): Promise<void> {
  const batch = addBalancesFault(new Batch(), account, fault);
  await db.transaction((tx) => tx.commit(addAccountEvent(batch, account)));
}
