import type { Context } from '../context.js';
import { refuse, type Refusal } from '../core/reasons.js';
import { checkPlace, toColumns, type ParameterSettings } from './parameter-settings.js';
import { readParameter, writeParameter } from './parameter.store.js';

/**
 * Replaces all settings of a parameter; its account stays. Refusals: PARAMETER_NOT_FOUND, VAULT_NOT_FOUND,
 * MODE_MISMATCH, PARAMETER_EXISTS (the account has another one for this symbol and side).
 */
export async function updateParameter(
  ctx: Pick<Context, 'db'>,
  ownerUserId: number,
  { parameterId, settings }: { parameterId: number; settings: ParameterSettings },
): Promise<{ ok: true; parameterId: number } | Refusal> {
  const row = await readParameter(ctx.db, ownerUserId, parameterId);
  if (!row) return refuse('PARAMETER_NOT_FOUND');
  const place = { accountId: row.exchange_account_id, vaultId: settings.vaultId };
  const refusal = await checkPlace(ctx, ownerUserId, place);
  if (refusal) return refusal;
  const written = await writeParameter(ctx.db, { ownerUserId, parameterId, columns: toColumns(settings) });
  return written === 'exists' ? refuse('PARAMETER_EXISTS') : { ok: true, parameterId };
}
