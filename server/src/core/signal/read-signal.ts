import type { SignalAction } from '../domain.js';
import { refuse, type Refusal } from '../reasons.js';
import { bodyOf, type SignalBody } from './signal-body.js';
import { decideFacts, type Decision } from './signal-decision.js';
import { factsOf } from './signal-facts.js';
import {
  fieldsOf,
  isIdKey,
  isInBracket,
  isMaxLagKey,
  isPlaceholder,
  isSymbolKey,
  isTimeframeKey,
} from './signal-fields.js';
import { PRICE_KEYS, TIME_KEYS, isFalse, isNumeric, type Field, type Fields } from './signal-fields.js';
import { readFormat } from './signal-formats.js';
import { readPrice, readTime, type PriceReading } from './signal-numbers.js';
import { normalizePhrase, type SignalPhrase } from './text/signal-phrases.js';
import { emptyText, readStrictText, type TextReading } from './text/signal-text.js';
import { readSymbol, type SymbolReading } from './symbols.js';
import type { JsonFault, JsonNode } from './strict-json.js';

/** A word of a text, or a field of a structured body such as 'action hold'. */
export interface UnreadPart {
  kind: 'WORD' | 'FIELD';
  text: string;
}

/** The meaning of a message. Every message has a reading. What is not certain is UNKNOWN and never traded. */
export interface SignalReading {
  action: SignalAction;
  /** Why the action is UNKNOWN: SIGNAL_UNKNOWN, SYMBOL_MISSING or BODY_MALFORMED. Null for a buy or a sell. */
  refusal: Refusal | null;
  /** As written ('BINANCE:SOLUSDT'), '' when there is none. */
  symbolRaw: string;
  /** ccxt's form ('SOL/USDT'), null when there is none. */
  symbol: string | null;
  /** Every possible split of the symbol, the most likely first ('DOTUSD' is DOT/USD or DO/TUSD). */
  symbolCandidates: string[];
  timeframe: string | null;
  /** Decimal text, > 0. */
  price: string | null;
  /** Why an existing price could not be read; null when it was read, or when there is none. */
  priceUnread: string | null;
  /** The signal's own time, ms since 1970. */
  time: number | null;
  /** A time in the message that could not be read. */
  timeUnread: string | null;
  /** The maximum age that the sender allows, or the unreadable part of it; null when the message has none. */
  maxLag: { sec: number } | { unread: string } | null;
  /** An id from the sender. It is often the name of a strategy, which repeats. */
  explicitId: string | null;
  /** The human part: the text body, or the text fields of a structured body. */
  text: string | null;
  /** The parsed body when it is a JSON object or list. */
  payload: unknown;
  /**
   * The words or fields that stopped the reading, in a form that can be taught as a phrase: at most 10, each of at most
   * 80 characters.
   */
  unread: UnreadPart[];
  /** How each part was read, in short sentences for people. */
  matchedTokens: string[];
}

/**
 * Reads a message by the section "Reading" of the trading rules. A message trades only when all parts about direction
 * agree, and a text only when every word is understood. `phrases` are what the owner taught, in the form of
 * `checkPhrase`. Never throws. The work is linear in the length of the text.
 */
export function readSignal({ text, phrases = [] }: { text: string; phrases?: readonly SignalPhrase[] }): SignalReading {
  const format = readFormat(text, phrases, normalizePhrase);
  if (format) return readTextBody(text, format);
  const body = bodyOf(text);
  if (body.kind === 'malformed') return readMalformed(text, body, phrases);
  return body.kind === 'fields'
    ? readFields(text, body.root, body.isJson, phrases)
    : readTextBody(body.text, readText(body.text, phrases));
}

/**
 * Broken JSON is refused, with one exception: a sell whose only fault is trailing commas still sells, because an exit
 * matters more.
 */
