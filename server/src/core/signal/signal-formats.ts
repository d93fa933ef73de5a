import { evidenceIn } from './text/signal-evidence.js';
import { readPrice, type PriceReading } from './signal-numbers.js';
import type { SignalPhrase } from './text/signal-phrases.js';
import { emptyText, type TextReading } from './text/signal-text.js';
import { readOrderValue, type OrderMeaning } from './text/signal-words.js';
import { readSymbol } from './symbols.js';

/**
 * The formats of known senders that are neither JSON nor plain text. Each reader returns null when a text is not in its
 * format. A text in the format with anything but a plain opening or closing gets no meaning.
 */
type FormatReader = (text: string, ctx: FormatContext) => TextReading | null;
interface FormatContext {
  /** Whether the owner taught that this name has no meaning. */
  isTaught: (name: string) => boolean;
}

interface Found {
  meaning: OrderMeaning;
  why: string;
  symbol: string;
  price?: string | undefined;
  timeframe?: string | null;
  /** Names and comments in it, which may contradict the order. */
  asides?: readonly string[];
}

const answer = (sender: string, found: Found, { isTaught }: FormatContext): TextReading => {
  const reading = readSymbol(found.symbol);
  const against = (found.asides ?? []).filter((aside) => !isTaught(aside)).flatMap((text) => evidenceIn(text));
  const price: PriceReading | null = found.price === undefined ? null : readPrice(found.price);
  const base = { ...emptyText(), symbols: reading ? [reading] : [], price, timeframe: found.timeframe ?? null };
  if (against.length > 0) {
    const words = [...new Set(against.map(({ word }) => word))].slice(0, 6);
    return { ...base, unread: words, why: `${sender}: "${words.join('", "')}" beside the order stopped the reading.` };
  }
  return { ...base, meaning: found.meaning, why: `${sender}: ${found.why}` };
};

const nothing = (why: string): Pick<Found, 'meaning' | 'why'> => ({ meaning: null, why });
const buys = { meaning: 'BUY', why: 'an order to buy.' } as const;
const sells = { meaning: 'SELL', why: 'an order to sell.' } as const;
const closes = { meaning: 'CLOSE_LONG', why: 'it closes what is held.' } as const;
const isAboveZero = (value: string): boolean => /^\d/.test(value) && /[1-9]/.test(value);
const isNotAboveZero = (value: string): boolean => !isAboveZero(value.trim());

/** `My Strategy (1, 2): order buy @ 0.5 filled on BTCUSDT. New strategy position is 0.5`: 0.5 is a quantity. */
const TRADINGVIEW =
  /^(?:([^\n]{1,200}?):\s*)?order (buy|sell) @ ([\d.,]{1,40}) filled on (\S{3,60}?)\.? new strategy position is ([+-]?[\d.,]{1,40}?)\.?$/i;
function tradingViewDefault(text: string, ctx: FormatContext): TextReading | null {
  const match = TRADINGVIEW.exec(text.replace(/−/g, '-'));
  if (!match) return null;
  const [, name = '', side = '', quantity = '', symbol = '', position = ''] = match;
  // '(9, 21, close)' are the inputs of the strategy. There, close is a series of prices.
  const inputs = /\([^()]*\)$/.exec(name)?.[0] ?? '';
  const bare =
    inputs === '' ? name : `${name.slice(0, -inputs.length)}${inputs.replace(/(?<![^ ,(])close(?=[,)])/g, '')}`;
  const said = { symbol, asides: [ctx.isTaught(name) ? '' : bare] };
  if (isNotAboveZero(quantity)) return answer('TradingView', { ...said, ...nothing('the quantity is zero.') }, ctx);
  if (side.toLowerCase() === 'sell') return answer('TradingView', { ...said, ...sells }, ctx);
  const isLong = isAboveZero(position.replace('+', ''));
  const covers = nothing(`a buy that leaves the position at ${position} covers a short: nothing to do on spot.`);
  return answer('TradingView', { ...said, ...(isLong ? buys : covers) }, ctx);
}

