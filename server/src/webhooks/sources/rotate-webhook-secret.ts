import { randomBytes } from 'node:crypto';
import type { Context } from '../../context.js';
import type { Refusal } from '../../core/reasons.js';
import type { WebhookSource } from '../../generated/prisma/client.js';
import { hashToken, TOKEN_PREFIX } from '../ingest/body-token.js';
import { signingSecretPlace } from '../ingest/ingest-signal.js';
import { noSource } from './source-settings.js';
import { readOwnedSource, writeSourceSecret } from './webhook-source.store.js';

export const WEBHOOK_SECRET_KINDS = ['SIGNING_SECRET', 'BODY_TOKEN'] as const;
export type WebhookSecretKind = (typeof WEBHOOK_SECRET_KINDS)[number];

const SECRET_BYTES = 32;

/**
 * Creates a new signing secret (`whsec_` and base64, as Standard Webhooks requires) or body token (`tok_`) of 256
 * random bits. The old one stops working at once. `secret` is shown only once: only its sealed form or its hash is
 * stored.
 */
export async function rotateWebhookSecret(
  { db, secrets }: Pick<Context, 'db' | 'secrets'>,
  ownerUserId: number,
  { sourceId, kind }: { sourceId: number; kind: WebhookSecretKind },
): Promise<{ ok: true; source: WebhookSource; secret: string } | Refusal> {
  if (!(await readOwnedSource(db, sourceId, ownerUserId))) return noSource();
  const random = randomBytes(SECRET_BYTES);
  const secret =
    kind === 'SIGNING_SECRET' ? `whsec_${random.toString('base64')}` : `${TOKEN_PREFIX}${random.toString('base64url')}`;
  const columns =
    kind === 'SIGNING_SECRET'
      ? { signing_secret_enc: secrets.seal(secret, signingSecretPlace(sourceId)) }
      : { body_token_hash: hashToken(secret) };
  return { ok: true, source: await writeSourceSecret(db, sourceId, columns), secret };
}
