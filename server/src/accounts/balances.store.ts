import type { ExchangeName } from '../core/domain.js';
import type { ExchangeBalance } from '../exchange/exchange.js';
import type { ExchangeFaultCode } from '../exchange/exchange-fault.js';
import { Batch, type Database, type WriteResult } from '../infra/database.js';
import { addLiveEvents } from '../infra/live-events.js';

/** A real account, as far as asking its exchange goes. */
export interface RealAccount {
  id: number;
  userId: number;
  exchange: ExchangeName;
  isSimulation: boolean;
  hasKeys: boolean;
  /** Which keys are meant: what was asked with others is not written. */
  version: number;
}

interface AccountRow {
  id: number;
  user_id: number;
  exchange: ExchangeName;
  is_simulation: number;
  has_keys: number;
  credentials_version: number;
}
const COLUMNS = 'id, user_id, exchange, is_simulation, api_key_enc IS NOT NULL AS has_keys, credentials_version';
const toRealAccount = (row: AccountRow): RealAccount => ({
  id: row.id,
  userId: row.user_id,
  exchange: row.exchange,
  isSimulation: Boolean(row.is_simulation),
  hasKeys: Boolean(row.has_keys),
  version: row.credentials_version,
});

/** One account; of any owner when no owner is named. */
export async function readRemoteAccount(
  db: Pick<Database, 'query'>,
  { id, ownerUserId }: { id: number; ownerUserId?: number },
): Promise<RealAccount | undefined> {
  const owned = ownerUserId === undefined ? '' : ' AND user_id = ?';
  const values = ownerUserId === undefined ? [id] : [id, ownerUserId];
  const [row] = await db.query<AccountRow[]>(`SELECT ${COLUMNS} FROM exchange_accounts WHERE id = ?${owned}`, values);
  return row && toRealAccount(row);
}

/**
 * Takes the real accounts with keys whose balances nobody took since `before`, at most `limit`, the longest untouched
 * first. An account is taken by one caller only, whichever process it runs in.
 */
export async function claimDueBalances(
  db: Pick<Database, 'query'>,
  { now, before, limit }: { now: number; before: number; limit: number },
): Promise<RealAccount[]> {
  const isDue = '(balances_claimed_at IS NULL OR balances_claimed_at <= ?)';
  const due = await db.query<AccountRow[]>(
    `SELECT ${COLUMNS} FROM exchange_accounts WHERE NOT is_simulation AND api_key_enc IS NOT NULL AND ${isDue}
     ORDER BY balances_claimed_at LIMIT ?`,
    [new Date(before), limit],
  );
  const mine: RealAccount[] = [];
  for (const row of due) {
    const taken = await db.query<WriteResult>(
      `UPDATE exchange_accounts SET balances_claimed_at = ? WHERE id = ? AND ${isDue}`,
      [new Date(now), row.id, new Date(before)],
    );
    if (taken.affectedRows === 1) mine.push(toRealAccount(row));
  }
  return mine;
}

const addAccountEvent = (batch: Batch, { id, userId }: RealAccount): Batch =>
  addLiveEvents(batch, userId, [{ topic: 'ACCOUNT', entityId: id }]);

/**
 * Writes what the exchange said the account holds; what it no longer names is zero. False, and nothing written, when a
 * reading that began later is there already or the keys have changed meanwhile.
 */
export async function writeBalances(
  db: Pick<Database, 'transaction'>,
  account: RealAccount,
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
  account: RealAccount,
  fault: ExchangeFaultCode,
): Promise<void> {
  const batch = new Batch().add('UPDATE exchange_accounts SET balances_fault = ? WHERE id = ? AND credentials_version = ?', [
    ...[fault, account.id, account.version],
  ]);
  await db.transaction((tx) => tx.commit(addAccountEvent(batch, account)));
}
