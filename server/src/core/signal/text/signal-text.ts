import { isBareInterval, isTimeframe, readPrice, tidyTimeframe, type PriceReading } from '../signal-numbers.js';
import type { SignalPhrase } from './signal-phrases.js';
import { TOKENS_MAX, tokenize, type Token } from './signal-tokens.js';
import { isPriceLabel, kindOf } from './signal-evidence.js';
import { classOf, DECORATION, JOINS, meaningOf, type OrderMeaning, type OrderWord } from './signal-words.js';
import type { SymbolReading } from '../symbols.js';

/** The meaning of a text, from any reader. */
export interface TextReading {
  /** null when there is nothing to do; then `why` gives the reason. */
  meaning: OrderMeaning;
  why: string;
  /** The words that were not understood. */
  unread: string[];
  symbols: SymbolReading[];
  timeframe: string | null;
  price: PriceReading | null;
  /** Times as written. */
  times: string[];
}

export const emptyText = (): TextReading => ({
  ...{ meaning: null, why: 'The text is empty.', unread: [], symbols: [], timeframe: null, price: null, times: [] },
});

/** Signs without meaning beside words that are understood. */
const MARKS = new Set([...'\n.,;:|-—!()[]"\'*_#$€£=/\\•·&@“”’‘«»']);
/** Between two order words, these separate them: 'buy now, close'. */
const APART = new Set([...'\n.,;|!']);
const CURRENCIES = new Set(['usdt', 'usdc', 'usd', 'brl', 'eur', 'fdusd', 'dolares', 'reais']);
const UNITS = new Set([
  'm',
  'min',
  'mins',
  'minutos',
  'h',
  'hr',
  'hrs',
  'hour',
  'hours',
  'hora',
  'horas',
  'd',
  'day',
  'dia',
]);
/** Portuguese 'no' means 'in the' only before these: 'no buy', 'no comprar' deny. */
const AFTER_NO = new Set(['mercado', 'fechamento', 'preco', 'grafico']);
const PRICE_NAMES = /^(?:close|open|high|low|price|hl2|hlc3|ohlc4|strategy\.order\.price|plot(?:_\d+)?)$/;
const UNSAID = /^(?:interval|exchange|volume|time|timenow|ticker)$/;

/** Whether a word is a timeframe in running text, where `TP1`, `EMA9` and `x3` also occur. */
const isTextTimeframe = (word: string): boolean =>
  isTimeframe(word) && (/^(?:[smhdw]\d{1,4}|mn\d?)$/.test(word) || /^\d/.test(word));

interface Work {
  tokens: Token[];
  reading: TextReading;
  orders: OrderWord[];
  /** The meaning of the next number. */
  label: 'PRICE' | 'VALUE' | 'TIMEFRAME' | null;
  strongPriceLabel: boolean;
  inParentheses: string[];
  bare: string[];
  classes: Set<string>;
  apart: boolean;
  joinedBy: string | null;
}

/**
 * Reads a text in which every word is understood: a symbol, order words, a timeframe, a price, words that change
 * nothing, or a taught phrase. With one unknown word, a question or a percentage, the text means nothing that may be
 * traded.
 */
export function readStrictText(text: string, phrases: readonly SignalPhrase[]): TextReading {
  const tokens = tokenize(text);
  const work: Work = {
    ...{ tokens, reading: emptyText(), orders: [], label: null, strongPriceLabel: false, inParentheses: [], bare: [] },
    ...{ classes: new Set(), apart: false, joinedBy: null },
  };
  const { reading } = work;
  if (tokens.length === 0) return reading;
  if (tokens.length > TOKENS_MAX) return { ...reading, why: 'The text is too long for a signal.' };
  const taught = findPhrases(tokens, phrases);
  for (let index = 0; index < tokens.length;) {
    const phrase = taught.get(index);
    if (phrase) {
      takePhrase(work, phrase.meaning, phrase.text);
      index += phrase.length;
    } else index += takeToken(work, index);
  }
  finishNumbers(work);
  return finish(work);
}

function takePhrase(work: Work, meaning: SignalPhrase['meaning'], text: string): void {
  if (meaning !== 'NEUTRAL') addOrder(work, meaning, text);
  work.label = null;
}

function addOrder(work: Work, kind: OrderWord['kind'], word: string): void {
  work.orders.push({ kind, word, apart: work.apart, joinedBy: work.joinedBy });
  work.apart = false;
  work.joinedBy = null;
  work.label = null;
}

