import type { Context } from '../context.js';
import type { ExchangeName } from '../core/domain.js';
import { readAmount } from '../core/ledger/ledger.js';
import { refuse, type Refusal } from '../core/reasons.js';
import { withinQuota } from '../users/within-quota.js';
import { insertSimulatedAccount } from './account-writes.store.js';

export interface NewAccount {
  label: string;
  exchange: ExchangeName;
  /** Decimal texts. */
  initialBalances: readonly { asset: string; amount: string }[];
}

const ASSET = /^[A-Z0-9]{1,32}$/;

/**
 * Creates a simulation account and its initial balances in one transaction. Refusals: INVALID_ASSET (also when an asset
 * is given twice), INVALID_AMOUNT, QUOTA_REACHED.
 */
export async function createAccount(
  ctx: Pick<Context, 'db'>,
  ownerUserId: number,
  input: NewAccount,
): Promise<{ ok: true; accountId: number } | Refusal> {
  const balances = new Map<string, string>();
  for (const { asset: written, amount: text } of input.initialBalances) {
    const asset = written.trim().toUpperCase();
    if (!ASSET.test(asset)) return refuse('INVALID_ASSET');
    if (balances.has(asset)) return refuse('INVALID_ASSET', `${asset} is given twice; give each asset once.`);
    const read = readAmount(text);
    if (!read.ok) return read;
    balances.set(asset, read.amount.toFixed());
  }
  const { label, exchange } = input;
  return withinQuota(ctx, { userId: ownerUserId, what: 'accounts' }, async () => ({
    ok: true,
    accountId: await insertSimulatedAccount(ctx.db, { ownerUserId, label: label.trim(), exchange, balances }),
  }));
}
