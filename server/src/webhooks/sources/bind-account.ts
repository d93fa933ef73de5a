import type { Context } from '../../context.js';
import { readAccountsById } from '../../accounts/account.store.js';
import { tradeModeOf } from '../../core/domain.js';
import { refuse } from '../../core/reasons.js';
import { bindingWeight, invalid, noSource, type SourceChanged } from './source-settings.js';
import { readOwnedSource, writeBinding } from './webhook-source.store.js';

export interface BindAccountInput {
  sourceId: number;
  accountId: number;
  /** Decimal text; null or absent = 1. */
  weight?: string | null | undefined;
  isActive?: boolean | null | undefined;
}

/** Binds an account to a source, or changes their binding. Both must belong to the caller and have the same mode. */
export async function bindAccount(
  { db }: Pick<Context, 'db'>,
  ownerUserId: number,
  { sourceId, accountId, weight = null, isActive }: BindAccountInput,
): Promise<SourceChanged> {
  const [source, [account]] = await Promise.all([
    readOwnedSource(db, sourceId, ownerUserId),
    readAccountsById(db, ownerUserId, [accountId]),
  ]);
  if (!source) return noSource();
  if (!account) return refuse('ACCOUNT_NOT_FOUND');
  if (source.trade_mode !== tradeModeOf({ isSimulation: account.is_simulation })) {
    const rule = 'A SIMULATION source binds only simulation accounts, a REAL source only real ones.';
    return refuse('MODE_MISMATCH', rule);
  }
  if (weight !== null) {
    const parsed = bindingWeight.safeParse(weight);
    if (!parsed.success) return invalid('weight', `weight ${parsed.error.issues[0]?.message ?? 'is not valid'}`);
  }
  await writeBinding(db, { sourceId, accountId, isActive: isActive ?? true, weight });
  return { ok: true, source };
}