function readMalformed(
  text: string,
  { fault, repaired }: Extract<SignalBody, { kind: 'malformed' }>,
  phrases: readonly SignalPhrase[],
): SignalReading {
  const reading = repaired && readFields(text, repaired, true, phrases);
  const why = describeFault(fault);
  if (reading?.action === 'SELL_SIGNAL') {
    return {
      ...reading,
      payload: undefined,
      matchedTokens: [`${why} It sells all the same.`, ...reading.matchedTokens],
    };
  }
  return { ...nothingRead(text), refusal: refuse('BODY_MALFORMED', why), matchedTokens: [why] };
}

function describeFault({ line, column, expected, found, kind }: JsonFault): string {
  if (kind === 'placeholder')
    return `The body starts like JSON and is not valid at line ${line}, column ${column}: expected ${expected}.`;
  return found === 'the end'
    ? `The body starts like JSON and is not valid at line ${line}, column ${column}: expected ${expected}, found the end.`
    : `The body starts like JSON and is not valid at line ${line}, column ${column}: expected ${expected}, found "${found}".`;
}

const nothingRead = (text: string | null): SignalReading => ({
  ...{ action: 'UNKNOWN', refusal: null, symbolRaw: '', symbol: null, symbolCandidates: [], timeframe: null },
  ...{ price: null, priceUnread: null, time: null, timeUnread: null, maxLag: null, explicitId: null },
  ...{ text, payload: undefined, unread: [], matchedTokens: [] },
});

/** A text in any form: a known sender's format, pieces of key=value, or words that are all understood. */
function readText(text: string, phrases: readonly SignalPhrase[]): TextReading {
  const format = readFormat(text, phrases, normalizePhrase);
  if (format) return format;
  const body = bodyOf(text);
  if (body.kind === 'text') return readStrictText(body.text, phrases);
  if (body.kind === 'malformed') return { ...emptyText(), why: describeFault(body.fault) };
  const { action, unread, symbolCandidates, symbolRaw, symbol, timeframe, price, refusal, matchedTokens } = readFields(
    text,
    body.root,
    false,
    phrases,
  );
  const meaning = action === 'BUY_SIGNAL' ? 'BUY' : action === 'SELL_SIGNAL' ? 'CLOSE_LONG' : null;
  const symbols = symbol === null ? [] : [{ raw: symbolRaw, symbol, candidates: symbolCandidates }];
  const why = refusal?.message ?? matchedTokens.at(-1) ?? '';
  return {
    ...emptyText(),
    meaning,
    why,
    unread: unread.map((part) => part.text),
    symbols,
    timeframe,
    price: price === null ? null : { price },
  };
}

function readTextBody(text: string, said: TextReading): SignalReading {
  const sells = said.meaning !== null && said.meaning !== 'BUY' && said.meaning !== 'LONG';
  const action =
    said.meaning === null || said.meaning === 'CLOSE_SHORT' ? 'UNKNOWN' : sells ? 'SELL_SIGNAL' : 'BUY_SIGNAL';
  const decision: Decision = { action, why: said.why, fields: [], words: said.unread };
  const [time] = said.times;
  const at = time === undefined ? null : readTime(time);
  return compose(decision, decideSymbol([], said.symbols), said.price, {
    ...nothingRead(text),
    timeframe: said.timeframe?.slice(0, 16) ?? null,
    time: at,
    timeUnread: time !== undefined && at === null ? time : null,
  });
}

