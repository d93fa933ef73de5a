import type { ConfirmPassword } from '../../auth/confirm-password.js';
import type { Context } from '../../context.js';
import type { WebhookSecretKind } from './rotate-webhook-secret.js';
import { invalid, noSource, type SourceChanged } from './source-settings.js';
import { readOwnedSource, writeSourceSecret } from './webhook-source.store.js';

/**
 * Removes a secret after the owner's password is confirmed, because then the source takes more than before. A source that requires a signature keeps its signing secret; otherwise it would refuse every
 * signal.
 */
export async function removeWebhookSecret(
  { db }: Pick<Context, 'db'>,
  ownerUserId: number,
  { sourceId, kind }: { sourceId: number; kind: WebhookSecretKind },
  confirmPassword: ConfirmPassword,
): Promise<SourceChanged> {
  const source = await readOwnedSource(db, sourceId, ownerUserId);
  if (!source) return noSource();
  if (kind === 'SIGNING_SECRET' && source.require_signature) {
    return invalid(
      'kind',
      'This source requires signatures: switch requireSignature off before removing its signing secret.',
    );
  }
  await confirmPassword();
  const data = kind === 'SIGNING_SECRET' ? { signing_secret_enc: null } : { body_token_hash: null };
  return { ok: true, source: await writeSourceSecret(db, sourceId, data) };
}
