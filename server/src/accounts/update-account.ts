import type { ConfirmPassword } from '../auth/confirm-password.js';
import { addAlertEnds } from '../alerts/alert-writes.store.js';
import type { Context } from '../context.js';
import { refuse, type Refusal } from '../core/reasons.js';
import { Batch, type Tx } from '../infra/database/database.js';
import { addAccountChange, lockAccount, type AccountChange, type LockedAccount } from './account-writes.store.js';
import { checkProxy } from './check-proxy.js';
import { keyAlertKey } from './keys/read-permissions.js';
import { sealedProxy } from './keys/seal-credentials.js';

export interface AccountChanges {
  accountId: number;
  label?: string | null | undefined;
  isActive?: boolean | null | undefined;
  /** Real accounts only. Null or empty removes it; undefined leaves it. */
  proxyUrl?: string | null | undefined;
  /** Real accounts only: the owner accepts that the key may withdraw. */
  acceptsWithdraw?: boolean | undefined;
}

type UpdateContext = Pick<Context, 'db' | 'secrets' | 'env' | 'clock'>;

/**
 * Changes the given fields. Switching off an account, switching on a real one and changing its proxy need the owner's
 * password: `confirmPassword` is called without a lock, and the locked row decides whether it is needed. Refusals:
 * ACCOUNT_NOT_FOUND, INVALID_PROXY, PRIVATE_ADDRESS.
 */
export async function updateAccount(
  ctx: UpdateContext,
  ownerUserId: number,
  changes: AccountChanges,
  confirmPassword: ConfirmPassword,
): Promise<{ ok: true; accountId: number } | Refusal> {
  const update = (isConfirmed: boolean) =>
    ctx.db.transaction((tx) => updateLocked(ctx, tx, { ownerUserId, changes, isConfirmed }));
  const first = await update(false);
  if (first !== 'password-needed') return first;
  await confirmPassword();
  const second = await update(true);
  if (second === 'password-needed') throw new Error('a confirmed password was requested again');
  return second;
}

async function updateLocked(
  ctx: UpdateContext,
  tx: Tx,
  { ownerUserId, changes, isConfirmed }: { ownerUserId: number; changes: AccountChanges; isConfirmed: boolean },
): Promise<{ ok: true; accountId: number } | Refusal | 'password-needed'> {
  const { accountId } = changes;
  const account = await lockAccount(tx, accountId, ownerUserId);
  const change = account && (isConfirmed || !needsPassword(account, changes) ? changeOf(ctx, account, changes) : null);
  if (!change?.ok) {
    await tx.rollback();
    return change === null ? 'password-needed' : (change ?? refuse('ACCOUNT_NOT_FOUND'));
  }
  const batch = addAccountChange(new Batch(), accountId, change);
  if (change.columns.withdraw_accepted_at) addAlertEnds(batch, [keyAlertKey(accountId)], ctx.clock.now());
  await tx.commit(batch);
  return { ok: true, accountId };
}

/**
 * An open session alone may not change what moves real money or the proxy that its orders use, nor switch an account off,
 * because its signals are then skipped.
 */
const needsPassword = (account: LockedAccount, { isActive, proxyUrl, acceptsWithdraw }: AccountChanges): boolean =>
  proxyUrl !== undefined ||
  acceptsWithdraw !== undefined ||
  (account.isActive && isActive === false) ||
  (!account.isSimulation && !account.isActive && isActive === true);

function changeOf(
  ctx: UpdateContext,
  account: LockedAccount,
  { accountId, label, isActive, proxyUrl, acceptsWithdraw }: AccountChanges,
): ({ ok: true } & AccountChange) | Refusal {
  if ((proxyUrl !== undefined || acceptsWithdraw !== undefined) && account.isSimulation)
    return refuse('ACCOUNT_NOT_FOUND');
  const proxy = proxyUrl?.trim() ? checkProxy(ctx, proxyUrl) : null;
  if (proxy && !proxy.ok) return proxy;
  const columns = {
    ...(label != null && { label: label.trim() }),
    ...(isActive != null && { is_active: isActive }),
    ...(acceptsWithdraw !== undefined && {
      withdraw_accepted_at: acceptsWithdraw ? new Date(ctx.clock.now()) : null,
    }),
    ...(proxyUrl !== undefined && sealedProxy(ctx.secrets, accountId, proxy)),
  };
  return { ok: true, columns, newCredentials: proxyUrl !== undefined };
}