function readFields(text: string, root: JsonNode, isJson: boolean, phrases: readonly SignalPhrase[]): SignalReading {
  const fields = fieldsOf(root);
  const facts = factsOf(fields.all, phrases, (said) => readText(said, phrases));
  const decision = decideStructure(root, fields) ?? decideFacts(facts);
  const times = timesOf(fields.all);
  const said = facts.texts.map(({ reading }) => reading);
  const price = priceOf(fields.all) ?? said.flatMap((each) => each.price ?? [])[0] ?? null;
  const timeframe = fields.all.find(
    (field) => isTimeframeKey(field) && field.value !== '' && !isPlaceholder(field),
  )?.value;
  const texts = facts.texts.map(({ field }) => field.value);
  return compose(
    decision,
    decideSymbol(
      fields.all.filter(isSymbolKey),
      said.flatMap(({ symbols }) => symbols),
    ),
    price,
    {
      ...nothingRead(texts.length > 0 ? texts.join('\n') : isJson ? null : text),
      timeframe: (timeframe ?? said.find((each) => each.timeframe !== null)?.timeframe ?? null)?.slice(0, 16) ?? null,
      ...times,
      maxLag: maxLagOf(fields.all),
      explicitId: idOf(fields.all),
      // A repeated key would be lost in a parsed body. In that case the text is kept unchanged.
      payload: isJson && fields.repeated.length === 0 ? parseJson(text) : undefined,
    },
  );
}

/** Why a structured body cannot be read at all; null when it can. */
function decideStructure(root: JsonNode, { repeated, tooMany, all }: Fields): Decision | null {
  const unknown = (why: string, fields: string[] = []): Decision => ({ action: 'UNKNOWN', why, fields, words: [] });
  if (root.type === 'list') return unknown('The body is a JSON list: send one object for one signal.');
  if (tooMany) return unknown('The body holds more or longer fields than a signal has, so none of them is read.');
  if (repeated.length > 0) {
    const names = [...new Set(repeated)].slice(0, 4).map((name) => `"${name}"`);
    return unknown(`${names.join(', ')} occurs twice with different values: send it once.`);
  }
  const listed = all.filter((field) => field.inList && isSymbolKey(field));
  return listed.length > 0 ? unknown('The symbol is in a list: send one signal for each.') : null;
}

interface SymbolDecision {
  reading: SymbolReading | null;
  why: string;
}

function decideSymbol(fields: readonly Field[], fromText: readonly SymbolReading[]): SymbolDecision {
  const written = fields.filter(({ value }) => value !== '');
  const readings = written.flatMap(({ value }) => readSymbol(value) ?? []);
  const all = [...readings, ...fromText];
  const distinct = [...new Map(all.map((reading) => [reading.symbol, reading])).values()];
  const [reading] = distinct;
  // 'asset: BTC' beside 'ticker: BTCUSDT' is a part of it; 'asset: ETH' is a different coin.
  const stranger = written.find(
    ({ value }) => !readSymbol(value) && !(reading?.symbol.split('/') ?? []).includes(value.toUpperCase()),
  );
  if (reading && distinct.length === 1 && (!stranger || readings.length === 0)) {
    if (!stranger) return { reading, why: `The symbol "${reading.raw.slice(0, 40)}" is ${reading.symbol}.` };
  }
  const named = [...distinct.map(({ symbol }) => symbol), ...(stranger ? [stranger.value.slice(0, 40)] : [])];
  const why =
    named.length > 1
      ? `More than one symbol is named (${named.slice(0, 4).join(', ')}): send one signal for each.`
      : stranger
        ? `The symbol "${stranger.value.slice(0, 40)}" ends in no known quote asset: write it like SOLUSDT or SOL/USDT.`
        : 'No symbol such as SOLUSDT or SOL/USDT was found.';
  return { reading: null, why };
}

const byKeys = (fields: readonly Field[], keys: readonly string[]): Field[] =>
  keys.flatMap((key) =>
    fields.filter((field) => field.key === key).sort((a, b) => a.parents.length - b.parents.length),
  );

function priceOf(fields: readonly Field[]): PriceReading | null {
  const field = byKeys(fields, PRICE_KEYS).find(
    // `"close": "position"` is no price, nor is `"close": {"enabled": …}`.
    (each) =>
      each.type !== 'boolean' && !isInBracket(each) && (each.key !== 'close' || isNumeric(each) || isPlaceholder(each)),
  );
  if (!field) return null;
  if (isPlaceholder(field)) return { unreadable: `The placeholder ${field.value} was not filled in.` };
  if (field.value === '' || field.inList) return { unreadable: `"${field.name.slice(0, 40)}" holds no price.` };
  return readPrice(field.value);
}

