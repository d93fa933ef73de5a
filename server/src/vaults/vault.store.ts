import { d } from '../core/money/money.js';
import type { TradeMode } from '../core/domain.js';
import type { VaultState } from '../core/ledger/ledger.js';
import { Batch, type Database, type Tx } from '../infra/database/database.js';
import { addBalancesRemoval, addEmptyBalance } from './vault-ledger.store.js';

type Row = Record<string, unknown>;

export interface VaultRow {
  id: number;
  isActive: boolean;
}

/** A booked movement of funds, found by its dedupe key. */
export interface BookedMove {
  id: number;
  vaultId: number;
  type: string;
  asset: string;
  amount: string;
  dedupeKey: string;
}

/**
 * Reads one asset of an owner's vault FOR UPDATE, and the movement that was booked under `dedupeKey` if there is one.
 * With `create` a missing row is created first, so that there is always one to lock. `state` is undefined without a
 * row.
 */
export async function lockVaultAsset(
  tx: Tx,
  input: { ownerUserId: number; vaultId: number; asset: string; dedupeKey: string; create: boolean },
): Promise<{ vault: VaultRow | undefined; state: VaultState | undefined; booked: BookedMove | undefined }> {
  const { ownerUserId, vaultId, asset, dedupeKey, create } = input;
  const batch = new Batch();
  if (create) {
    addEmptyBalance(batch, { ownerUserId, vaultId, asset });
  }
  batch.add('SELECT id, is_active FROM vaults WHERE id = ? AND user_id = ?', [vaultId, ownerUserId]);
  batch.add('SELECT balance, reserved FROM vault_balances WHERE vault_id = ? AND asset = ? FOR UPDATE', [
    vaultId,
    asset,
  ]);
  batch.add('SELECT id, vault_id, type, asset, amount, dedupe_key FROM vault_transactions WHERE dedupe_key = ?', [
    dedupeKey,
  ]);
  const [vaults, states, moves] = ((await tx.run(batch)) as Row[][]).slice(create ? 1 : 0);
  const [vault, state, move] = [vaults?.[0], states?.[0], moves?.[0]];
  return {
    vault: vault && { id: Number(vault.id), isActive: Boolean(vault.is_active) },
    state: vault && state && { balance: d(String(state.balance)), reserved: d(String(state.reserved)) },
    booked: move && {
      id: Number(move.id),
      vaultId: Number(move.vault_id),
      type: String(move.type),
      asset: String(move.asset),
      amount: String(move.amount),
      dedupeKey: String(move.dedupe_key),
    },
  };
}

/** Creates an empty vault and returns its id. */
export async function insertVault(
  db: Pick<Database, 'prisma'>,
  vault: { ownerUserId: number; name: string; description: string | null; tradeMode: TradeMode },
): Promise<number> {
  const { ownerUserId, name, description, tradeMode } = vault;
  const { id } = await db.prisma.vault.create({
    data: { user_id: ownerUserId, name, description, trade_mode: tradeMode },
    select: { id: true },
  });
  return id;
}

/** Changes one of the owner's vaults; false when the owner has no such vault. */
export async function writeVault(
  db: Pick<Database, 'prisma'>,
  ownerUserId: number,
  vaultId: number,
  data: { name?: string; description?: string | null; is_active?: boolean },
): Promise<boolean> {
  const { count } = await db.prisma.vault.updateMany({ where: { id: vaultId, user_id: ownerUserId }, data });
  return count === 1;
}

/**
 * Deletes one of the owner's vault if no row refers to it, and otherwise switches it off. Undefined when the owner
 * has no such vault. The lock on its row keeps new references away until the decision is written.
 */
export const removeVault = (
  db: Pick<Database, 'transaction'>,
  ownerUserId: number,
  id: number,
): Promise<'DELETED' | 'DEACTIVATED' | undefined> =>
  db.transaction(async (tx) => {
    const [row] = await tx.query<unknown[]>('SELECT id FROM vaults WHERE id = ? AND user_id = ? FOR UPDATE', [
      id,
      ownerUserId,
    ]);
    if (!row) {
      await tx.rollback();
      return undefined;
    }
    const [used] = await tx.query<{ is_used: number }[]>(
      `SELECT EXISTS (SELECT 1 FROM vault_transactions WHERE vault_id = ?)
           OR EXISTS (SELECT 1 FROM trade_jobs WHERE vault_id = ?)
           OR EXISTS (SELECT 1 FROM trade_positions WHERE vault_id = ?)
           OR EXISTS (SELECT 1 FROM trade_parameters WHERE vault_id = ?) AS is_used`,
      [id, id, id, id],
    );
    const isUsed = Boolean(used?.is_used);
    const batch = new Batch();
    if (isUsed) batch.add('UPDATE vaults SET is_active = FALSE WHERE id = ?', [id]);
    else {
      addBalancesRemoval(batch, id);
      batch.add('DELETE FROM vaults WHERE id = ?', [id]);
    }
    await tx.commit(batch);
    return isUsed ? 'DEACTIVATED' : 'DELETED';
  });
