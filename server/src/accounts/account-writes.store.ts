import type { ExchangeName } from '../core/domain.js';
import { addFirstBalances } from '../exchange/account-balances.store.js';
import type { ExchangeFaultCode } from '../exchange/exchange-fault.js';
import { Batch, type Database, type Tx, type WriteResult } from '../infra/database/database.js';

/** The columns that decide whether and how the settings of an account may be changed. */
export interface LockedAccount {
  exchange: ExchangeName;
  isSimulation: boolean;
  isActive: boolean;
}

/** Locks one of the owner's accounts until the end of the transaction. */
export async function lockAccount(tx: Tx, accountId: number, ownerUserId: number): Promise<LockedAccount | undefined> {
  const [row] = await tx.query<{ exchange: ExchangeName; is_simulation: number; is_active: number }[]>(
    'SELECT exchange, is_simulation, is_active FROM exchange_accounts WHERE id = ? AND user_id = ? FOR UPDATE',
    [accountId, ownerUserId],
  );
  return row && { exchange: row.exchange, isSimulation: Boolean(row.is_simulation), isActive: Boolean(row.is_active) };
}

/** Creates a simulated account with its initial balances (decimal texts by asset) and returns its id. */
export async function insertSimulatedAccount(
  db: Pick<Database, 'transaction'>,
  account: { ownerUserId: number; label: string; exchange: ExchangeName; balances: ReadonlyMap<string, string> },
): Promise<number> {
  const { ownerUserId, label, exchange, balances } = account;
  const batch = new Batch()
    .add(
      `INSERT INTO exchange_accounts (user_id, label, exchange, is_simulation, initial_balances_json)
       VALUES (?, ?, ?, TRUE, ?)`,
      [ownerUserId, label, exchange, JSON.stringify(Object.fromEntries(balances))],
    )
    .add('SET @account := LAST_INSERT_ID()');
  addFirstBalances(batch, { sql: '@account' }, balances);
  const [inserted] = (await db.transaction((tx) => tx.commit(batch))) as WriteResult[];
  return inserted?.insertId ?? 0;
}

/** Creates the row of a real account, still without keys, because the keys are sealed for its id. */
export async function insertRealAccount(
  tx: Tx,
  account: { ownerUserId: number; label: string; exchange: ExchangeName; testnet: boolean },
): Promise<number> {
  const { insertId } = await tx.query<WriteResult>(
    `INSERT INTO exchange_accounts (user_id, label, exchange, is_simulation, testnet) VALUES (?, ?, ?, FALSE, ?)`,
    [account.ownerUserId, account.label, account.exchange, account.testnet],
  );
  return insertId;
}

/** The columns of an account that its owner can change. Keys and proxy are sealed. */
export interface AccountColumns {
  label?: string;
  is_active?: boolean;
  api_key_enc?: string | null;
  api_secret_enc?: string | null;
  api_passphrase_enc?: string | null;
  api_key_hint?: string | null;
  proxy_url?: string | null;
  proxy_hint?: string | null;
  /** JSON text */
  connection_json?: string | null;
  connection_tested_at?: Date | null;
  withdraw_accepted_at?: Date | null;
}

/** What was read with the old keys. */
const FORGET = { connection_json: null, connection_tested_at: null, balances_fault: null };
/** Ends the pause because of a key that may withdraw, and no other. */
const END_KEY_PAUSE = `entries_paused_at = IF(entries_pause_reason = 'KEY_MAY_WITHDRAW', NULL, entries_paused_at),
  entries_pause_reason = NULLIF(entries_pause_reason, 'KEY_MAY_WITHDRAW')`;

/**
 * Sets these columns of an account that the transaction has locked. `newCredentials`: every process must reopen its
 * connections. `newKeys`: data that was read with the old keys is deleted as well.
 */
export function addAccountChange(
  batch: Batch,
  accountId: number,
  { columns, newCredentials = false, newKeys = false }: AccountChange,
): Batch {
  const values = { ...(newKeys && FORGET), ...columns };
  const set = Object.keys(values).map((column) => `\`${column}\` = ?`);
  if (newCredentials || newKeys) set.push('credentials_version = credentials_version + 1');
  if (newKeys || columns.withdraw_accepted_at) set.push(END_KEY_PAUSE);
  if (set.length === 0) return batch;
  return batch.add(`UPDATE exchange_accounts SET ${set.join(', ')} WHERE id = ?`, [
    ...Object.values(values),
    accountId,
  ]);
}

export interface AccountChange {
  columns: AccountColumns;
  newCredentials?: boolean;
  newKeys?: boolean;
}

/**
 * Pauses or resumes the entries of one of the owner's accounts. An existing pause keeps its time and its reason. A pause
 * because of a key that may withdraw ends only when the owner accepted the key or replaced it. False: no such account,
 * or not resumed.
 */
export const pauseAccount = async (
  db: Pick<Database, 'query'>,
  account: { id: number; ownerUserId: number; at: Date | null },
): Promise<boolean> => {
  const { affectedRows } = await db.query<WriteResult>(
    `UPDATE exchange_accounts SET entries_pause_reason = IF(? IS NULL, NULL, entries_pause_reason),
        entries_paused_at = IF(? IS NULL, NULL, COALESCE(entries_paused_at, ?))
      WHERE id = ? AND user_id = ? AND (? IS NOT NULL OR COALESCE(entries_pause_reason, '') <> 'KEY_MAY_WITHDRAW')`,
    [account.at, account.at, account.at, account.id, account.ownerUserId, account.at],
  );
  return affectedRows > 0;
};

