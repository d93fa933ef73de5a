import type { SignalAction } from './domain.js';
import { refuse, type Refusal } from './reasons.js';
import { fieldsOf, valuesOf, type Fields } from './signal-fields.js';
import { readPrice, readTextNumbers, readTime } from './signal-numbers.js';
import type { SignalPhrase } from './signal-phrases.js';
import { plain, readActionField, readWords, wordsOf } from './signal-words.js';
import { findSymbols, readSymbol, type SymbolReading } from './symbols.js';

/** A word of a text, or a field of a structured body as 'action hold'. */
export interface UnreadPart {
  kind: 'WORD' | 'FIELD';
  text: string;
}

/** What a message says. Anything at all has a reading; what cannot be told for certain is UNKNOWN and never traded. */
export interface SignalReading {
  action: SignalAction;
  /** Why the action is UNKNOWN: SIGNAL_UNKNOWN or SYMBOL_MISSING. Null for a buy or a sell. */
  refusal: Refusal | null;
  /** As it was written ('BINANCE:SOLUSDT'), '' when there is none. */
  symbolRaw: string;
  /** ccxt's form ('SOL/USDT'), null when there is none. */
  symbol: string | null;
  timeframe: string | null;
  /** Decimal text, > 0. */
  price: string | null;
  /** The signal's own time, ms since 1970. */
  time: number | null;
  /** An id the sender gave, and whether it identifies the signal only together with its time (`order_id`). */
  explicitId: { value: string; needsTime: boolean } | null;
  /** The human part: the text body, or the text field of a JSON body. */
  text: string | null;
  /** The parsed body when it is a JSON object or list. */
  payload: unknown;
  /** The words or fields that stopped the reading, as they can be taught as a phrase: at most 10, each of at most 80 characters. */
  unread: UnreadPart[];
  /** Every way in which the symbol could be split, the most likely first ('DOTUSD' is DOT/USD or DO/TUSD). */
  symbolCandidates: string[];
  /** How each part was read, in short sentences for whoever wonders. */
  clues: string[];
}

const TEXT_KEYS = ['text', 'message', 'body', 'content', 'alert', 'signal'];
const SYMBOL_KEYS = ['symbol', 'ticker', 'pair', 'asset', 'tv_instrument'];
const ACTION_KEYS = ['action', 'side', 'direction', 'order.action'];
const TIMEFRAME_KEYS = ['timeframe', 'interval', 'tf'];
const PRICE_KEYS = ['price', 'close', 'trigger_price', 'order.price'];
// `timenow` is the moment of the alert, `time` the opening of its bar: the first says more about age and identity.
const TIME_KEYS = ['timenow', 'timestamp', 'time'];
const ID_KEYS = ['id', 'event_id', 'uid', 'alert_id'];
const ID_WRAPPERS = ['', 'data.', 'payload.'];

/**
 * Reads a message after "Reading" of the trading rules: JSON when the text parses as an object, else text; structured
 * fields beat text. Never throws. The work is linear in the length of the text.
 */
