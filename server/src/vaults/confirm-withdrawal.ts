import type { ConfirmPassword } from '../auth/confirm-password.js';
import type { Context } from '../context.js';
import { refuse, type Refusal } from '../core/reasons.js';
import { readVaultsById } from './vault-view.store.js';

/**
 * A withdrawal needs more than an open session: the owner's password. What a stranger names does not exist, so the
 * password is asked of the owner only. Refusal: VAULT_NOT_FOUND.
 */
export async function confirmWithdrawal(
  ctx: Pick<Context, 'db'>,
  ownerUserId: number,
  vaultId: number,
  confirmPassword: ConfirmPassword,
): Promise<{ ok: true } | Refusal> {
  const [own] = await readVaultsById(ctx.db, ownerUserId, [vaultId]);
  if (!own) return refuse('VAULT_NOT_FOUND');
  await confirmPassword();
  return { ok: true };
}
