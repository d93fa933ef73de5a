import type { Context } from '../../context.js';
import type { WebhookSource } from '../../generated/prisma/client.js';
import { bindingWeight, done, invalid, modeMismatch, notFound, type SourceOutcome } from './source-settings.js';

export interface BindAccountInput {
  sourceId: number;
  accountId: number;
  /** Decimal text; null or absent = 1. */
  weight?: string | null | undefined;
  isActive?: boolean | null | undefined;
}

/** Binds an account to a source, or changes their binding. Both must belong to the caller and be of one mode. */
export async function bindAccount(
  { db }: Pick<Context, 'db'>,
  ownerUserId: number,
  { sourceId, accountId, weight = null, isActive }: BindAccountInput,
): Promise<SourceOutcome<WebhookSource>> {
  const [source, account] = await Promise.all([
    db.prisma.webhookSource.findFirst({ where: { id: sourceId, owner_user_id: ownerUserId } }),
    db.prisma.exchangeAccount.findFirst({ where: { id: accountId, user_id: ownerUserId } }),
  ]);
  if (!source) return notFound('webhook source');
  if (!account) return notFound('exchange account');
  if (account.is_simulation !== (source.trade_mode === 'SIMULATION')) return modeMismatch();
  if (weight !== null) {
    const parsed = bindingWeight.safeParse(weight);
    if (!parsed.success) return invalid('weight', `weight ${parsed.error.issues[0]?.message ?? 'is not valid'}`);
  }
  // One statement, so that two clicks at once make one binding.
  await db.query(
    `INSERT INTO account_webhook_bindings (webhook_source_id, exchange_account_id, is_active, weight)
     VALUES (?, ?, ?, CAST(? AS DECIMAL(36,18)))
     ON DUPLICATE KEY UPDATE is_active = VALUES(is_active), weight = VALUES(weight)`,
    [sourceId, accountId, isActive ?? true, weight],
  );
  return done(source);
}
