import type { Context } from '../../context.js';
import type { WebhookSource } from '../../generated/prisma/client.js';
import { done, notFound, type SourceOutcome } from '../sources/source-settings.js';
import { deletePhrase } from './webhook-phrases.store.js';

/** Forgets a phrase of one of the owner's sources; the next message is read without it. */
export async function forgetPhrase(
  { db }: Pick<Context, 'db'>,
  userId: number,
  { sourceId, phraseId }: { sourceId: number; phraseId: number },
): Promise<SourceOutcome<WebhookSource>> {
  const source = await db.prisma.webhookSource.findFirst({ where: { id: sourceId, owner_user_id: userId } });
  if (!source) return notFound('webhook source');
  return (await deletePhrase(db, sourceId, phraseId)) ? done(source) : notFound('phrase');
}
