import { ACCOUNT_REF_COLUMNS, toAccountRef } from '../exchange/account-ref.store.js';
import type { AccountRef, ExchangeBalance } from '../exchange/exchange.js';
import type { ExchangeFaultCode } from '../exchange/exchange-fault.js';
import { Batch, type Database, type WriteResult } from '../infra/database/database.js';
import { addLiveEvents } from '../infra/database/live-events.js';

/** An account, as far as asking its exchange goes. */
export interface RemoteRef extends AccountRef {
  userId: number;
  hasKeys: boolean;
  /** Which keys are meant: what was asked with others is not written. */
  version: number;
}

const COLUMNS = `${ACCOUNT_REF_COLUMNS}, a.user_id, a.api_key_enc IS NOT NULL AS has_keys, a.credentials_version`;
const toRemoteRef = (row: Record<string, unknown>): RemoteRef => ({
  ...toAccountRef(row),
  userId: Number(row.user_id),
  hasKeys: Boolean(row.has_keys),
  version: Number(row.credentials_version),
});

/** One account; of any owner when no owner is named. */
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
 * Takes the real accounts with keys whose balances nobody took since `before`, at most `limit`, the longest untouched
 * first. An account is taken by one caller only, whichever process it runs in.
 */
export async function claimDueBalances(
  db: Pick<Database, 'query'>,
  { now, before, limit }: { now: number; before: number; limit: number },
): Promise<RemoteRef[]> {
  const isDue = '(balances_claimed_at IS NULL OR balances_claimed_at <= ?)';
  const due = await db.query<Record<string, unknown>[]>(
    `SELECT ${COLUMNS} FROM exchange_accounts a WHERE NOT a.is_simulation AND a.api_key_enc IS NOT NULL AND ${isDue}
     ORDER BY a.balances_claimed_at LIMIT ?`,
    [new Date(before), limit],
  );
  const mine: RemoteRef[] = [];
  for (const row of due) {
    const taken = await db.query<WriteResult>(
      `UPDATE exchange_accounts SET balances_claimed_at = ? WHERE id = ? AND ${isDue}`,
      [new Date(now), row.account_id, new Date(before)],
    );
    if (taken.affectedRows === 1) mine.push(toRemoteRef(row));
  }
  return mine;
}

const addAccountEvent = (batch: Batch, { id, userId }: RemoteRef): Batch =>
  addLiveEvents(batch, userId, [{ topic: 'ACCOUNT', entityId: id }]);

/**
 * Writes what the exchange said the account holds; what it no longer names is zero. False, and nothing written, when a
 * reading that began later is there already or the keys have changed meanwhile.
 */
export async function writeBalances(
  db: Pick<Database, 'transaction'>,
  account: RemoteRef,
  { balances, readAt }: { balances: readonly ExchangeBalance[]; readAt: number },
): Promise<boolean> {
  const at = new Date(readAt);
  return db.transaction(async (tx) => {
    const { affectedRows } = await tx.query<WriteResult>(
      `UPDATE exchange_accounts SET balances_synced_at = ?, balances_fault = NULL
       WHERE id = ? AND credentials_version = ? AND (balances_synced_at IS NULL OR balances_synced_at < ?)`,
      [at, account.id, account.version, at],
    );
    if (affectedRows === 0) {
      await tx.rollback();
      return false;
    }
    const batch = new Batch();
    const assets = balances.map(({ asset }) => asset);
    batch.add(
      `UPDATE account_balances_cache SET free = 0, locked = 0, last_sync_at = ?
       WHERE exchange_account_id = ? AND trade_mode = 'REAL'${assets.length > 0 ? ' AND asset NOT IN (?)' : ''}`,
      [at, account.id, ...(assets.length > 0 ? [assets] : [])],
    );
    if (balances.length > 0) {
      batch.add(
        `INSERT INTO account_balances_cache (exchange_account_id, trade_mode, asset, free, locked, last_sync_at)
         VALUES ${balances.map(() => "(?, 'REAL', ?, CAST(? AS DECIMAL(36,18)), CAST(? AS DECIMAL(36,18)), ?)").join(', ')}
         ON DUPLICATE KEY UPDATE free = VALUES(free), locked = VALUES(locked), last_sync_at = VALUES(last_sync_at)`,
        balances.flatMap(({ asset, free, locked }) => [account.id, asset, free, locked, at]),
      );
    }
    await tx.commit(addAccountEvent(batch, account));
    return true;
  });
}

/** Notes why the balances could not be read; the old ones stay, growing older. */
export async function writeBalancesFault(
  db: Pick<Database, 'transaction'>,
  account: RemoteRef,
  fault: ExchangeFaultCode,
): Promise<void> {
  const batch = new Batch().add(
    'UPDATE exchange_accounts SET balances_fault = ? WHERE id = ? AND credentials_version = ?',
    [...[fault, account.id, account.version]],
  );
  await db.transaction((tx) => tx.commit(addAccountEvent(batch, account)));
}
