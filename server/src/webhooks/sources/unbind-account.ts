import type { Context } from '../../context.js';
import type { WebhookSource } from '../../generated/prisma/client.js';
import { done, notFound, type SourceOutcome } from './source-settings.js';

/** Ends a binding. Jobs that came of it go on. */
export async function unbindAccount(
  { db }: Pick<Context, 'db'>,
  ownerUserId: number,
  { sourceId, accountId }: { sourceId: number; accountId: number },
): Promise<SourceOutcome<WebhookSource>> {
  const source = await db.prisma.webhookSource.findFirst({ where: { id: sourceId, owner_user_id: ownerUserId } });
  if (!source) return notFound('webhook source');
  const { count } = await db.prisma.accountWebhookBinding.deleteMany({
    where: { webhook_source_id: sourceId, exchange_account_id: accountId },
  });
  return count === 0 ? notFound('binding') : done(source);
}
