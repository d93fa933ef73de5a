import { randomBytes } from 'node:crypto';
import type { Context } from '../../context.js';
import type { WebhookSource } from '../../generated/prisma/client.js';
import { hashToken, TOKEN_PREFIX } from '../ingest/body-token.js';
import { signingSecretPlace } from '../ingest/ingest-signal.js';
import { done, notFound, type SourceOutcome } from './source-settings.js';

export const WEBHOOK_SECRET_KINDS = ['SIGNING_SECRET', 'BODY_TOKEN'] as const;
export type WebhookSecretKind = (typeof WEBHOOK_SECRET_KINDS)[number];

const SECRET_BYTES = 32;

/**
 * Makes a new signing secret (`whsec_` and base64, as Standard Webhooks wants it) or body token (`tok_`) of 256 random
 * bits; the old one stops working at once. `secret` is shown this once: only its sealed form or its hash is kept.
 */
export async function rotateWebhookSecret(
  { db, secrets }: Pick<Context, 'db' | 'secrets'>,
  ownerUserId: number,
  { sourceId, kind }: { sourceId: number; kind: WebhookSecretKind },
): Promise<SourceOutcome<{ source: WebhookSource; secret: string }>> {
  const owned = await db.prisma.webhookSource.findFirst({ where: { id: sourceId, owner_user_id: ownerUserId } });
  if (!owned) return notFound('webhook source');
  const random = randomBytes(SECRET_BYTES);
  const secret =
    kind === 'SIGNING_SECRET' ? `whsec_${random.toString('base64')}` : `${TOKEN_PREFIX}${random.toString('base64url')}`;
  const source = await db.prisma.webhookSource.update({
    where: { id: sourceId },
    data:
      kind === 'SIGNING_SECRET'
        ? { signing_secret_enc: secrets.seal(secret, signingSecretPlace(sourceId)) }
        : { body_token_hash: hashToken(secret) },
  });
  return done({ source, secret });
}
