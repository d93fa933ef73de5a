import type { Context } from '../../context.js';
import { refuse } from '../../core/reasons.js';
import { noSource, type SourceChanged } from '../sources/source-settings.js';
import { readOwnedSource } from '../sources/webhook-source.store.js';
import { deletePhrase } from './webhook-phrases.store.js';

/** Forgets a phrase of one of the owner's sources. It applies from the next message on. */
export async function forgetPhrase(
  { db }: Pick<Context, 'db'>,
  userId: number,
  { sourceId, phraseId }: { sourceId: number; phraseId: number },
): Promise<SourceChanged> {
  const source = await readOwnedSource(db, sourceId, userId);
  if (!source) return noSource();
  return (await deletePhrase(db, sourceId, phraseId)) ? { ok: true, source } : refuse('PHRASE_NOT_FOUND');
}
