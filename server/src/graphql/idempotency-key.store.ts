import type { UsedKey } from '../core/idempotency.js';
import { fromJson, isDuplicateKey, type Database, type WriteResult } from '../infra/database/database.js';

type Db = Pick<Database, 'query'>;

/** What a key belongs to. Requests of one scope share their keys. */
export type KeyScope = 'BUY' | 'SELL' | 'KILL_SWITCH' | 'RETRY' | 'VAULT' | 'ADOPT';

export interface KeyAddress {
  userId: number;
  scope: KeyScope;
  key: string;
}

/** Writes the key as used by `holder` until `heldUntil`; null when it was used before. */
export async function insertKey(
  db: Db,
  { userId, scope, key }: KeyAddress,
  row: { inputHash: string; holder: string; heldUntil: number },
): Promise<number | null> {
  try {
    const { insertId } = await db.query<WriteResult>(
      `INSERT INTO idempotency_keys (user_id, scope, idempotency_key, input_hash, holder, held_until)
       VALUES (?, ?, ?, ?, ?, ?)`,
      [userId, scope, key, row.inputHash, row.holder, new Date(row.heldUntil)],
    );
    return insertId;
  } catch (error) {
    if (isDuplicateKey(error)) return null;
    throw error;
  }
}

/** A used key with its first result. */
export async function readKey(
  db: Db,
  { userId, scope, key }: KeyAddress,
): Promise<(UsedKey & { id: number; holder: string; result: unknown }) | undefined> {
  const [row] = await db.query<
    { id: number; input_hash: string; holder: string; held_until: Date; done_at: Date | null; result_json: unknown }[]
  >(
    `SELECT id, input_hash, holder, held_until, done_at, result_json FROM idempotency_keys
      WHERE user_id = ? AND scope = ? AND idempotency_key = ?`,
    [userId, scope, key],
  );
  return (
    row && {
      ...{ id: row.id, inputHash: row.input_hash, holder: row.holder, heldUntil: row.held_until.getTime() },
      ...{ isDone: row.done_at !== null, result: fromJson(row.result_json) },
    }
  );
}

/** Takes a key over from a holder that has stopped; false when another request was faster. */
export async function takeKey(
  db: Db,
  id: number,
  { from, holder, heldUntil }: { from: string; holder: string; heldUntil: number },
): Promise<boolean> {
  const { affectedRows } = await db.query<WriteResult>(
    'UPDATE idempotency_keys SET holder = ?, held_until = ? WHERE id = ? AND holder = ? AND done_at IS NULL',
    [holder, new Date(heldUntil), id, from],
  );
  return affectedRows === 1;
}

/** Holds a key for longer, or (with a time that has passed) no longer. */
export const holdKey = (db: Db, id: number, holder: string, heldUntil: number): Promise<WriteResult> =>
  db.query('UPDATE idempotency_keys SET held_until = ? WHERE id = ? AND holder = ? AND done_at IS NULL', [
    ...[new Date(heldUntil), id, holder],
  ]);

export const finishKey = (db: Db, id: number, { result, now }: { result: object; now: number }): Promise<WriteResult> =>
  db.query('UPDATE idempotency_keys SET result_json = ?, done_at = ? WHERE id = ? AND done_at IS NULL', [
    ...[JSON.stringify(result), new Date(now), id],
  ]);

/** Forgets a key whose request was refused and had no effect. */
export const dropKey = (db: Db, id: number, holder: string): Promise<WriteResult> =>
  db.query('DELETE FROM idempotency_keys WHERE id = ? AND holder = ? AND done_at IS NULL', [id, holder]);
