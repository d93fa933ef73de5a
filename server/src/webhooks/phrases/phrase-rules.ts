import { isVisibleText } from '../../core/visible-text.js';
import { checkPhrase, type SignalPhrase } from '../../core/signal/text/signal-phrases.js';

/** A typed phrase may have characters that are not compared, such as punctuation, so its limit is higher. */
const TYPED_MAX = 160;

/**
 * A phrase as it is stored: as typed and in the form used for comparing. Or a sentence that says why it is not valid.
 */
export function phraseToTeach({
  phrase,
  meaning,
}: SignalPhrase): { phrase: string; normalized: string } | { problem: string } {
  const typed = phrase.trim();
  if (typed.length > TYPED_MAX) return { problem: `A phrase has at most ${TYPED_MAX} characters.` };
  if (!isVisibleText(typed)) return { problem: 'A phrase has no control characters and no invisible ones.' };
  const checked = checkPhrase({ phrase: typed, meaning });
  return 'problem' in checked ? checked : { phrase: typed, normalized: checked.phrase };
}
