// The messages of the builder. Nothing is imported here: the tests read each message with the server's own reader.

/** A value that is known only when the message is sent, as each kind of sender writes it. */
export interface Dynamic {
  /** TradingView fills it in. */
  placeholder: string;
  /** An expression of Pine v6 that gives a string. */
  pine: string;
  /** The variable of a script. */
  variable: string;
}

/** A message is its fixed text with the values between. */
export type Part = string | Dynamic;

const dynamic = (placeholder: string, pine: string, variable: string): Dynamic => ({ placeholder, pine, variable });

export const TICKER = dynamic('{{ticker}}', 'syminfo.ticker', 'TICKER');
export const CLOSE = dynamic('{{close}}', 'str.tostring(close, format.mintick)', 'PRICE');
export const ORDER_PRICE = dynamic('{{strategy.order.price}}', 'str.tostring(close, format.mintick)', 'PRICE');
export const INTERVAL = dynamic('{{interval}}', 'timeframe.period', 'TIMEFRAME');
/** `{{timenow}}` is ISO 8601 in UTC, and so are the others. */
export const NOW = dynamic('{{timenow}}', 'str.format_time(timenow, "yyyy-MM-dd\'T\'HH:mm:ss\'Z\'", "UTC")', 'TIME');
export const ORDER_ACTION = dynamic('{{strategy.order.action}}', '', 'ACTION');
export const POSITION = dynamic('{{strategy.market_position}}', '', 'POSITION');
export const POSITION_BEFORE = dynamic('{{strategy.prev_market_position}}', '', 'POSITION_BEFORE');
export const ORDER_ID = dynamic('{{strategy.order.id}}', '"Long"', 'ORDER_ID');

export type Action = 'BUY' | 'SELL' | 'STRATEGY';
export type Price = 'CLOSE' | 'ORDER' | 'FIXED' | 'NONE';
/** What tells two signals apart: their time; it and a number or the order's id; the text of the message alone. */
export type Identity = 'TIME' | 'NUMBER' | 'ORDER' | 'BODY';

/** What a message says. Each field is one that the server reads. */
export interface Choices {
  format: 'JSON' | 'TEXT';
  action: Action;
  /** '' = the symbol of the chart. */
  symbol: string;
  price: Price;
  /** With a point; for `FIXED`. */
  fixedPrice: string;
  timeframe: boolean;
  identity: Identity;
  /** For `NUMBER`: 1 to 999. */
  number: string;
  /** Seconds; '' = only the limit of the source. */
  maxLagSec: string;
  /** The order words of a text: '' = buy or sell. */
  words: string;
}

export const FIRST_CHOICES: Choices = {
  ...{ format: 'JSON', action: 'STRATEGY', symbol: '', price: 'CLOSE', fixedPrice: '', timeframe: true },
  ...{ identity: 'TIME', number: '1', maxLagSec: '', words: '' },
};

const WORD = { BUY: 'buy', SELL: 'sell' } as const;

/** The place of the token in a message: the page never knows the token itself. */
export const TOKEN_PLACE = 'PASTE_THE_BODY_TOKEN';
export const SECRET_PLACE = 'PASTE_THE_SIGNING_SECRET';

/**
 * Choices that go together: only a strategy has orders, a text has no fields beside its words, and a maximum age needs
 * a time.
 */
export function fitting(choices: Choices, hasBodyToken: boolean): Choices {
  const isStrategy = choices.action === 'STRATEGY';
  // The token is a field, and a text cannot tell the position of a strategy.
  const isText = choices.format === 'TEXT' && !isStrategy && !hasBodyToken;
  const price = choices.price === 'ORDER' && !isStrategy ? 'CLOSE' : choices.price;
  const isOwnId = choices.identity === 'NUMBER' || choices.identity === 'ORDER';
  const identity = (isText && isOwnId) || (choices.identity === 'ORDER' && !isStrategy) ? 'TIME' : choices.identity;
  const maxLagSec = isText || identity === 'BODY' ? '' : choices.maxLagSec;
  const format = isText ? 'TEXT' : 'JSON';
  return { ...choices, format, price, identity, maxLagSec, timeframe: choices.timeframe && !isText };
}

const priceOf = ({ price, fixedPrice }: Choices): Part | null =>
  ({ CLOSE: CLOSE, ORDER: ORDER_PRICE, FIXED: fixedPrice.trim() || null, NONE: null })[price];

const idOf = ({ identity, number }: Choices): Part | null =>
  identity === 'NUMBER' ? `alert-${number.trim()}` : identity === 'ORDER' ? ORDER_ID : null;

