import type { Context } from '../context.js';
import type { TradeMode } from '../core/domain.js';
import { insertVault } from './vault.store.js';

/** Creates an empty vault. The caller has checked name (1 to 120 characters) and description (up to 500). */
export async function createVault(
  ctx: Pick<Context, 'db'>,
  ownerUserId: number,
  { name, description = null, tradeMode }: { name: string; description?: string | null; tradeMode: TradeMode },
): Promise<{ vaultId: number }> {
  return { vaultId: await insertVault(ctx.db, { ownerUserId, name: name.trim(), description, tradeMode }) };
}
