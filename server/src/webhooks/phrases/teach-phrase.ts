import type { Context } from '../../context.js';
import { refuse } from '../../core/reasons.js';
import type { PhraseMeaning } from '../../core/signal/text/signal-phrases.js';
import { phraseToTeach } from './phrase-rules.js';
import { invalid, noSource, type SourceChanged } from '../sources/source-settings.js';
import { readOwnedSource } from '../sources/webhook-source.store.js';
import { PHRASES_MAX, writePhrase } from './webhook-phrases.store.js';

export interface TaughtPhrase {
  sourceId: number;
  phrase: string;
  meaning: PhraseMeaning;
}

/**
 * Teaches the reader of one of the owner's sources what a word or phrase means. A known phrase gets the new meaning. It
 * applies from the next message on.
 */
export async function teachPhrase(
  { db }: Pick<Context, 'db'>,
  userId: number,
  { sourceId, phrase, meaning }: TaughtPhrase,
): Promise<SourceChanged> {
  const source = await readOwnedSource(db, sourceId, userId);
  if (!source) return noSource();
  const checked = phraseToTeach({ phrase, meaning });
  if ('problem' in checked) return invalid('phrase', checked.problem);
  const written = await writePhrase(db, { sourceId, userId, ...checked, meaning });
  if (!written) return refuse('TOO_MANY_PHRASES', `A source knows at most ${PHRASES_MAX} phrases: remove one first.`);
  return { ok: true, source };
}
