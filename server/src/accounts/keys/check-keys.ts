import type { Context } from '../../context.js';
import type { ExchangeName } from '../../core/domain.js';
import { refuse, type Refusal } from '../../core/reasons.js';
import { toExchangeFault } from '../../exchange/exchange-fault.js';
import type { KeysToTest } from '../../exchange/exchange.js';
import type { AccountColumns } from '../account-writes.store.js';
import { connectionResult } from './read-permissions.js';

/** The columns that say what the keys of an account may do. */
type PermissionColumns = Required<
  Pick<AccountColumns, 'connection_json' | 'connection_tested_at' | 'withdraw_accepted_at'>
>;

/**
 * Reads at the exchange what keys may do before they are stored. Keys that may withdraw are refused unless the owner
 * accepts them. If the exchange does not report it, cannot be asked or refuses the keys, they are stored with that
 * result; the permissions are read again with the balances. Refusal: KEY_MAY_WITHDRAW.
 */
export async function checkKeys(
  ctx: Pick<Context, 'exchanges' | 'clock'>,
  account: { exchange: ExchangeName; testnet: boolean },
  { keys, acceptsWithdraw }: { keys: KeysToTest; acceptsWithdraw: boolean },
): Promise<{ ok: true; columns: PermissionColumns } | Refusal> {
  const now = new Date(ctx.clock.now());
  const accepted = { withdraw_accepted_at: acceptsWithdraw ? now : null };
  const { testKeys } = ctx.exchanges;
  if (!testKeys) return { ok: true, columns: { ...accepted, connection_json: null, connection_tested_at: null } };
  const result = connectionResult(await testKeys(account, keys).catch(toExchangeFault));
  if (result.ok && result.canWithdraw && !acceptsWithdraw) return refuse('KEY_MAY_WITHDRAW');
  return { ok: true, columns: { ...accepted, connection_json: JSON.stringify(result), connection_tested_at: now } };
}
