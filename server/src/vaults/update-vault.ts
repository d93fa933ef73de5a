import type { Context } from '../context.js';
import { refuse, type Refusal } from '../core/reasons.js';

/**
 * Changes what is given; the mode of a vault never changes. A vault that is switched off takes no new reservations
 * and no deposits, while its open orders still settle. Refusal: VAULT_NOT_FOUND, also for the vaults of others.
 */
export async function updateVault(
  ctx: Pick<Context, 'db'>,
  ownerUserId: number,
  input: { vaultId: number; name?: string; description?: string | null; isActive?: boolean },
): Promise<{ vaultId: number } | { refusal: Refusal }> {
  const { count } = await ctx.db.prisma.vault.updateMany({
    where: { id: input.vaultId, user_id: ownerUserId },
    data: {
      ...(input.name !== undefined && { name: input.name.trim() }),
      ...(input.description !== undefined && { description: input.description }),
      ...(input.isActive !== undefined && { is_active: input.isActive }),
    },
  });
  return count === 1 ? { vaultId: input.vaultId } : { refusal: refuse('VAULT_NOT_FOUND') };
}
