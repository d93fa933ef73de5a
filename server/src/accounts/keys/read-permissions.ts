import { addAlert, addAlertEnds } from '../../alerts/alert-writes.store.js';
import type { Context } from '../../context.js';
import { refuse, type Refusal } from '../../core/reasons.js';
import { ExchangeFault, toExchangeFault, type ExchangeFaultCode } from '../../exchange/exchange-fault.js';
import type { ConnectionReport } from '../../exchange/exchange.js';
import { Batch } from '../../infra/database/database.js';
import { addLiveEvents } from '../../infra/database/live-events.js';
import { addKeyPauseEnd, addProgramPause, writeConnection } from '../account-writes.store.js';
import type { RemoteRef } from '../balances.store.js';

/** The result of a test, as it is stored with the account (exchange_accounts.connection_json). */
export type ConnectionResult =
  ({ ok: true } & ConnectionReport) | { ok: false; fault: ExchangeFaultCode; exchangeCode: string | null };

type PermissionContext = Pick<Context, 'db' | 'clock' | 'exchanges' | 'live'>;

const DAY_MS = 86_400_000;
/** The permissions of a key can be changed at the exchange at any time. */
export const arePermissionsDue = ({ testedAt }: RemoteRef, now: number): boolean =>
  testedAt === null || now - testedAt >= DAY_MS;

/**
 * Reads and stores what the stored keys of an account may do. A key that may withdraw, without the owner having accepted
 * it, pauses the entries of the account and raises an alert; a key that may not withdraw ends both.
 */
export async function readPermissions(
  ctx: PermissionContext,
  account: RemoteRef,
): Promise<{ ok: true; result: ConnectionResult } | Refusal> {
  const found = ctx.exchanges.forReading(account);
  if (!found.ok) return found;
  const { remote } = found.exchange;
  if (!remote) return refuse('MODE_MISMATCH', 'Only a real account has a connection to test.');
  const result = connectionResult(
    account.hasKeys ? await remote.testConnection().catch(toExchangeFault) : new ExchangeFault('KEYS_MISSING'),
  );
  await store(ctx, account, result);
  return { ok: true, result };
}

export const connectionResult = (answer: ConnectionReport | ExchangeFault): ConnectionResult =>
  answer instanceof ExchangeFault
    ? { ok: false, fault: answer.code, exchangeCode: answer.exchangeCode }
    : { ok: true, ...answer };

/** The open key of the alert about an account's key that may withdraw. */
export const keyAlertKey = (accountId: number): string => `KEY_MAY_WITHDRAW:account:${accountId}`;

async function store(
  ctx: Pick<PermissionContext, 'db' | 'clock' | 'live'>,
  account: RemoteRef,
  result: ConnectionResult,
): Promise<void> {
  const { id, userId, label } = account;
  const now = ctx.clock.now();
  await ctx.db.transaction(async (tx) => {
    const written = await writeConnection(tx, account, { result, at: new Date(now) });
    const batch = new Batch();
    // An exchange that does not report it, or that cannot be asked now, changes nothing.
    const canWithdraw = written && result.ok ? result.canWithdraw : null;
    if (!written || canWithdraw === null) return tx.commit(batch);
    const changed = { topic: 'ACCOUNT' as const, entityId: id };
    if (canWithdraw && !written.isWithdrawAccepted) {
      addProgramPause(batch, { accountId: id, reason: 'KEY_MAY_WITHDRAW', at: new Date(now) });
      const message = `The API key of ${label} may withdraw. New positions are paused on this account until you replace the key or accept that it may withdraw.`;
      const alert = { type: 'KEY_MAY_WITHDRAW', severity: 'high', message, openKey: keyAlertKey(id), userId } as const;
      return tx.commit(addAlert(batch, alert, [changed]));
    }
    addKeyPauseEnd(batch, id);
    addAlertEnds(batch, [keyAlertKey(id)], now);
    return tx.commit(addLiveEvents(batch, userId, [changed]));
  });
  ctx.live.notify(userId);
}
