import type { Context } from '../context.js';
import { refuse, type Refusal } from '../core/reasons.js';
import { writeVault } from './vault.store.js';

/**
 * Changes the given fields; the mode of a vault never changes. An inactive vault takes no new reservations and no
 * deposits, but its open orders still settle. Refusal: VAULT_NOT_FOUND, also for another user's vault.
 */
export async function updateVault(
  ctx: Pick<Context, 'db'>,
  ownerUserId: number,
  input: { vaultId: number; name?: string; description?: string | null; isActive?: boolean },
): Promise<{ ok: true; vaultId: number } | Refusal> {
  const { vaultId, name, description, isActive } = input;
  const isDone = await writeVault(ctx.db, ownerUserId, vaultId, {
    ...(name !== undefined && { name: name.trim() }),
    ...(description !== undefined && { description }),
    ...(isActive !== undefined && { is_active: isActive }),
  });
  return isDone ? { ok: true, vaultId } : refuse('VAULT_NOT_FOUND');
}
