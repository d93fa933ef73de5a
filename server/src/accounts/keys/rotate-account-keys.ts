import type { ConfirmPassword } from '../../auth/confirm-password.js';
import type { Context } from '../../context.js';
import { addAlertEnds } from '../../alerts/alert-writes.store.js';
import type { ExchangeName } from '../../core/domain.js';
import { readApiKeys } from '../../core/exchange/exchange-keys.js';
import { refuse, type Refusal } from '../../core/reasons.js';
import { Batch } from '../../infra/database/database.js';
import { addAccountChange, lockAccount } from '../account-writes.store.js';
import { readAccountsById } from '../account.store.js';
import { checkKeys } from './check-keys.js';
import { loadCredentials } from './credentials.store.js';
import { keyAlertKey } from './read-permissions.js';
import { sealedKeys } from './seal-credentials.js';

interface NewKeys {
  accountId: number;
  apiKey: string;
  apiSecret: string;
  passphrase?: string | null | undefined;
  /** The owner insists on a key that may withdraw. */
  acceptsWithdraw?: boolean | undefined;
}

/**
 * Replaces the keys of a real account after the owner's password is confirmed. Data that was read with the old keys is
 * deleted. Refusals: ACCOUNT_NOT_FOUND, INVALID_CREDENTIALS, KEY_MAY_WITHDRAW.
 */
export async function rotateAccountKeys(
  ctx: Pick<Context, 'db' | 'secrets' | 'exchanges' | 'clock'>,
  ownerUserId: number,
  input: NewKeys,
  confirmPassword: ConfirmPassword,
): Promise<{ ok: true; accountId: number } | Refusal> {
  const { accountId } = input;
  // What a stranger names does not exist: the password is asked of the owner only.
  const [own] = await readAccountsById(ctx.db, ownerUserId, [accountId]);
  if (!own || own.is_simulation) return refuse('ACCOUNT_NOT_FOUND');
  await confirmPassword();
  const wanted = readApiKeys(own.exchange as ExchangeName, input);
  if (!wanted.ok) return wanted;
  const stored = await loadCredentials(ctx, accountId);
  const checked = await checkKeys(
    ctx,
    { exchange: own.exchange as ExchangeName, testnet: own.testnet },
    {
      keys: { ...wanted.keys, proxyUrl: stored?.proxyUrl ?? null },
      acceptsWithdraw: input.acceptsWithdraw ?? false,
    },
  );
  if (!checked.ok) return checked;
  return ctx.db.transaction(async (tx): Promise<{ ok: true; accountId: number } | Refusal> => {
    const account = await lockAccount(tx, accountId, ownerUserId);
    if (!account || account.isSimulation) {
      await tx.rollback();
      return refuse('ACCOUNT_NOT_FOUND');
    }
    const columns = { ...sealedKeys(ctx.secrets, accountId, wanted.keys), ...checked.columns };
    const batch = addAccountChange(new Batch(), accountId, { columns, newKeys: true });
    addAlertEnds(batch, [keyAlertKey(accountId)], ctx.clock.now());
    await tx.commit(batch);
    return { ok: true, accountId };
  });
}