/**
 * Pauses the entries of an account because of what the program saw. A pause that is there keeps its time and its reason.
 * Claims hold a shared lock on the row until their commit, so no buy is decided after this commits.
 */
export const addProgramPause = (
  batch: Batch,
  { accountId, reason, at }: { accountId: number; reason: 'ORDER_NOT_OURS' | 'KEY_MAY_WITHDRAW'; at: Date },
): Batch =>
  batch.add(
    `UPDATE exchange_accounts SET entries_pause_reason = IF(entries_paused_at IS NULL, ?, entries_pause_reason),
        entries_paused_at = COALESCE(entries_paused_at, ?) WHERE id = ?`,
    [reason, at, accountId],
  );

/** An account with the keys of `version`. Results that were read with other keys are not written. */
interface KeysOf {
  id: number;
  version: number;
}

/**
 * Stores the result of a connection test (JSON). Returns whether the owner accepted that the key may withdraw; undefined
 * when the keys were replaced meanwhile, because the result belongs to the old ones.
 */
export async function writeConnection(
  tx: Tx,
  { id, version }: KeysOf,
  { result, at }: { result: unknown; at: Date },
): Promise<{ isWithdrawAccepted: boolean } | undefined> {
  const { affectedRows } = await tx.query<WriteResult>(
    'UPDATE exchange_accounts SET connection_json = ?, connection_tested_at = ? WHERE id = ? AND credentials_version = ?',
    [JSON.stringify(result), at, id, version],
  );
  if (affectedRows === 0) return undefined;
  const [row] = await tx.query<{ withdraw_accepted_at: Date | null }[]>(
    'SELECT withdraw_accepted_at FROM exchange_accounts WHERE id = ?',
    [id],
  );
  return { isWithdrawAccepted: row?.withdraw_accepted_at != null };
}

/** Ends the pause because of a key that may withdraw, if there is one. */
export const addKeyPauseEnd = (batch: Batch, accountId: number): Batch =>
  batch.add(`UPDATE exchange_accounts SET ${END_KEY_PAUSE} WHERE id = ?`, [accountId]);

/** A condition: no process has claimed the account's balances since the time given as value. */
export const BALANCES_DUE = '(balances_claimed_at IS NULL OR balances_claimed_at <= ?)';

/** Claims the reading of an account's balances. Returns false when another process was faster. */
export async function claimBalances(
  db: Pick<Database, 'query'>,
  accountId: number,
  { now, before }: { now: number; before: number },
): Promise<boolean> {
  const { affectedRows } = await db.query<WriteResult>(
    `UPDATE exchange_accounts SET balances_claimed_at = ? WHERE id = ? AND ${BALANCES_DUE}`,
    [new Date(now), accountId, new Date(before)],
  );
  return affectedRows === 1;
}

/** Stores the time of a balance reading. Returns false when a later one is stored or the keys have changed. */
export async function markBalancesRead(tx: Tx, { id, version }: KeysOf, at: Date): Promise<boolean> {
  const { affectedRows } = await tx.query<WriteResult>(
    `UPDATE exchange_accounts SET balances_synced_at = ?, balances_fault = NULL
      WHERE id = ? AND credentials_version = ? AND (balances_synced_at IS NULL OR balances_synced_at < ?)`,
    [at, id, version, at],
  );
  return affectedRows > 0;
}

/** Stores why the balances could not be read. */
export const addBalancesFault = (batch: Batch, { id, version }: KeysOf, fault: ExchangeFaultCode): Batch =>
  batch.add('UPDATE exchange_accounts SET balances_fault = ? WHERE id = ? AND credentials_version = ?', [
    ...[fault, id, version],
  ]);

/**
 * Deletes one of the owner's account if no row refers to it, and otherwise switches it off. Undefined when the owner
 * has no such account. The lock on its row keeps new references away until the decision is written.
 */
export const removeAccount = (
  db: Pick<Database, 'transaction'>,
  ownerUserId: number,
  id: number,
): Promise<'DELETED' | 'DEACTIVATED' | undefined> =>
  db.transaction(async (tx) => {
    const [row] = await tx.query<unknown[]>(
      'SELECT id FROM exchange_accounts WHERE id = ? AND user_id = ? FOR UPDATE',
      [id, ownerUserId],
    );
    if (!row) {
      await tx.rollback();
      return undefined;
    }
    const [used] = await tx.query<{ is_used: number }[]>(
      `SELECT EXISTS (SELECT 1 FROM trade_jobs WHERE exchange_account_id = ?)
           OR EXISTS (SELECT 1 FROM trade_positions WHERE exchange_account_id = ?)
           OR EXISTS (SELECT 1 FROM external_orders WHERE exchange_account_id = ?)
           OR EXISTS (SELECT 1 FROM webhook_events WHERE target_account_id = ?) AS is_used`,
      [id, id, id, id],
    );
    const isUsed = Boolean(used?.is_used);
    await tx.commit(
      isUsed
        ? new Batch().add('UPDATE exchange_accounts SET is_active = FALSE WHERE id = ?', [id])
        : new Batch().add('DELETE FROM exchange_accounts WHERE id = ?', [id]),
    );
    return isUsed ? 'DEACTIVATED' : 'DELETED';
  });