function timesOf(fields: readonly Field[]): Pick<SignalReading, 'time' | 'timeUnread'> {
  const written = byKeys(fields, TIME_KEYS);
  const readable = written.flatMap(({ value }) => readTime(value) ?? []);
  const unread = written.find(({ value }) => readTime(value) === null);
  return {
    time: readable[0] ?? null,
    timeUnread: unread ? `${unread.name}: ${unread.value || unread.type}`.slice(0, 60) : null,
  };
}

/** Seconds, as 3Commas and OKX write it: "300" or 300. */
function maxLagOf(fields: readonly Field[]): SignalReading['maxLag'] {
  const written = fields.filter(isMaxLagKey);
  const unread = written.find(({ value }) => !/^\d{1,9}(?:\.\d{1,6})?$/.test(value));
  if (unread) return { unread: `${unread.name}: ${unread.value || unread.type}`.slice(0, 60) };
  return written.length === 0 ? null : { sec: Math.min(...written.map(({ value }) => Number(value))) };
}

/**
 * Only from some places: `strategy.id` or `alert.id` names a strategy or an alert and is the same for all its signals.
 */
function idOf(fields: readonly Field[]): string | null {
  const own = fields.filter(
    (field) =>
      isIdKey(field) &&
      !field.inList &&
      field.parents.every((parent) => /^(?:data|payload|message|body)$/.test(parent)),
  );
  const first = byKeys(own, ['id', 'eventid', 'uid', 'alertid', 'orderid']).find(
    (field) =>
      field.value !== '' &&
      !isPlaceholder(field) &&
      !(field.type === 'boolean') &&
      !/^(?:null|none)$/i.test(field.value),
  );
  return first && !(isFalse(first) && first.value === '-') ? first.value : null;
}

function compose(
  decision: Decision,
  symbol: SymbolDecision,
  price: PriceReading | null,
  rest: SignalReading,
): SignalReading {
  const refusal =
    decision.action === 'UNKNOWN'
      ? refuse('SIGNAL_UNKNOWN', decision.why)
      : symbol.reading
        ? null
        : refuse('SYMBOL_MISSING', symbol.why);
  const matchedTokens = [symbol.why, decision.why];
  if (price)
    matchedTokens.push('price' in price ? `The price is ${price.price}.` : `No price was taken: ${price.unreadable}`);
  if (rest.timeUnread !== null)
    matchedTokens.push(`The time "${rest.timeUnread}" is neither unix time nor ISO 8601, so it was not used.`);
  return {
    ...rest,
    action: refusal ? 'UNKNOWN' : decision.action,
    refusal,
    symbolRaw: symbol.reading?.raw.slice(0, 120) ?? '',
    symbol: symbol.reading?.symbol ?? null,
    symbolCandidates: symbol.reading?.candidates.slice(0, 8) ?? [],
    price: price && 'price' in price ? price.price : null,
    priceUnread: price && 'unreadable' in price ? price.unreadable.slice(0, 200) : null,
    unread: decision.action === 'UNKNOWN' ? unreadOf(decision) : [],
    matchedTokens,
  };
}

const UNREAD_MAX = 10;

function unreadOf({ words, fields }: Decision): UnreadPart[] {
  const parts = [
    ...words.map((text): UnreadPart => ({ kind: 'WORD', text: (normalizePhrase(text) || text).slice(0, 80) })),
    ...fields.map((text): UnreadPart => ({ kind: 'FIELD', text: text.slice(0, 80) })),
  ];
  return [...new Map(parts.map((part) => [`${part.kind} ${part.text}`, part])).values()].slice(0, UNREAD_MAX);
}

/** The value of a JSON text; undefined when the text is not JSON. A leading byte order mark is ignored. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch {
    return undefined;
  }
}