export function readSignal({ text }: { text: string; phrases?: readonly SignalPhrase[] }): SignalReading {
  const payload = parseJson(text);
  const fields: Fields = Array.isArray(payload) ? new Map() : fieldsOf(payload);
  const isJson = payload !== undefined && typeof payload === 'object' && payload !== null;
  // All text fields count, so that one cannot hide what another says.
  const message = isJson
    ? joined(valuesOf(fields, TEXT_KEYS))
    : withoutPlaceholders(typeof payload === 'string' ? payload : text);
  const clues: string[] = [];
  if (Array.isArray(payload)) clues.push('The body is a JSON list: send one object for one signal.');
  else if (!isJson && /^\s*[{[]/.test(text))
    clues.push('The body looks like JSON but is not valid, so it was read as text.');

  const symbol = decideSymbol(fields, message, clues);
  const action = decideAction(fields, message, symbol);
  clues.push(action.why);
  const numbers = message === null ? { timeframe: null, price: null } : readTextNumbers(plain(message));
  const timeframe = valuesOf(fields, TIMEFRAME_KEYS)[0]?.slice(0, 16) ?? numbers.timeframe;
  const refusal = decideRefusal(action, symbol);
  return {
    action: refusal ? 'UNKNOWN' : action.action,
    refusal,
    symbolRaw: symbol.reading?.raw.slice(0, 120) ?? '',
    symbol: symbol.reading?.symbol ?? null,
    timeframe,
    price: decidePrice(fields, numbers.price, clues),
    time: decideTime(fields, clues),
    explicitId: decideId(fields),
    text: message,
    payload: isJson ? payload : undefined,
    unread: [],
    symbolCandidates: symbol.reading ? [symbol.reading.symbol] : [],
    clues,
  };
}

/** A template's unfilled `{{close}}` is no instruction. */
const withoutPlaceholders = (text: string): string => text.replace(/\{\{[^{}]{0,60}\}\}/g, ' ');
const joined = (texts: readonly string[]): string | null => (texts.length === 0 ? null : texts.join('\n'));

interface SymbolDecision {
  reading: SymbolReading | null;
  why: string;
}

function decideSymbol(fields: Fields, message: string | null, clues: string[]): SymbolDecision {
  const written = valuesOf(fields, SYMBOL_KEYS);
  const candidates =
    written.length > 0
      ? written.flatMap((value) => readSymbol(value) ?? [])
      : message === null
        ? []
        : findSymbols(message);
  const distinct = [...new Map(candidates.map((reading) => [reading.symbol, reading])).values()];
  const [reading] = distinct;
  if (reading && distinct.length === 1) {
    clues.push(`The symbol "${reading.raw}" is ${reading.symbol}.`);
    return { reading, why: '' };
  }
  const why = reading
    ? `More than one symbol is named (${distinct
        .slice(0, 4)
        .map((each) => each.symbol)
        .join(', ')}): send one signal for each.`
    : written.length > 0
      ? `The symbol "${(written[0] ?? '').slice(0, 40)}" ends in no known quote asset: write it like SOLUSDT or SOL/USDT.`
      : 'No symbol such as SOLUSDT or SOL/USDT was found.';
  clues.push(why);
  return { reading: null, why };
}

interface ActionDecision {
  action: SignalAction;
  why: string;
}

function decideAction(fields: Fields, message: string | null, symbol: SymbolDecision): ActionDecision {
  const written = valuesOf(fields, ACTION_KEYS);
  const field = written.length > 0 ? readActionField(written.join(' ')) : null;
  const market = marketPosition(fields, field !== null);
  // A flat or short position decides whatever the order is called; only when it is long does the order say more.
  if (market && (market.state !== 'long' || !field)) {
    if (market.state === 'short' && field?.action === 'BUY_SIGNAL') {
      return {
        action: 'UNKNOWN',
        why: 'A buy while the market position is short covers the short: nothing to do on spot.',
      };
    }
    return market;
  }
  if (field) return { action: field.action, why: `From the action field: ${field.why}` };
  if (message === null) return { action: 'UNKNOWN', why: 'There is neither an action field nor a text.' };
  // A coin may be called after an order word; its symbol is no instruction.
  return readWords(symbol.reading ? message.replaceAll(symbol.reading.raw, ' ') : message);
}

/** TradingView's {{strategy.market_position}} and {{strategy.prev_market_position}}: long, short or flat. */
function marketPosition(fields: Fields, hasOrder: boolean): (ActionDecision & { state: string }) | null {
  const state = wordsOf(valuesOf(fields, ['market_position'])[0] ?? '')[0];
  const previous = wordsOf(valuesOf(fields, ['prev_market_position'])[0] ?? '')[0];
  if (state !== 'flat' && state !== 'short' && state !== 'long') return null;
  if (state === previous && !hasOrder) {
    return { state, action: 'UNKNOWN', why: `The market position was and stays ${state}: nothing to do.` };
  }
  return state === 'long'
    ? { state, action: 'BUY_SIGNAL', why: 'The market position is now long: read as buy.' }
    : {
        state,
        action: 'SELL_SIGNAL',
        why: `The market position is now ${state}: read as SELL_SIGNAL, which closes on spot.`,
      };
}

function decideRefusal(action: ActionDecision, symbol: SymbolDecision): Refusal | null {
  if (action.action === 'UNKNOWN') return refuse('SIGNAL_UNKNOWN', action.why);
  return symbol.reading ? null : refuse('SYMBOL_MISSING', symbol.why);
}

function decidePrice(
  fields: Fields,
  fromText: ReturnType<typeof readTextNumbers>['price'],
  clues: string[],
): string | null {
  // In JSON `close` may also be a word ("close": "position"): only what starts like a price is one.
  const written = valuesOf(fields, PRICE_KEYS).find((value) => /\d/.test(value));
  const reading = written === undefined ? fromText : readPrice(written);
  if (reading === null) return null;
  if ('unreadable' in reading) {
    clues.push(`No price was taken: ${reading.unreadable}`);
    return null;
  }
  clues.push(`The price is ${reading.price}.`);
  return reading.price;
}

function decideTime(fields: Fields, clues: string[]): number | null {
  for (const value of valuesOf(fields, TIME_KEYS)) {
    const time = readTime(value);
    if (time !== null) return time;
    clues.push(
      `The time "${value.slice(0, 40)}" is neither unix seconds, unix milliseconds nor ISO 8601, so it was not used.`,
    );
  }
  return null;
}

function decideId(fields: Fields): SignalReading['explicitId'] {
  // Not from every wrapper: `strategy.id` or `alert.id` names a strategy or an alert, the same for all its signals.
  const [own] = valuesOf(fields, ID_KEYS, ID_WRAPPERS);
  if (own !== undefined) return { value: own, needsTime: false };
  const [order] = valuesOf(fields, ['order_id'], ID_WRAPPERS);
  return order === undefined ? null : { value: order, needsTime: true };
}

/** The value of a JSON text, undefined when it is none. A byte order mark in front does not hide it. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch {
    return undefined;
  }
}
