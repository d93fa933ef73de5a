/** The function of a word that is understood. Every other word is unknown, and an unknown word stops the trade. */
export type WordClass =
  | 'BUY' // an order: buy, compra, 🟢
  | 'LONG' // the name of a position: an order alone, no order beside a closing word
  | 'SELL'
  | 'SHORT'
  | 'CLOSE'
  | 'OPENING' // open, enter, new: a position begins
  | 'HOLDING' // position, my: needs an opening or a closing word
  | 'PRICE' // the next number is the price
  | 'VALUE' // the next number is not the price: quantity, open, high
  | 'TIMEFRAME'
  | 'NEUTRAL';

const WORDS: Readonly<Record<WordClass, string>> = {
  BUY: 'buy compra compras comprar compre cacafundo 🟢',
  LONG: 'long',
  SELL: 'sell venda vendas vender venta ventas cacatopo 🔴',
  SHORT: 'short corto',
  CLOSE: `fechar fecha feche sair saida saia encerrar encerra encerre zerar zera zere liquidar liquida
    cerrar cierra salir salida exit close closing exiting flat flatten saindo fechando encerrando zerando cerrando saliendo`,
  OPENING:
    'open opening enter entering go abrir abra abre abrindo entrar entre entra entrando entry entrada new novo nova nuevo nueva',
  HOLDING:
    'position positions posicao posicoes posicion posiciones trade trades operacao operacion my meu minha mi your sua seu',
  PRICE: 'price preco precio valor cotacao cotizacion fechamento cierre',
  VALUE: 'qty quantity quantidade cantidad amount size volume vol contracts lote high low abertura apertura max min',
  TIMEFRAME: 'tf timeframe interval intervalo',
  NEUTRAL: `signal sinal senal alert alerta now agora ahora market mercado spot strong forte fuerte the a an o os as el la los las
    of de da do das dos del on in at em en na nas to from and e y all toda todas todo todos tudo pair par ticker symbol simbolo
    ativo activo coin moeda moneda order ordem orden side lado action acao accion direction direcao direccion exchange
    time hora perp perpetual futures bar candle vela barra
    binance bybit okx kucoin gate gateio kraken coinbase bitget mexc htx huobi bitfinex bitstamp tradingview`,
};

const CLASS_OF = new Map<string, WordClass>(
  (Object.entries(WORDS) as [WordClass, string][]).flatMap(([kind, words]) =>
    words.split(/\s+/).map((word) => [word, kind] as const),
  ),
);

/** The class of a word (lower case, without accents); undefined when it is unknown. */
export const classOf = (word: string): WordClass | undefined => CLASS_OF.get(word);

/** Lower case, without accents and invisible characters. Linear in the length. */
export const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .toLowerCase();

const SPLIT = /\p{L}[\p{L}\p{N}]*|\d+(?:[.,]\d+)*|%|🟢|🔴/gu;

/**
 * The words of a text or of a name in any spelling: `closeLong`, `EXIT_LONG`, `close long` give the same two words.
 * Numbers and percent signs stay; 'caca fundo' and 'caca topo' become one word.
 */
