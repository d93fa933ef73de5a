import type { Posted } from '../core/ledger/ledger.js';
import { sum, toText } from '../core/money/money.js';
import type { Batch } from '../infra/database/database.js';

/** One movement of an asset of a vault, and the state after it. */
export interface LedgerMove {
  vaultId: number;
  asset: string;
  posted: Posted;
  /** Books the movement once: a second row with the same key is a database error. */
  dedupeKey: string;
  jobId?: number | undefined;
  /** Whether the vault has no row for the asset yet. */
  isFirst?: boolean;
}

/**
 * Adds movements in order: each row of vault_balances is written once, with the state after all of them, and one row of
 * vault_transactions explains each movement. The balances must be locked and just read.
 */
export function addLedgerMoves(batch: Batch, moves: readonly LedgerMove[]): Batch {
  if (moves.length === 0) return batch;
  const byRow = new Map<string, LedgerMove[]>();
  for (const move of moves) {
    const key = `${move.vaultId} ${move.asset}`;
    byRow.set(key, [...(byRow.get(key) ?? []), move]);
  }
  for (const ofRow of byRow.values()) addBalance(batch, ofRow);
  return batch.add(
    `INSERT INTO vault_transactions (vault_id, type, asset, amount, balance_delta, reserved_delta, dedupe_key,
       trade_job_id, meta_json) VALUES ${moves.map(() => '(?, ?, ?, ?, ?, ?, ?, ?, ?)').join(', ')}`,
    moves.flatMap(({ vaultId, asset, dedupeKey, jobId = null, posted: { entry, shortfall } }) => [
      ...[vaultId, entry.type, asset, toText(entry.amount), toText(entry.balanceDelta), toText(entry.reservedDelta)],
      ...[dedupeKey, jobId, shortfall.gt(0) ? JSON.stringify({ shortfall: toText(shortfall) }) : null],
    ]),
  );
}

function addBalance(batch: Batch, moves: readonly LedgerMove[]): void {
  const last = moves.at(-1);
  if (!last) return;
  const { vaultId, asset, posted } = last;
  if (moves.some(({ isFirst }) => isFirst)) {
    const deltas = (['balanceDelta', 'reservedDelta'] as const).map((key) =>
      toText(sum(moves.map((move) => move.posted.entry[key]))),
    );
    // There was no row to lock, so another transaction may insert it first: VALUES() adds exactly, `col + ?` would not.
    batch.add(
      `INSERT INTO vault_balances (vault_id, asset, balance, reserved) VALUES (?, ?, ?, ?)
       ON DUPLICATE KEY UPDATE balance = balance + VALUES(balance), reserved = reserved + VALUES(reserved)`,
      [vaultId, asset, ...deltas],
    );
    return;
  }
  batch.add('UPDATE vault_balances SET balance = ?, reserved = ? WHERE vault_id = ? AND asset = ?', [
    ...[toText(posted.after.balance), toText(posted.after.reserved)],
    ...[vaultId, asset],
  ]);
}

/** Creates the missing row of an asset in the owner's vault, so that there is always one to lock. */
export function addEmptyBalance(
  batch: Batch,
  { ownerUserId, vaultId, asset }: { ownerUserId: number; vaultId: number; asset: string },
): void {
  batch.add(
    `INSERT INTO vault_balances (vault_id, asset) SELECT id, ? FROM vaults WHERE id = ? AND user_id = ?
     ON DUPLICATE KEY UPDATE vault_balances.asset = VALUES(asset)`,
    [asset, vaultId, ownerUserId],
  );
}

/** Removes the balances of a vault that never had a transaction: they are all zero. */
export const addBalancesRemoval = (batch: Batch, vaultId: number): Batch =>
  batch.add('DELETE FROM vault_balances WHERE vault_id = ? AND balance = 0 AND reserved = 0', [vaultId]);
