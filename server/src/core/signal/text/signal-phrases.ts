import { kindOf } from './signal-evidence.js';
import { classOf } from './signal-words.js';

/** The meaning of a phrase that an owner taught: an order, or nothing ('NEUTRAL'). */
export type PhraseMeaning = 'BUY' | 'SELL' | 'NEUTRAL';

/** A word or phrase of one source, as stored: in the form of `checkPhrase`. */
export interface SignalPhrase {
  phrase: string;
  meaning: PhraseMeaning;
}

export const PHRASE_MAX = 120;

/**
 * The words of a phrase in the form used for comparison: lower case, without accents, separated by single spaces. `#`
 * stands for any number: 'sl #'. Empty when there is nothing to compare.
 */
export function normalizePhrase(text: string): string {
  return (
    text
      .slice(0, 1000)
      .normalize('NFKD')
      .replace(/[\p{M}\p{Cf}'’`]/gu, '')
      .toLowerCase()
      .match(/#|-?\d+(?:[.,]\d+)*(?![\p{L}])|[\p{L}\p{N}]+|\p{Extended_Pictographic}/gu)
      ?.join(' ') ?? ''
  );
}

/**
 * The normal form of a phrase that may be taught with this meaning, or one sentence that says why not. A phrase that
 * closes, cancels, denies or tests cannot mean a buy. It can mean nothing only if it contains one of the sender's own
 * words: 'stop hunter' is a name, 'do not' is not.
 */
export function checkPhrase({ phrase, meaning }: SignalPhrase): { phrase: string } | { problem: string } {
  const normal = normalizePhrase(phrase);
  if (!/[\p{L}\p{Extended_Pictographic}]/u.test(normal)) return { problem: 'A phrase needs a word.' };
  if (normal.length > PHRASE_MAX) return { problem: `A phrase has at most ${PHRASE_MAX} characters.` };
  const words = normal.split(' ');
  if (meaning === 'BUY') {
    const against = words.find((word, index) => {
      // Portuguese 'no' means 'in the' after one of the sender's own words: 'entrou no canal'.
      if (word === 'no' && index > 0 && isOwn(words[index - 1] ?? '')) return false;
      return (kindOf(word) ?? 'RESULT') !== 'RESULT' || classOf(word) === 'SELL';
    });
    if (against !== undefined) return { problem: `"${against}" speaks against buying, so the phrase cannot mean buy.` };
  }
  // 'sl #' names a level that belongs to the order.
  const isLevel =
    words.includes('#') &&
    words.every((word) => (kindOf(word) ?? 'RESULT') === 'RESULT' && classOf(word) === undefined);
  if (meaning !== 'SELL' && !words.some(isOwn) && words.some(decides) && !(meaning === 'NEUTRAL' && isLevel)) {
    return { problem: 'These words have a meaning of their own: add the word that makes them a name.' };
  }
  return { phrase: normal };
}

/** A word that only its sender uses. */
const isOwn = (word: string): boolean =>
  /\p{L}/u.test(word) && kindOf(word) === null && classOf(word) === undefined && !/^(?:true|yes|do|does)$/.test(word);
const decides = (word: string): boolean => {
  const kind = kindOf(word);
  return kind !== null || /^(?:BUY|LONG|SELL|SHORT|CLOSE)$/.test(classOf(word) ?? '');
};

/** A text without the taught phrases, and the meanings of those phrases. The longest phrase counts first. */
export function applyPhrases(
  text: string,
  phrases: readonly SignalPhrase[],
): { rest: string; meanings: PhraseMeaning[] } {
  const meanings: PhraseMeaning[] = [];
  if (phrases.length === 0) return { rest: text, meanings };
  let rest = ` ${normalizePhrase(text)} `;
  for (const { phrase, meaning } of [...phrases].sort((a, b) => b.phrase.length - a.phrase.length)) {
    const pattern = phrase.split(' ').map((word) => (word === '#' ? '-?\\d[\\d.,]*' : word.replaceAll('.', '\\.')));
    const without = rest.replace(new RegExp(` ${pattern.join(' ')}(?= )`, 'gu'), '');
    if (without !== rest) meanings.push(meaning);
    rest = without;
  }
  return meanings.length === 0 ? { rest: text, meanings } : { rest, meanings };
}