export function splitNames(text: string): string[] {
  const words: string[] = [];
  const spaced = text.replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2').replace(/['’`]/g, '');
  for (const [word] of plain(spaced).matchAll(SPLIT)) {
    if ((word === 'fundo' || word === 'topo') && words.at(-1) === 'caca') words[words.length - 1] = `caca${word}`;
    else words.push(word);
  }
  return words;
}

/** One order word of a message, in order, with what separates it from the one before. */
export interface OrderWord {
  kind: 'BUY' | 'LONG' | 'SELL' | 'SHORT' | 'CLOSE';
  word: string;
  /** A comma, a bar, a line break: the two belong to different parts of the message. */
  apart: boolean;
  /** 'sell to close', 'sell and close'. */
  joinedBy: string | null;
}

export type OrderMeaning = 'BUY' | 'LONG' | 'SELL' | 'SHORT' | 'CLOSE' | 'CLOSE_LONG' | 'CLOSE_SHORT' | null;

/**
 * The meaning of all order words together, with a sentence that explains it; null when they contradict each other or
 * mean nothing. A closing word never buys: beside a long it closes the long; beside a short there is nothing to do on
 * spot; beside anything else the meaning is unknown.
 */
export function meaningOf(orders: readonly OrderWord[]): { meaning: OrderMeaning; why: string } {
  const has = (kind: OrderWord['kind']) => orders.some((order) => order.kind === kind);
  const quote = [...new Set(orders.map(({ word }) => `"${word.slice(0, 40)}"`))].slice(0, 6).join(', ');
  const say = (meaning: OrderMeaning, why: string) => ({ meaning, why });
  if (orders.length === 0) return say(null, 'No word for buying, selling or closing was found.');
  if (!has('CLOSE')) {
    const [buys, sells] = [has('BUY') || has('LONG'), has('SELL') || has('SHORT')];
    if (buys && sells) return say(null, `${quote} contradict each other: write only one of them.`);
    if (buys) return say(has('BUY') ? 'BUY' : 'LONG', `${quote} means buy.`);
    return say(has('SELL') ? 'SELL' : 'SHORT', `${quote} means sell.`);
  }
  if (has('SHORT')) return say('CLOSE_SHORT', `${quote} closes a short: nothing to do on spot.`);
  const closesLong = `${quote} closes a long: read as SELL_SIGNAL.`;
  if (has('BUY') || has('LONG')) {
    return orders.every((_, index) => belongsToClose(orders, index))
      ? say('CLOSE_LONG', closesLong)
      : say(null, `${quote} speak of buying and of closing: write only one of them.`);
  }
  if (!has('SELL')) return say('CLOSE', `${quote} closes: read as SELL_SIGNAL.`);
  return orders.every((order, index) => order.kind !== 'SELL' || order.word === '🔴' || sellsToClose(orders, index))
    ? say('SELL', `${quote} sells and closes: read as SELL_SIGNAL.`)
    : say(null, `${quote} may close what was bought or what was sold short: write only one of them.`);
}

/** A buying word next to a closing word names what is closed: 'fechar compra', 'long exit'. */
function belongsToClose(orders: readonly OrderWord[], index: number): boolean {
  const order = orders[index];
  if (!order || (order.kind !== 'BUY' && order.kind !== 'LONG')) return order?.kind !== 'SELL' || order.word === '🔴';
  const [before, after] = [orders[index - 1], orders[index + 1]];
  if (before?.kind === 'CLOSE' && !order.apart && order.joinedBy === null) return true;
  // 'buy close' may buy at the close of the bar, and 'buy to close' covers a short.
  const named = order.kind === 'LONG' || after?.word !== 'close';
  return after?.kind === 'CLOSE' && !after.apart && after.joinedBy === null && named;
}

const sellsToClose = (orders: readonly OrderWord[], index: number): boolean => {
  const after = orders[index + 1];
  return after?.kind === 'CLOSE' && !after.apart && after.joinedBy !== null;
};

/** Joins two orders, which only words for a purpose or an addition can do. */
export const JOINS: ReadonlySet<string> = new Set(['to', 'and', 'e', 'y']);

/** Pictures that say nothing about the order. */
export const DECORATION = /^[🚀📈⚡🔥💰💵💎✨⭐🌟🤖🔔📊📣📢🆕💹🐂👉➡🪙💥]$/u;

/** Whether a text has a picture that is neither decoration nor 🟢 or 🔴: "❌ buy" and "👎 long" are not understood. */
export const hasUnknownPicture = (text: string): boolean =>
  (text.match(/\p{Extended_Pictographic}|[✗✘☒]/gu) ?? []).some(
    (mark) => !/[🟢🔴]/u.test(mark) && !DECORATION.test(mark),
  );

/** In a field these say nothing about the direction either. */
const FIELD_NEUTRAL = new Set(['limit', 'signal', 'type', 'mkt', 'strategy']);

/** The meaning of an action field's value; 'unknown' when it contains a word that is not part of an order. */
export function readOrderValue(value: string): { meaning: OrderMeaning; why: string } | 'unknown' {
  const words = splitNames(value);
  if (words.length === 0 || words.length > 12 || /[?¿!%+<>=]/.test(value)) return 'unknown';
  if (hasUnknownPicture(value)) return 'unknown';
  const orders: OrderWord[] = [];
  let joinedBy: string | null = null;
  for (const word of words) {
    const kind = classOf(word);
    if (kind === undefined && !FIELD_NEUTRAL.has(word)) return 'unknown';
    if (JOINS.has(word)) joinedBy = word;
    if (kind === 'BUY' || kind === 'LONG' || kind === 'SELL' || kind === 'SHORT' || kind === 'CLOSE') {
      orders.push({ kind, word, apart: false, joinedBy });
      joinedBy = null;
    }
  }
  return meaningOf(orders);
}
