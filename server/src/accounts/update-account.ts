import type { Context } from '../context.js';

/** Changes what is given. False when the owner has no such account. */
export async function updateAccount(
  ctx: Pick<Context, 'db'>,
  ownerUserId: number,
  input: { accountId: number; label?: string | null | undefined; isActive?: boolean | null | undefined },
): Promise<boolean> {
  const { count } = await ctx.db.prisma.exchangeAccount.updateMany({
    where: { id: input.accountId, user_id: ownerUserId },
    data: {
      ...(input.label != null && { label: input.label.trim() }),
      ...(input.isActive != null && { is_active: input.isActive }),
    },
  });
  return count === 1;
}