/** `MyKeys(BTCUSDT) { market(side=buy, amount=100); } #bot`, one order and nothing else. */
const ALERTATRON = /^([\w .-]{1,40})\(\s*([\w:/.-]{3,60})\s*\)\s*\{([^{}]{1,400})\}\s*(?:#\w{1,20})?$/;
function alertatron(text: string, ctx: FormatContext): TextReading | null {
  const match = ALERTATRON.exec(text);
  if (!match) return null;
  const [, keys = '', symbol = '', body = ''] = match;
  const said = { symbol, asides: [keys] };
  const command = /^\s*(market|limit)\(([^()]{1,300})\)\s*;?\s*$/i.exec(body);
  if (!command) return answer('Alertatron', { ...said, ...nothing('only one market or limit order is read.') }, ctx);
  const values = pairsOf((command[2] ?? '').split(','));
  const side = values?.get('side') ?? '';
  const amount = values?.get('amount');
  const position = values?.get('position');
  const known = values && [...values.keys()].every((key) => /^(?:side|amount|position|offset|tag|price)$/.test(key));
  if (!known) return answer('Alertatron', { ...said, ...nothing('it holds settings that are not read.') }, ctx);
  const price = values.get('price');
  if (position !== undefined) {
    const target = isAboveZero(position) ? buys : position.startsWith('-') ? sells : closes;
    return answer('Alertatron', { ...said, price, ...(side === '' ? target : nothing('side and position.')) }, ctx);
  }
  if (side === 'sell') return answer('Alertatron', { ...said, price, ...sells }, ctx);
  // '50%p' is a share of the position: a buy with it reduces a short.
  const opens = side === 'buy' && (amount === undefined || (isAboveZero(amount) && !amount.endsWith('p')));
  return answer('Alertatron', { ...said, price, ...(opens ? buys : nothing('it opens nothing.')) }, ctx);
}

/** `key|my strategy|buy|BTCUSDT`. */
function bva(text: string, ctx: FormatContext): TextReading | null {
  const parts = text.split('|').map((part) => part.trim());
  const [, strategy = '', action = '', symbol = ''] = parts;
  if (parts.length !== 4 || text.includes('\n') || !readSymbol(symbol) || !/^[\w-]{1,80}$/.test(parts[0] ?? ''))
    return null;
  const read = readOrderValue(action);
  const asides = [strategy, (parts[0] ?? '').length <= 20 ? (parts[0] ?? '') : ''];
  if (read === 'unknown') {
    return { ...emptyText(), symbols: [], unread: [action], why: `"${action.slice(0, 40)}" is no known instruction.` };
  }
  return answer('BVA', { symbol, asides, ...read }, ctx);
}

/** `myAcc BTCUSDT buy 10%`, `myAcc BTCUSDT pos 0`: an account, a symbol, a command, an amount. */
const WHOOK =
  /^(\S{1,40}) (\S{3,40}) (buy|long|sell|short|close|pos|position)(?: (-?\d[\d.]{0,20})(%|\$|x|usdt)?)?(?: [xX]?\d{1,3}[xX]?)?$/i;
function whook(text: string, ctx: FormatContext): TextReading | null {
  const match = WHOOK.exec(text.replace(/[^\S\n]+/g, ' '));
  if (!match) return null;
  const [, account = '', symbol = '', command = '', amount = ''] = match;
  // Any word could be in the place of the account. It must look like an account, or its owner taught it.
  const isAccount =
    /^(?:acc|account|conta|cuenta|main|bot)\w{0,20}$/i.test(account) || /^(?=.*(?:[a-z][A-Z]|\d|_))\w+$/.test(account);
  if (!readSymbol(symbol) || readSymbol(account)) return null;
  if (!isAccount && !ctx.isTaught(account)) return null;
  const said = { symbol, asides: [account] };
  const order = command.toLowerCase();
  if (order === 'close') return answer('whook', { ...said, ...closes }, ctx);
  if (order === 'sell' || order === 'short') return answer('whook', { ...said, ...sells }, ctx);
  if (order === 'buy' || order === 'long') {
    return answer('whook', { ...said, ...(isAboveZero(amount) ? buys : nothing('a buy needs an amount.')) }, ctx);
  }
  if (amount === '') return null;
  return answer('whook', { ...said, ...(isAboveZero(amount) ? buys : amount.startsWith('-') ? sells : closes) }, ctx);
}

/** `60123456789,buy,BTCUSD,risk=1`. */
function pineConnector(text: string, ctx: FormatContext): TextReading | null {
  const [license = '', command = '', symbol = '', ...rest] = text.split(',').map((part) => part.trim());
  if (!/^\d{4,20}$/.test(license) || !/^[a-z]{2,40}$/i.test(command) || symbol === '' || text.includes('\n'))
    return null;
  const values = pairsOf(rest);
  const order = command.toLowerCase();
  const said = { symbol, asides: [values?.get('comment') ?? ''] };
  const known =
    /^(?:sl|tp|risk|vol|lots|spread|comment|secret|betrigger|beoffset|trailtrig|traildist|trailstep|atrtimeframe|atrperiod|atrmultiplier|atrshift|atrtrigger)\w{0,8}$/;
  if (!values || ![...values.keys()].every((key) => known.test(key))) {
    return answer('PineConnector', { ...said, ...nothing('it holds settings that are not read.') }, ctx);
  }
  if (order === 'sell' || order === 'short') return answer('PineConnector', { ...said, ...sells }, ctx);
  if (/^(?:closelong(?:sell|opensh(?:ort)?)?|closeall|exitlong)$/.test(order)) {
    return answer('PineConnector', { ...said, ...closes }, ctx);
  }
  const sizes = ['risk', 'vol', 'vol_lots', 'vol_pct', 'lots'].flatMap((key) => values.get(key) ?? []);
  const opens = (order === 'buy' || order === 'long') && sizes.every(isAboveZero);
  return answer('PineConnector', { ...said, ...(opens ? buys : nothing(`"${order}" opens nothing here.`)) }, ctx);
}

/** `ENTER-LONG_BINANCE_BTCUSDT_BOT-1_1H_hash`. */
const WUNDER = /^(ENTER|EXIT)-(LONG|SHORT|ALL)_([A-Z0-9]{2,20}(?:-[A-Z]{1,10})?)_([A-Z0-9./-]{4,30})_([\w .-]{1,80})$/i;
function wunderTrading(text: string, ctx: FormatContext): TextReading | null {
  const match = WUNDER.exec(text);
  if (!match) return null;
  const [, way = '', side = '', , symbol = '', rest = ''] = match.map((part) => part.toUpperCase());
  const names = rest.split('_').slice(0, -1);
  const timeframe = names.find((name) => /^\d{1,3}(?:M|H|D|W)?$/.test(name)) ?? null;
  const said = { symbol, timeframe, asides: names };
  if (way === 'EXIT') {
    const exit = side === 'SHORT' ? nothing('it closes a short: nothing to do on spot.') : closes;
    return answer('WunderTrading', { ...said, ...exit }, ctx);
  }
  if (side === 'ALL') return answer('WunderTrading', { ...said, ...nothing('it names no side.') }, ctx);
  return answer('WunderTrading', { ...said, ...(side === 'LONG' ? buys : sells) }, ctx);
}

/** `trade:binance:long symbol=BTC/USDT size=100`. */
const FROSTYBOT = /^trade\s?:\s?([\w-]{1,40})\s?:\s?([a-z]{2,20})((?:\s+[a-z_]{1,20}=\S{1,60}){1,12})$/i;
function frostybot(text: string, ctx: FormatContext): TextReading | null {
  const match = FROSTYBOT.exec(text);
  if (!match) return null;
  const [, stub = '', command = '', rest = ''] = match;
  const values = pairsOf(rest.trim().split(/\s+/));
  const symbol = values?.get('symbol') ?? '';
  const order = command.toLowerCase();
  const said = { symbol, price: values?.get('price'), asides: [stub, values?.get('tag') ?? ''] };
  const known =
    values && [...values.keys()].every((key) => /^(?:symbol|size|usd|base|quote|price|tag|maxsize)$/.test(key));
  if (order === 'sell' || order === 'short') return answer('Frostybot', { ...said, ...sells }, ctx);
  if (order === 'close') {
    const covers = /short|buy/i.test(values?.get('side') ?? '') || !values;
    return answer('Frostybot', { ...said, ...(covers ? nothing('it closes a short.') : closes) }, ctx);
  }
  const sizes = ['size', 'usd', 'base', 'quote'].flatMap((key) => values?.get(key) ?? []);
  const opens =
    known && (order === 'buy' || order === 'long') && sizes.every((size) => isAboveZero(size.replace(/^[+x]/, '')));
  return answer('Frostybot', { ...said, ...(opens ? buys : nothing(`"${order}" opens nothing here.`)) }, ctx);
}

/** `e=binance s=btcusdt b=buy q=10% t=market`; `c` closes or cancels, `d` switches off, `ro` only reduces. */
const AUTOVIEW_KEYS = /^(?:e|a|s|b|q|t|c|d|ro|l|u|p|fp|sl|tp|ts|y|w|ca|delay)$/;
function autoview(text: string, ctx: FormatContext): TextReading | null {
  const values = /^[a-z]{1,5}=/i.test(text) ? pairsOf(text.split(/\s+/)) : null;
  const order = values?.get('b') ?? '';
  const close = values?.get('c');
  const symbol = values?.get('s');
  if (!values || symbol === undefined || (order === '' && close === undefined)) return null;
  const said = { symbol, price: values.get('fp'), asides: [values.get('e') ?? '', values.get('a') ?? ''] };
  const isOn = (key: string) => !/^(?:|0|false|no)$/.test(values.get(key) ?? '');
  if (isOn('d')) return answer('Autoview', { ...said, ...nothing('the order is switched off (d=1).') }, ctx);
  if (close !== undefined) {
    const closesLong = close === 'position' && /^(?:|long|buy)$/.test(order);
    return answer(
      'Autoview',
      { ...said, ...(closesLong ? closes : nothing('it closes a short or cancels an order.')) },
      ctx,
    );
  }
  if (order === 'sell' || order === 'short') return answer('Autoview', { ...said, ...sells }, ctx);
  const known = [...values.keys()].every((key) => AUTOVIEW_KEYS.test(key));
  const opens = known && (order === 'buy' || order === 'long') && !isOn('ro') && isAboveZero(values.get('q') ?? '1');
  return answer('Autoview', { ...said, ...(opens ? buys : nothing('it opens nothing.')) }, ctx);
}

/** freqtrade's own messages: a heading and lines of `Name: value`. Reports of finished trades are no orders. */
const FREQTRADE_HEAD =
  /^.{0,8}?([\w ]{2,30}): (New Trade|Entering|Exiting|Exited|Long filled|Short filled)\b.{0,60}$/iu;
function freqtrade(text: string, ctx: FormatContext): TextReading | null {
  const [head = '', ...lines] = text
    .replace(/[*`]/g, '')
    .split('\n')
    .map((line) => line.trim());
  const match = FREQTRADE_HEAD.exec(head);
  if (!match) return null;
  const values = new Map(
    lines.map((line) => [line.split(':')[0]?.trim().toLowerCase() ?? '', line.replace(/^[^:]*:\s?/, '')]),
  );
  const symbol = values.get('pair') ?? /[A-Z0-9]{2,15}\/[A-Z]{3,6}/.exec(head)?.[0] ?? '';
  const direction = (values.get('direction') ?? '').trim().toLowerCase();
  const isLong = /^long(?:\s|$)/.test(direction);
  const isEntry = /^(?:new trade|entering)$/i.test(match[2] ?? '');
  const said = { symbol, price: /^([\d.,]+)/.exec(values.get('open rate') ?? '')?.[1] };
  if (isEntry) {
    const asides = [values.get('enter tag') ?? '', head.replace(/^[^:]*: (?:New Trade|Entering)/i, '')];
    const order = isLong ? buys : direction.startsWith('short') ? sells : nothing('it names no direction.');
    return answer('freqtrade', { ...said, asides, ...order }, ctx);
  }
  const exit = /^exiting$/i.test(match[2] ?? '') && isLong;
  return answer('freqtrade', { symbol, ...(exit ? closes : nothing('it reports what was done.')) }, ctx);
}

/** A Cornix signal: `#BTC/USDT`, `Signal Type: Regular (Long)`, entry targets, take-profit targets, stop targets. */
const CORNIX_LINE =
  /^(?:Exchanges?: .{1,80}|Leverage: .{1,40}|(?:Entry|Take-Profit|Stop) Targets:.{0,40}|Entry Zone:[\s\d.,-]{0,60}|\d{1,2}\) ?[\d.,]{1,30}(?: ?- ?\d{1,3}(?:\.\d+)?%)?|Trailing Configuration:|(?:Entry|Take-Profit|Stop): (?:Percentage|Without|Breakeven|Moving Target|Moving 2-Target|Fixed)\b.{0,60}|Trigger: .{1,40}|)$/i;
function cornix(text: string, ctx: FormatContext): TextReading | null {
  const lines = text
    .replace(/⚡|\ufe0f|\*/gu, '')
    .split('\n')
    .map((line) => line.trim());
  const kind = lines
    .map((line) => /^Signal Type: (?:Regular|Breakout) \((Long|Short)\)$/i.exec(line)?.[1])
    .find(Boolean);
  const heading = lines.find((line) => line !== '') ?? '';
  const symbol = /^#([\w/.-]{4,30})$/.exec(heading)?.[1];
  if (kind === undefined || symbol === undefined) return null;
  const others = lines.filter((line) => line !== heading && !/^Signal Type:/i.test(line));
  const strange = others.find((line) => !CORNIX_LINE.test(line));
  const entry = lines.findIndex((line) => /^Entry Targets:|^Entry Zone:/i.test(line));
  if (strange !== undefined || entry < 0) {
    return {
      ...emptyText(),
      unread: [strange ?? heading],
      why: `Cornix: the line "${(strange ?? heading).slice(0, 60)}" was not understood.`,
    };
  }
  const price = /^1\) ?([\d.,]{1,30})$/.exec(lines[entry + 1] ?? '')?.[1];
  const single = !(lines[entry + 2] ?? '').startsWith('2)');
  const order = kind.toLowerCase() === 'long' ? buys : sells;
  return answer('Cornix', { symbol, price: single ? price : undefined, ...order }, ctx);
}

/** `key=value` pieces; null when one is malformed or a key occurs twice. */
function pairsOf(pieces: readonly string[]): Map<string, string> | null {
  const values = new Map<string, string>();
  for (const piece of pieces) {
    const match = /^\s*([a-z_]{1,40})\s*=\s*["']?([^"'=]{0,120}?)["']?\s*$/i.exec(piece);
    const key = match?.[1]?.toLowerCase() ?? '';
    if (!match || values.has(key)) return null;
    values.set(key, (match[2] ?? '').toLowerCase());
  }
  return values;
}

const READERS: readonly FormatReader[] = [
  ...[tradingViewDefault, alertatron, bva, whook, pineConnector, wunderTrading, frostybot, autoview, freqtrade, cornix],
];
const FORMAT_MAX = 4_000;

/** The reading of a text in a known sender's format; null when no format matches. */
export function readFormat(
  text: string,
  phrases: readonly SignalPhrase[],
  normal: (text: string) => string,
): TextReading | null {
  const bare = text
    .replace(/[\u200b-\u200d\ufeff]/g, '')
    .replace(/\r\n?/g, '\n')
    .trim();
  if (bare.length > FORMAT_MAX) return null;
  const neutral = new Set(phrases.filter(({ meaning }) => meaning === 'NEUTRAL').map(({ phrase }) => phrase));
  const ctx = { isTaught: (name: string) => neutral.has(normal(name)) };
  for (const reader of READERS) {
    const reading = reader(bare, ctx);
    if (reading) return reading;
  }
  return null;
}
