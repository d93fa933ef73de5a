import type { Context } from '../context.js';
import type { Refusal } from '../core/reasons.js';
import { checkProxy } from './check-proxy.js';
import { sealedProxy } from './seal-credentials.js';

export interface AccountChanges {
  accountId: number;
  label?: string | null | undefined;
  isActive?: boolean | null | undefined;
  /** Real accounts only; null or empty takes it away, undefined leaves it. */
  proxyUrl?: string | null | undefined;
}

/** Changes what is given. `undefined`: the owner has no such account. Refusals: INVALID_PROXY, PRIVATE_ADDRESS. */
export async function updateAccount(
  ctx: Pick<Context, 'db' | 'secrets' | 'env'>,
  ownerUserId: number,
  { accountId, label, isActive, proxyUrl }: AccountChanges,
): Promise<{ accountId: number } | { refusal: Refusal } | undefined> {
  const proxy = proxyUrl?.trim() ? checkProxy(ctx, proxyUrl) : null;
  if (proxy && 'refusal' in proxy) return proxy;
  const { count } = await ctx.db.prisma.exchangeAccount.updateMany({
    where: { id: accountId, user_id: ownerUserId, ...(proxyUrl !== undefined && { is_simulation: false }) },
    data: {
      ...(label != null && { label: label.trim() }),
      ...(isActive != null && { is_active: isActive }),
      ...(proxyUrl !== undefined && {
        ...sealedProxy(ctx.secrets, accountId, proxy),
        credentials_version: { increment: 1 },
      }),
    },
  });
  return count === 1 ? { accountId } : undefined;
}
