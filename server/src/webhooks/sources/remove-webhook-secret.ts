import type { Context } from '../../context.js';
import type { WebhookSource } from '../../generated/prisma/client.js';
import type { WebhookSecretKind } from './rotate-webhook-secret.js';
import { done, invalid, notFound, type SourceOutcome } from './source-settings.js';

/** Takes a secret away. A source that requires a signature keeps its signing secret, or it would refuse everything. */
export async function removeWebhookSecret(
  { db }: Pick<Context, 'db'>,
  ownerUserId: number,
  { sourceId, kind }: { sourceId: number; kind: WebhookSecretKind },
): Promise<SourceOutcome<WebhookSource>> {
  const source = await db.prisma.webhookSource.findFirst({ where: { id: sourceId, owner_user_id: ownerUserId } });
  if (!source) return notFound('webhook source');
  if (kind === 'SIGNING_SECRET' && source.require_signature) {
    return invalid(
      'kind',
      'This source requires signatures: switch requireSignature off before removing its signing secret.',
    );
  }
  const data = kind === 'SIGNING_SECRET' ? { signing_secret_enc: null } : { body_token_hash: null };
  return done(await db.prisma.webhookSource.update({ where: { id: sourceId }, data }));
}
