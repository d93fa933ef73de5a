import type { Context } from '../context.js';
import { refuse, type Refusal } from '../core/reasons.js';
import { withinQuota } from '../users/within-quota.js';
import { checkPlace, toColumns, type ParameterSettings } from './parameter-settings.js';
import { insertParameter } from './parameter.store.js';

/**
 * Creates a parameter for one of the owner's accounts. Refusals: ACCOUNT_NOT_FOUND, VAULT_NOT_FOUND, MODE_MISMATCH,
 * PARAMETER_EXISTS (the account has one for this symbol and side), QUOTA_REACHED.
 */
export async function createParameter(
  ctx: Pick<Context, 'db'>,
  ownerUserId: number,
  { accountId, settings }: { accountId: number; settings: ParameterSettings },
): Promise<{ ok: true; parameterId: number } | Refusal> {
  const refusal = await checkPlace(ctx, ownerUserId, { accountId, vaultId: settings.vaultId });
  if (refusal) return refusal;
  return withinQuota(ctx, { userId: ownerUserId, what: 'parameters' }, async () => {
    const parameterId = await insertParameter(ctx.db, { ownerUserId, accountId, columns: toColumns(settings) });
    return parameterId === 'exists' ? refuse('PARAMETER_EXISTS') : { ok: true, parameterId };
  });
}
