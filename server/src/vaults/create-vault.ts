import type { Context } from '../context.js';
import type { TradeMode } from '../core/domain.js';

/** Makes an empty vault. The caller has checked name (1 to 120 characters) and description (up to 500). */
export async function createVault(
  ctx: Pick<Context, 'db'>,
  ownerUserId: number,
  input: { name: string; description?: string | null; tradeMode: TradeMode },
): Promise<{ vaultId: number }> {
  const { id } = await ctx.db.prisma.vault.create({
    data: {
      user_id: ownerUserId,
      name: input.name.trim(),
      description: input.description ?? null,
      trade_mode: input.tradeMode,
    },
    select: { id: true },
  });
  return { vaultId: id };
}
