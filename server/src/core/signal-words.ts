import type { SignalAction } from './domain.js';

/** What the words of a message say, and a sentence that explains it. */
export interface WordReading {
  action: SignalAction;
  /** One sentence. */
  why: string;
}

const BUY_WORDS = new Set(['compra', 'compras', 'comprar', 'compre', 'buy', 'buying', 'cacafundo']);
/** Names of what is held rather than orders: 'exit long' speaks of a long and buys nothing. */
const BUY_NAMES = new Set(['long', '🟢']);
const SELL_WORDS = new Set(['venda', 'vendas', 'vender', 'sell', 'selling', 'short', 'cacatopo', '🔴']);
const CLOSE_WORDS = new Set([
  ...['fechar', 'fecha', 'feche', 'fechando', 'sair', 'saida', 'saia', 'encerrar'],
  ...['exit', 'close', 'closing', 'flat', 'flatten'],
]);
const NEGATIONS = new Set(['nao', 'nunca', 'sem', 'not', 'dont', 'never', 'no', 'without', 'evite', 'avoid']);
/** May stand between a closing word and what it closes: 'fechar a compra', 'sair da posicao de compra'. */
const FILLERS = new Set([
  ...['a', 'o', 'as', 'os', 'da', 'do', 'de', 'das', 'dos', 'the', 'of', 'from', 'all', 'my', 'your', 'toda', 'todas'],
  ...['position', 'positions', 'posicao', 'posicoes', 'order', 'ordem', 'trade', 'signal', 'sinal', 'market'],
]);
/** In an action field these say nothing about the direction; any other unknown word there stops the reading. */
const NEUTRAL_WORDS = new Set([
  ...FILLERS,
  ...['open', 'enter', 'entry', 'entrar', 'entrada', 'abrir', 'new', 'now', 'strong', 'limit', 'spot', 'to', 'go'],
]);

/** Lower case, without accents. Linear in the length. */
export const plain = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** The words of a message and its two coloured circles, 'caca fundo' and 'caca topo' joined to one word each. */
export function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const [word] of plain(text)
    .replace(/['’`]/g, '')
    .matchAll(/[\p{L}\p{N}]+|🟢|🔴/gu)) {
    const joins = (word === 'fundo' || word === 'topo') && words.at(-1) === 'caca';
    if (joins) words[words.length - 1] = `caca${word}`;
    else words.push(word);
  }
  return words;
}

/**
 * What a message asks for. Buying and selling words together contradict each other. A closing word sells and never
 * buys: beside the name of a position ('exit long') or next to a buying word ('fechar compra', 'buy exit') it closes;
 * apart from a buying word ('buy, stop at the close') nobody can tell, so it is UNKNOWN.
 */
export function readWords(text: string): WordReading {
  const words = wordsOf(text);
  const buys = positions(words, BUY_WORDS);
  const names = positions(words, BUY_NAMES);
  const sells = positions(words, SELL_WORDS);
  const closes = positions(words, CLOSE_WORDS);
  const heard = [...buys, ...names, ...sells, ...closes].sort((a, b) => a - b);
  const quote = [...new Set(heard.map((index) => `"${words[index]}"`))].slice(0, 6).join(' and ');
  const answer = (action: SignalAction, why: string): WordReading => ({ action, why });

  if (heard.length === 0) return answer('UNKNOWN', 'No word for buying, selling or closing was found.');
  const negated = heard.find((index) => NEGATIONS.has(words[index - 1] ?? ''));
  if (negated !== undefined) {
    return answer('UNKNOWN', `"${words[negated - 1]} ${words[negated]}" is a negation, so nothing is done.`);
  }
  if (closes.length > 0) {
    if (buys.every((buy) => closes.some((close) => touches(words, buy, close)))) {
      return answer('SELL_SIGNAL', `${quote} closes: read as SELL_SIGNAL.`);
    }
    return answer('UNKNOWN', `${quote} speak of buying and of closing: write only one of them.`);
  }
  const buying = buys.length + names.length > 0;
  if (buying && sells.length > 0) return answer('UNKNOWN', `${quote} contradict each other: write only one of them.`);
  return buying ? answer('BUY_SIGNAL', `${quote} means buy.`) : answer('SELL_SIGNAL', `${quote} means sell.`);
}

/** Like `readWords` for the value of an action field, where a word nobody knows ('hold', 'cancel') must not be skipped. */
export function readActionField(value: string): WordReading {
  const stranger = wordsOf(value).find(
    (word) => ![BUY_WORDS, BUY_NAMES, SELL_WORDS, CLOSE_WORDS, NEGATIONS, NEUTRAL_WORDS].some((set) => set.has(word)),
  );
  if (stranger === undefined) return readWords(value);
  const shown = stranger.slice(0, 40);
  return {
    action: 'UNKNOWN',
    why: `The action field says "${shown}", which is no known instruction: use buy, sell or close.`,
  };
}

const positions = (words: readonly string[], set: ReadonlySet<string>): number[] =>
  words.flatMap((word, index) => (set.has(word) ? [index] : []));

/** Whether only fillers stand between two words. */
function touches(words: readonly string[], a: number, b: number): boolean {
  const [from, to] = a < b ? [a, b] : [b, a];
  if (to - from > 6) return false;
  return words.slice(from + 1, to).every((word) => FILLERS.has(word));
}
