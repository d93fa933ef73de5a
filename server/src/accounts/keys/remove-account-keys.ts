import type { ConfirmPassword } from '../../auth/confirm-password.js';
import type { Context } from '../../context.js';
import { refuse, type Refusal } from '../../core/reasons.js';
import { Batch } from '../../infra/database/database.js';
import { addAccountChange, lockAccount } from '../account-writes.store.js';
import { readAccountsById } from '../account.store.js';

const NO_KEYS = { api_key_enc: null, api_secret_enc: null, api_passphrase_enc: null, api_key_hint: null };
const NO_PROXY = { proxy_url: null, proxy_hint: null };

/**
 * Deletes the keys and the proxy of a real account and switches it off, after the owner's password is confirmed: from then
 * on nobody manages its open positions. Refusal: ACCOUNT_NOT_FOUND.
 */
export async function removeAccountKeys(
  ctx: Pick<Context, 'db'>,
  ownerUserId: number,
  accountId: number,
  confirmPassword: ConfirmPassword,
): Promise<{ ok: true; accountId: number } | Refusal> {
  // What a stranger names does not exist: the password is asked of the owner only.
  const [own] = await readAccountsById(ctx.db, ownerUserId, [accountId]);
  if (!own || own.is_simulation) return refuse('ACCOUNT_NOT_FOUND');
  await confirmPassword();
  return ctx.db.transaction(async (tx): Promise<{ ok: true; accountId: number } | Refusal> => {
    const account = await lockAccount(tx, accountId, ownerUserId);
    if (!account || account.isSimulation) {
      await tx.rollback();
      return refuse('ACCOUNT_NOT_FOUND');
    }
    const columns = { ...NO_KEYS, ...NO_PROXY, is_active: false };
    await tx.commit(addAccountChange(new Batch(), accountId, { columns, newKeys: true }));
    return { ok: true, accountId };
  });
}