type Fields = [key: string, value: Part | number][];

/** The fields of a message, in their order. */
function fieldsOf(choices: Choices, hasBodyToken: boolean): Fields {
  const { action, symbol, timeframe, identity, maxLagSec } = choices;
  const [price, id] = [priceOf(choices), idOf(choices)];
  const fields: Fields = [
    ['ticker', symbol.trim() || TICKER],
    ['action', action === 'STRATEGY' ? ORDER_ACTION : WORD[action]],
  ];
  if (action === 'STRATEGY') fields.push(['market_position', POSITION], ['prev_market_position', POSITION_BEFORE]);
  if (price !== null) fields.push(['price', price]);
  if (timeframe) fields.push(['timeframe', INTERVAL]);
  if (id !== null) fields.push(['id', id]);
  if (identity !== 'BODY') fields.push(['time', NOW]);
  if (maxLagSec.trim() !== '') fields.push(['max_lag', Number(maxLagSec)]);
  if (hasBodyToken) fields.push(['token', TOKEN_PLACE]);
  return fields;
}

const valueParts = (value: Part | number): Part[] =>
  typeof value === 'object' ? ['"', value, '"'] : [JSON.stringify(value)];

function jsonParts(fields: Fields, isPretty: boolean): Part[] {
  const [open, between, close, colon] = isPretty ? ['{\n  ', ',\n  ', '\n}', ': '] : ['{', ',', '}', ':'];
  const parts = fields.flatMap(([key, value], index): Part[] => [
    index === 0 ? open : between,
    `"${key}"${colon}`,
    ...valueParts(value),
  ]);
  return joined([...parts, close]);
}

function textParts(choices: Choices): Part[] {
  const { action, symbol, words, identity } = choices;
  const price = priceOf(choices);
  const order = words.trim() || (action === 'SELL' ? WORD.SELL : WORD.BUY);
  return joined([
    symbol.trim() || TICKER,
    ` ${order}`,
    ...(price === null ? [] : [' Price (', price, ')']),
    ...(identity === 'BODY' ? [] : [' ', NOW]),
  ]);
}

/** Fixed texts that follow each other as one. */
const joined = (parts: readonly Part[]): Part[] =>
  parts.reduce<Part[]>((all, part) => {
    const last = all.at(-1);
    if (typeof part === 'string' && typeof last === 'string') all[all.length - 1] = last + part;
    else all.push(part);
    return all;
  }, []);

interface MessageOptions {
  hasBodyToken: boolean;
  /** JSON on several lines, for people. */
  isPretty?: boolean;
}

/** The message of these choices, which must go together (`fitting`). */
export const messageParts = (choices: Choices, { hasBodyToken, isPretty = false }: MessageOptions): Part[] =>
  choices.format === 'TEXT' ? textParts(choices) : jsonParts(fieldsOf(choices, hasBodyToken), isPretty);

/** The message for TradingView's alert, which fills in the placeholders. */
export const alertText = (parts: readonly Part[]): string =>
  parts.map((part) => (typeof part === 'string' ? part : part.placeholder)).join('');

/** Values as TradingView would fill them in, by placeholder. */
export function exampleValues(
  order: 'BUY' | 'SELL',
  now: Date,
  chart = { symbol: 'BTCUSDT', price: '98450.5' },
): ReadonlyMap<string, string> {
  const isBuy = order === 'BUY';
  return new Map([
    [TICKER.placeholder, chart.symbol],
    [CLOSE.placeholder, chart.price],
    [ORDER_PRICE.placeholder, chart.price],
    [INTERVAL.placeholder, '60'],
    [NOW.placeholder, `${now.toISOString().slice(0, 19)}Z`],
    [ORDER_ACTION.placeholder, isBuy ? 'buy' : 'sell'],
    [POSITION.placeholder, isBuy ? 'long' : 'flat'],
    [POSITION_BEFORE.placeholder, isBuy ? 'flat' : 'long'],
    [ORDER_ID.placeholder, isBuy ? 'Long' : 'Close entry(s) order Long'],
  ]);
}

/** The message with values in the place of the placeholders. */
export const filledText = (parts: readonly Part[], values: ReadonlyMap<string, string>): string =>
  parts.map((part) => (typeof part === 'string' ? part : (values.get(part.placeholder) ?? ''))).join('');

/** The values that a message needs, each once. */
export const dynamicsOf = (parts: readonly Part[]): Dynamic[] => [
  ...new Map(parts.flatMap((part) => (typeof part === 'string' ? [] : [[part.variable, part]]))).values(),
];
