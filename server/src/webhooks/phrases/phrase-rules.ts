import { checkPhrase, type SignalPhrase } from '../../core/signal/text/signal-phrases.js';

/** As it is typed a phrase may have more than its words: signs that are not compared. */
const TYPED_MAX = 160;

/** A phrase as it is stored, typed and in the form messages are compared with; or a sentence that says why it cannot be. */
export function phraseToTeach({
  phrase,
  meaning,
}: SignalPhrase): { phrase: string; normalized: string } | { problem: string } {
  const typed = phrase.trim();
  if (typed.length > TYPED_MAX) return { problem: `A phrase has at most ${TYPED_MAX} characters.` };
  const checked = checkPhrase({ phrase: typed, meaning });
  return 'problem' in checked ? checked : { phrase: typed, normalized: checked.phrase };
}
