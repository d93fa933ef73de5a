/** What a phrase that an owner taught stands for: an order, or nothing ('NEUTRAL'). */
export type PhraseMeaning = 'BUY' | 'SELL' | 'NEUTRAL';

/** A word or phrase of one source, as it is stored: in the form of `checkPhrase`. */
export interface SignalPhrase {
  phrase: string;
  meaning: PhraseMeaning;
}

export const PHRASE_MAX = 120;

/**
 * The words of a phrase as messages are compared with it: lower case, without accents, apart by single spaces. `#`
 * stands for any number: 'sl #'. Empty when there is nothing to compare.
 */
export function normalizePhrase(text: string): string {
  return (
    text
      .slice(0, 1000)
      .normalize('NFKD')
      .replace(/[\p{M}\p{Cf}]/gu, '')
      .toLowerCase()
      .match(/#|-?\d+(?:[.,]\d+)*(?![\p{L}])|[\p{L}\p{N}]+|\p{Extended_Pictographic}/gu)
      ?.join(' ') ?? ''
  );
}

/** The normal form of a phrase that may be taught with this meaning, or one sentence that says why not. */
export function checkPhrase({ phrase }: SignalPhrase): { phrase: string } | { problem: string } {
  const normal = normalizePhrase(phrase);
  if (normal === '') return { problem: 'A phrase needs a word.' };
  if (normal.length > PHRASE_MAX) return { problem: `A phrase has at most ${PHRASE_MAX} characters.` };
  return { phrase: normal };
}
