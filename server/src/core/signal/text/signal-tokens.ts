import { plain } from './signal-words.js';
import { readTextSymbol, type SymbolReading } from '../symbols.js';

/** One piece of a message. No part of a message is left out: a piece of no other kind is a mark. */
export type Token =
  | { kind: 'symbol'; text: string; reading: SymbolReading }
  | { kind: 'word'; text: string; plain: string }
  | { kind: 'number'; text: string; negative: boolean }
  | { kind: 'time'; text: string }
  | { kind: 'placeholder'; text: string; name: string }
  | { kind: 'mark'; text: string };

/** The maximum number of tokens. It limits the cost of a reading, and no sender's signal is longer. */
export const TOKENS_MAX = 1_500;

const SPACE = /[^\S\n]+/y;
const PLACEHOLDER = /\{\{([^{}\n]{0,60})\}\}/y;
const TIME =
  /\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?: ?(?:Z|UTC|GMT)| ?[+-]\d{2}(?::?\d{2})?)?)?(?![\p{L}\p{N}])/iuy;
const CHUNK = /(?:[\p{L}\p{N}:/._-]|%(?:3A|2F)){5,60}/iuy;
const CHUNK_CHAR = /[\p{L}\p{N}]/u;
const NUMBER = /\d+(?:[.,]\d+)*(?:e-?\d{1,2})?(?![\p{L}\p{N}])/iuy;
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:['’`][\p{L}\p{M}]+)*/uy;
const MARK = /[^]/uy;

/** The tokens of a text, at most `TOKENS_MAX + 1` of them. Linear in its length: every pattern is bounded or sticky. */
export function tokenize(source: string): Token[] {
  const text = source
    .normalize('NFKC')
    .replace(/[\p{Cf}\ufe0e\ufe0f]/gu, '')
    .replace(/[−–]/g, '-')
    .replace(/\r\n?/g, '\n');
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) at += match[0].length;
    return match;
  };
  while (at < text.length && tokens.length <= TOKENS_MAX) {
    if (take(SPACE)) continue;
    const placeholder = take(PLACEHOLDER);
    if (placeholder) {
      tokens.push({ kind: 'placeholder', text: placeholder[0], name: (placeholder[1] ?? '').trim().toLowerCase() });
      continue;
    }
    const time = take(TIME);
    if (time) {
      tokens.push({ kind: 'time', text: time[0] });
      continue;
    }
    const symbol = symbolAt(text, at);
    if (symbol) {
      at += symbol.length;
      tokens.push({ kind: 'symbol', text: symbol.reading.raw, reading: symbol.reading });
      continue;
    }
    const number = take(NUMBER);
    if (number) {
      tokens.push({ kind: 'number', text: number[0], negative: takeSign(tokens, text, at - number[0].length) });
      continue;
    }
    const word = take(WORD);
    if (word) tokens.push({ kind: 'word', text: word[0], plain: plain(word[0].replace(/['’`]/g, '')) });
    else tokens.push({ kind: 'mark', text: take(MARK)?.[0] ?? ' ' });
  }
  return tokens;
}

function symbolAt(text: string, at: number): { reading: SymbolReading; length: number } | null {
  if (!CHUNK_CHAR.test(text[at] ?? '')) return null;
  CHUNK.lastIndex = at;
  const [chunk] = CHUNK.exec(text) ?? [];
  if (chunk === undefined || (chunk.length === 60 && CHUNK_CHAR.test(text[at + 60] ?? ''))) return null;
  const bare = chunk.replace(/[:/._-]{1,60}$/, '');
  const whole = readTextSymbol(bare);
  if (whole) return { reading: whole, length: bare.length };
  // 'BTCUSDT-buy', 'BTCUSDT:sell': the symbol ends at the first separator.
  const first = /^[\p{L}\p{N}]+(?:\.P(?![\p{L}\p{N}]))?/u.exec(bare)?.[0] ?? '';
  const reading = first.length >= 5 && first.length < bare.length ? readTextSymbol(first) : null;
  return reading && { reading, length: first.length };
}

/** A minus directly before a number, and not directly after a word or number, is its sign. */
function takeSign(tokens: Token[], text: string, at: number): boolean {
  const last = tokens.at(-1);
  if (last?.kind !== 'mark' || last.text !== '-' || text[at - 1] !== '-') return false;
  if (/[\p{L}\p{N})\]]/u.test(text[at - 2] ?? ' ')) return false;
  tokens.pop();
  return true;
}
