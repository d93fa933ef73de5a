/** A sentence of the server with placeholders ({name}), and its translation. */
export type SentencePair = readonly [english: string, translated: string];

/** A piece of a translated sentence. A quotation is the text of another program, in whatever language that writes. */
export interface SentencePart {
  text: string;
  isQuotation: boolean;
}

/** The sentences of the server in one language; undefined for a sentence that is not known. */
export type SentenceTranslator = (message: string) => readonly SentencePart[] | undefined;

/** What stands here was said by another program: an exchange, a mail server, a library. It stays as it is. */
const QUOTED = 'quoted';
const PLACE = /\{(\w+)\}/g;
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const compile = ([english, translated]: SentencePair) => {
  const names = [...english.matchAll(PLACE)].map(([, name = '']) => name);
  const parts = english.split(/\{\w+\}/);
  const pattern = new RegExp(`^${parts.map(escaped).join('(.+?)')}$`, 's');
  const isFree = names.map((name, index) => name !== QUOTED && !parts[index]?.endsWith('"'));
  return { pattern, names, isFree, parts, translated, own: parts.join('').length };
};

/** A value that holds the end of a sentence and the beginning of another, outside of quotation marks. */
const holdsSentences = (value: string): boolean => /[.!?] [\p{Lu}\d]/u.test(value.replace(/"[^"]*"/g, ''));

/** A number with a decimal comma, also in front of its unit: the server writes a decimal point. */
const localNumber = (text: string): string => text.replace(/^(-?\d+)\.(\d+)(?= [\p{L}%]+$|$)/u, '$1,$2');

const plain = (text: string): SentencePart => ({ text, isQuotation: false });
export const textOf = (parts: readonly SentencePart[]): string => parts.map(({ text }) => text).join('');

/**
 * Returns a function that translates a sentence of the server, several in a row, its numbers and the known sentences
 * inside it. When several patterns fit, the one with the most words of its own is taken. The pairs are compiled once.
 */
export function sentenceTranslator(pairs: readonly SentencePair[]): SentenceTranslator {
  const sentences = pairs.map(compile).sort((a, b) => b.own - a.own);

  const fill = (translated: string, values: ReadonlyMap<string, string>): SentencePart[] =>
    // A capturing group keeps the names: the texts are at the even places, the names at the odd ones.
    translated.split(/\{(\w+)\}/).flatMap((piece, index) => {
      if (index % 2 === 0) return piece === '' ? [] : [plain(piece)];
      const value = values.get(piece) ?? '';
      const known = translate(value);
      if (known) return known;
      return [piece === QUOTED ? { text: value, isQuotation: true } : plain(localNumber(value))];
    });

  const one = (message: string): SentencePart[] | undefined => {
    for (const { pattern, names, isFree, parts, translated } of sentences) {
      // Most patterns are ruled out without the work of matching them.
      if (!parts.every((part) => message.includes(part))) continue;
      const values = pattern.exec(message)?.slice(1);
      if (!values) continue;
      // An unknown sentence is no value: all of it stays English rather than half of it.
      if (values.some((value, index) => isFree[index] && holdsSentences(value) && !translate(value))) continue;
      return fill(translated, new Map(names.map((name, index) => [name, values[index] ?? ''])));
    }
    return undefined;
  };

  /** The first sentence on its own and the rest after it, if both are known; else all of it as one sentence. */
  const translate = (message: string): SentencePart[] | undefined => {
    for (const { index } of message.matchAll(/(?<=[.!?]) (?=\S)/g)) {
      const first = one(message.slice(0, index));
      const rest = first && translate(message.slice(index + 1));
      if (first && rest) return [...first, plain(' '), ...rest];
    }
    return one(message);
  };
  return translate;
}
