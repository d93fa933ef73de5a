/** A sentence of the server with placeholders ({name}), and its translation. */
export type SentencePair = readonly [english: string, translated: string];

const PLACE = /\{(\w+)\}/g;
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const compile = ([english, translated]: SentencePair) => {
  const names = [...english.matchAll(PLACE)].map(([, name = '']) => name);
  const parts = english.split(/\{\w+\}/).map(escaped);
  return { pattern: new RegExp(`^${parts.join('(.+?)')}$`, 's'), names, translated };
};

/** A number with a decimal comma: the server writes a decimal point. */
const localNumber = (text: string): string => (/^-?\d+\.\d+$/.test(text) ? text.replace('.', ',') : text);

/**
 * Returns a function that translates a sentence of the server, with its numbers and with a known sentence inside it. The
 * function returns undefined for an unknown sentence. The pairs are compiled once.
 */
export function sentenceTranslator(pairs: readonly SentencePair[]): (message: string) => string | undefined {
  const sentences = pairs.map(compile);
  const translate = (message: string): string | undefined => {
    for (const { pattern, names, translated } of sentences) {
      const values = pattern.exec(message)?.slice(1);
      if (!values) continue;
      const filled = new Map(names.map((name, index) => [name, values[index] ?? '']));
      return translated.replace(PLACE, (_place, name: string) => {
        const value = filled.get(name) ?? '';
        return translate(value) ?? localNumber(value);
      });
    }
    return undefined;
  };
  return translate;
}