/** Takes the token at `index` and what belongs to it. Returns the number of tokens taken. */
function takeToken(work: Work, index: number): number {
  const { tokens, reading } = work;
  const token = tokens[index];
  if (!token) return 1;
  switch (token.kind) {
    case 'symbol':
      if (!reading.symbols.some(({ symbol }) => symbol === token.reading.symbol)) reading.symbols.push(token.reading);
      work.label = null;
      return 1;
    case 'time':
      reading.times.push(token.text);
      return 1;
    case 'number':
      return takeNumber(work, index, token);
    case 'placeholder':
      takePlaceholder(work, token.name, token.text);
      return 1;
    case 'mark':
      takeMark(work, index, token.text);
      return 1;
    case 'word':
      return takeWord(work, index, token.plain);
  }
}

function takeMark(work: Work, index: number, mark: string): void {
  if (APART.has(mark)) work.apart = true;
  if (mark === '\n') work.label = null;
  if (mark === '@') work.label = 'PRICE';
  if (mark === '🟢' || mark === '🔴') return addOrder(work, mark === '🟢' ? 'BUY' : 'SELL', mark);
  const comment = mark === '/' && textOf(work.tokens[index + 1]) === '/';
  if (comment || !(MARKS.has(mark) || DECORATION.test(mark))) work.reading.unread.push(comment ? '//' : mark);
}

function takePlaceholder(work: Work, name: string, text: string): void {
  if (PRICE_NAMES.test(name)) work.reading.price ??= { unreadable: `The placeholder ${text} was not filled in.` };
  else if (!UNSAID.test(name)) work.reading.unread.push(text);
}

function takeNumber(work: Work, index: number, token: Extract<Token, { kind: 'number' }>): number {
  const { tokens, reading, label } = work;
  const next = tokens[index + 1];
  const unit = next?.kind === 'word' && UNITS.has(next.plain) ? next.plain : null;
  let length = unit === null && next?.kind === 'word' && CURRENCIES.has(next.plain) ? 2 : 1;
  work.label = null;
  if (token.negative || textOf(next) === '%') {
    reading.unread.push(`${token.negative ? '-' : ''}${token.text}${textOf(next) === '%' ? '%' : ''}`);
    if (textOf(next) === '%') length = 2;
  } else if (label === 'PRICE') reading.price ??= readPrice(token.text);
  else if (label === 'TIMEFRAME') reading.timeframe ??= token.text;
  else if (label === 'VALUE') {
    if (/^[0.,]+$/.test(token.text)) reading.unread.push(token.text);
  } else if (unit !== null) {
    reading.timeframe ??= `${token.text}${unit}`;
    length = 2;
  } else if (textOf(tokens[index - 1]) === '(' && textOf(tokens[index + length]) === ')')
    work.inParentheses.push(token.text);
  // '0.513 @ 2317.90' is a quantity and its price.
  else if (textOf(next) !== '@') work.bare.push(token.text);
  return length;
}

function takeWord(work: Work, index: number, word: string): number {
  const { tokens, reading } = work;
  const next = wordAt(tokens, index + 1);
  if (word === 'caca' && (next === 'fundo' || next === 'topo' || next === undefined)) {
    const hop = tokens.findIndex((each, at) => at > index && each.kind === 'word');
    const second = hop < 0 || hop > index + 2 ? undefined : wordAt(tokens, hop);
    if (second === 'fundo' || second === 'topo') {
      addOrder(work, second === 'fundo' ? 'BUY' : 'SELL', `caça ${second}`);
      return hop - index + 1;
    }
  }
  // 'R$' and 'US$'.
  if ((word === 'r' || word === 'us') && textOf(tokens[index + 1]) === '$') return 2;
  if (isPriceLabel(...labelContext(tokens, index, word))) {
    work.label = 'PRICE';
    return 1;
  }
  if (word === 'no' && next !== undefined && AFTER_NO.has(next)) return 1;
  const kind = classOf(word);
  if (kind === undefined) {
    const before = textOf(tokens[index - 1]);
    const boxed = (before === '(' || work.label === 'TIMEFRAME') && /^[smhdw]$/.test(word);
    if (boxed || isTextTimeframe(word)) reading.timeframe ??= tidyTimeframe(textOf(tokens[index]));
    else reading.unread.push(textOf(tokens[index]));
    work.label = null;
    return 1;
  }
  work.classes.add(kind);
  if (kind === 'PRICE' || kind === 'VALUE' || kind === 'TIMEFRAME') {
    work.label = kind;
    work.strongPriceLabel ||= kind === 'PRICE';
  } else if (word === 'entry' || word === 'entrada' || word === 'at' || word === 'em' || word === 'en')
    work.label = 'PRICE';
  else if (word === 'open') work.label = 'VALUE';
  if (JOINS.has(word)) work.joinedBy = word;
  if (kind === 'BUY' || kind === 'LONG' || kind === 'SELL' || kind === 'SHORT' || kind === 'CLOSE')
    addOrder(work, kind, word);
  return 1;
}

