import type { Context } from '../context.js';
import type { TradeMode } from '../core/domain.js';
import type { Refusal } from '../core/reasons.js';
import { withinQuota } from '../users/within-quota.js';
import { insertVault } from './vault.store.js';

/**
 * Creates an empty vault. The caller has checked name (1 to 120 characters) and description (up to 500). Refusal:
 * QUOTA_REACHED.
 */
export async function createVault(
  ctx: Pick<Context, 'db'>,
  ownerUserId: number,
  { name, description = null, tradeMode }: { name: string; description?: string | null; tradeMode: TradeMode },
): Promise<{ ok: true; vaultId: number } | Refusal> {
  return withinQuota(ctx, { userId: ownerUserId, what: 'vaults' }, async () => ({
    ok: true,
    vaultId: await insertVault(ctx.db, { ownerUserId, name: name.trim(), description, tradeMode }),
  }));
}
