import type { ConfirmPassword } from '../../auth/confirm-password.js';
import type { Context } from '../../context.js';
import { readApiKeys } from '../../core/exchange/exchange-keys.js';
import { refuse, type Refusal } from '../../core/reasons.js';
import { Batch } from '../../infra/database/database.js';
import { addAccountChange, lockAccount } from '../account-writes.store.js';
import { readAccountsById } from '../account.store.js';
import { sealedKeys } from './seal-credentials.js';

/**
 * Replaces the keys of a real account after the owner's password is confirmed. Data that was read with the old keys is
 * deleted. Refusals: ACCOUNT_NOT_FOUND, INVALID_CREDENTIALS.
 */
export async function rotateAccountKeys(
  ctx: Pick<Context, 'db' | 'secrets'>,
  ownerUserId: number,
  input: { accountId: number; apiKey: string; apiSecret: string; passphrase?: string | null | undefined },
  confirmPassword: ConfirmPassword,
): Promise<{ ok: true; accountId: number } | Refusal> {
  const { accountId } = input;
  // What a stranger names does not exist: the password is asked of the owner only.
  const [own] = await readAccountsById(ctx.db, ownerUserId, [accountId]);
  if (!own || own.is_simulation) return refuse('ACCOUNT_NOT_FOUND');
  await confirmPassword();
  return ctx.db.transaction(async (tx): Promise<{ ok: true; accountId: number } | Refusal> => {
    const account = await lockAccount(tx, accountId, ownerUserId);
    const read = account && !account.isSimulation ? readApiKeys(account.exchange, input) : refuse('ACCOUNT_NOT_FOUND');
    if (!read.ok) {
      await tx.rollback();
      return read;
    }
    const columns = sealedKeys(ctx.secrets, accountId, read.keys);
    await tx.commit(addAccountChange(new Batch(), accountId, { columns, newKeys: true }));
    return { ok: true, accountId };
  });
}