/** The words and numbers around a label, without the signs between them. */
function labelContext(tokens: readonly Token[], index: number, word: string): [string[], number] {
  const before = tokens[index - 1];
  let ahead = index + 1;
  while (ahead < index + 4 && /^[:=(@$-]$/.test(textOf(tokens[ahead]))) ahead++;
  const next = tokens[ahead];
  const value = next?.kind === 'placeholder' ? '1' : next?.kind === 'word' ? next.plain : textOf(next);
  const words = [before?.kind === 'word' ? before.plain : '', word, value, textOf(tokens[ahead + 1])];
  return [words, 1];
}

const textOf = (token: Token | undefined): string => token?.text ?? '';
const wordAt = (tokens: readonly Token[], index: number): string | undefined => {
  const token = tokens[index];
  return token?.kind === 'word' ? token.plain : undefined;
};

/** Numbers in parentheses: '(15)' is a timeframe if there is no '(H1)' beside it; the next number is the price. */
function finishNumbers(work: Work): void {
  const { reading, inParentheses } = work;
  if (reading.timeframe === null && isBareInterval(inParentheses[0] ?? '')) {
    reading.timeframe = inParentheses.shift() ?? null;
  }
  if (reading.price === null) {
    const price = inParentheses.shift();
    if (price !== undefined) reading.price = readPrice(price);
    else if (work.strongPriceLabel) reading.price = { unreadable: 'A price is named, but no number follows it.' };
  }
  work.bare.push(...inParentheses);
}

function finish({ reading, orders, classes, bare }: Work): TextReading {
  const { meaning, why } = meaningOf(orders);
  if (meaning === 'BUY' || meaning === 'LONG') {
    // A sale does not depend on a number. A number beside a buy could be the price or a quantity, so it is used as
    // neither, and a rule that needs the price is told so.
    const [number] = bare;
    if (bare.length > 1 || (number !== undefined && /^[0.,]+$/.test(number))) reading.unread.push(...bare);
    else if (number !== undefined) {
      reading.price ??= { unreadable: `"${number}" has no price word, so it was not used as the price.` };
    }
    const held = classes.has('HOLDING') && !classes.has('OPENING');
    if (held && reading.unread.length === 0) {
      return { ...reading, why: 'A position is mentioned, but not its opening: say "open" or "enter".' };
    }
  }
  if (reading.unread.length === 0) return { ...reading, meaning, why };
  const shown = [...new Set(reading.unread)].slice(0, 6).map((word) => `"${word.slice(0, 40)}"`);
  const known = reading.unread.find((word) => kindOf(word.toLowerCase()) !== null);
  const words = shown.join(', ');
  return {
    ...reading,
    why:
      known === undefined
        ? `${words} stopped the reading: what it means is not known.`
        : `${words} stopped the reading: beside an order word, nothing is done on a message like this.`,
  };
}

/** The places of taught phrases, the longest first: the index of the first token, and the number of tokens. */
function findPhrases(
  tokens: readonly Token[],
  phrases: readonly SignalPhrase[],
): Map<number, { meaning: SignalPhrase['meaning']; length: number; text: string }> {
  const found = new Map<number, { meaning: SignalPhrase['meaning']; length: number; text: string }>();
  if (phrases.length === 0) return found;
  const spoken = tokens.flatMap((token, index) => {
    const text = spokenForm(token);
    return text === null ? [] : [{ index, text }];
  });
  const taken = new Set<number>();
  const longestFirst = [...phrases]
    .map(({ phrase, meaning }) => ({ parts: phrase.split(' '), meaning, phrase }))
    .sort((a, b) => b.parts.length - a.parts.length);
  for (const { parts, meaning, phrase } of longestFirst) {
    for (let at = 0; at + parts.length <= spoken.length; at++) {
      const matches = parts.every((part, step) => {
        const { text = '', index = -1 } = spoken[at + step] ?? {};
        return !taken.has(index) && (part === '#' ? /^-?\d/.test(text) : part === text);
      });
      const [first, last] = [spoken[at]?.index ?? 0, spoken[at + parts.length - 1]?.index ?? 0];
      if (!matches || last - first > parts.length * 3) continue;
      for (let index = first; index <= last; index++) taken.add(index);
      found.set(first, { meaning, length: last - first + 1, text: phrase });
    }
  }
  return found;
}

/** A token in the form of `normalizePhrase`; null for a sign that phrases leave out. */
function spokenForm(token: Token): string | null {
  if (token.kind === 'word') return token.plain;
  if (token.kind === 'number') return `${token.negative ? '-' : ''}${token.text}`;
  if (token.kind === 'mark') return /\p{Extended_Pictographic}/u.test(token.text) ? token.text : null;
  return token.text;
}
