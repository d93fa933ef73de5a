/** A symbol as written and in ccxt's form. */
export interface SymbolReading {
  raw: string;
  symbol: string; // 'SOL/USDT'
  /** Every possible split, the most likely first: 'DOTUSD' is DOT/USD or DO/TUSD. */
  candidates: string[];
}

/** Quote assets a concatenated symbol may end in, the longest first. */
const QUOTES = [
  ...['FDUSD', 'USDT', 'USDC', 'USDP', 'USDD', 'BUSD', 'TUSD', 'USD1', 'USD', 'DAI', 'EURI'],
  ...['BRL', 'EUR', 'GBP', 'TRY', 'ARS', 'MXN', 'AUD', 'JPY', 'BTC', 'ETH', 'BNB'],
].sort((a, b) => b.length - a.length);
const KNOWN_QUOTES = new Set(QUOTES);

/** Quotes that no ordinary word ends in, in upper or lower case. In running text the others count only in capitals. */
const UNLIKE_WORDS = new Set([
  'FDUSD',
  'USDT',
  'USDC',
  'USDP',
  'USDD',
  'BUSD',
  'TUSD',
  'USD1',
  'USD',
  'BRL',
  'BTC',
  'BNB',
]);
/**
 * Without this rule, ENTRY and LONDAI would be read as symbols: in running text these quotes need a separator (X/TRY)
 * or an exchange prefix.
 */
const LIKE_WORDS = new Set(['TRY', 'DAI', 'ARS', 'EUR']);

const SYMBOL_MAX = 40; // the length of trade_jobs.symbol and similar columns

/** Bases that decide how to split a ticker that ends in two quote assets: BTCBUSD is not BTCB/USD. */
const KNOWN_BASES = new Set(
  `BTC ETH SOL XRP BNB ADA DOGE DOT LTC LINK AVAX MATIC POL TRX SHIB BCH UNI ATOM XLM ETC FIL APT ARB OP NEAR INJ SUI TON PEPE XBT XDG
  USDT USDC DAI EUR GBP AAVE ALGO XTZ EOS XMR ZEC DASH MKR SNX COMP CRV GRT SAND MANA AXS FTM RUNE KSM ICP HBAR VET EGLD FLOW THETA
  NEO QTUM WAVES ZIL BAT ENJ CHZ GALA APE LDO IMX STX SEI TIA JUP WIF BONK FLOKI ORDI RNDR RENDER FET WLD PYTH ENA TAO KAS`.split(
    /\s+/,
  ),
);

/**
 * Reads one symbol: `SOLUSDT`, `SOLUSDT.P`, `XRPUSDT.PERP`, `BINANCE:SOLUSDT`, `SOL/USDT`, `SOL-USDT`, `SOL_USDT`,
 * `SOL/USDT:USDT`, percent-encoded, in any case, with emoji in front. Null when it ends in no known quote asset.
 */
export function readSymbol(value: string): SymbolReading | null {
  if (value.length > 200) return null;
  const raw = trimSigns(value.replace(/%3A/gi, ':').replace(/%2F/gi, '/'));
  const ways = splitPair(stripDecoration(raw.toUpperCase())).flatMap(({ base, quote }) => accept(base, quote) ?? []);
  const [symbol] = ways;
  return symbol === undefined ? null : { raw, symbol, candidates: ways };
}

/** Exchanges as senders write them before a symbol. Any other word there is a word: 'SELL:BTCUSDT'. */
const EXCHANGES =
  /^(?:BINANCE|BINANCEUS|BYBIT|OKX|OKEX|KUCOIN|GATE|GATEIO|KRAKEN|COINBASE|BITGET|MEXC|HTX|HUOBI|BITFINEX|BITSTAMP|BITMEX|DERIBIT|CRYPTO|CRYPTOCOM|GEMINI|POLONIEX|BITTREX|PHEMEX|BINGX|UPBIT|BITHUMB|MERCADO|BITVAVO|UNISWAP|PYTH|INDEX)(?:FUTURES|SPOT|PERP)?$/;
const ORDER_NAMES =
  /^(?:BUY|SELL|LONG|SHORT|CLOSE|CLOSED|CLOSING|EXIT|CANCEL|STOP|TEST|FECHAR|SAIR|COMPRA|VENDA|COMPRAR|VENDER|NO|NOT|NAO|DONT|FLAT|COVER|TP|SL|ENTRY|ENTER|OPEN)$/;

/**
 * Reads a piece of running text as a symbol. Stricter than `readSymbol`. Not a symbol: an ordinary word that happens to
 * end in the letters of a quote asset (entry, teeth, amateur), an amount (100USDT), or an order in the place of the
 * exchange or the base (`sell:BTCUSDT`, `close-BTC`).
 */
export function readTextSymbol(token: string): SymbolReading | null {
  if (token.length < 5 || token.length > 60) return null;
  const reading = readSymbol(token);
  return reading && looksMeant(reading) ? reading : null;
}

function looksMeant({ raw, symbol }: SymbolReading): boolean {
  const [base = '', quote = ''] = symbol.split('/');
  const [left = '', ...rest] = raw.toUpperCase().split(':');
  if (
    rest.length > 0 &&
    !left.includes('/') &&
    !EXCHANGES.test(left) &&
    !/^[A-Z0-9]{2,10}:(?:USDT|USDC|USD|BTC)(?::|$)/.test(raw.toUpperCase())
  )
    return false;
  if (ORDER_NAMES.test(base) && /[-_:]/.test(raw.replace(/^[A-Za-z]{2,20}:/, ''))) return false;
  if (isOrderAndBase(base)) return false;
  if (/[:/_]/.test(raw)) return true;
  if (base.length < 2) return false;
  if (UNLIKE_WORDS.has(quote)) return true;
  return raw === raw.toUpperCase() && (raw.includes('-') || (base.length >= 3 && !LIKE_WORDS.has(quote)));
}

/** 'closeBTCUSDT' is an order joined with a symbol, not a coin CLOSEBTC. */
function isOrderAndBase(base: string): boolean {
  const rest =
    /^(?:BUY|SELL|LONG|SHORT|CLOSE|EXIT|CANCEL|STOP|TEST|FECHAR|SAIR|COMPRA|VENDA|NOT|DONT)([A-Z0-9]{2,})$/.exec(
      base,
    )?.[1];
  return rest !== undefined && (KNOWN_BASES.has(rest) || KNOWN_QUOTES.has(rest));
}

/** Removes everything before the first and after the last letter or digit: emoji, brackets, punctuation. */
function trimSigns(value: string): string {
  const first = value.search(/[\p{L}\p{N}]/u);
  if (first < 0) return '';
  let end = value.length;
  while (end > first && !/[\p{L}\p{N}]/u.test(value[end - 1] ?? '')) end--;
  return value.slice(first, end);
}

/** Removes the exchange prefix and the suffix of a perpetual. On spot they name the same pair. */
function stripDecoration(upper: string): string {
  const parts = upper.split(':');
  // 'BINANCE:SOLUSDT' has the exchange on the left, ccxt's 'SOL/USDT:USDT' the settlement asset on the right,
  // OctoBot's 'BTC:USDT:USDT' and 'BTC:USDT' the parts of the pair.
  const [left = '', right = ''] = parts;
  const pair = parts.length === 1 || left.includes('/') ? left : KNOWN_QUOTES.has(right) ? `${left}/${right}` : right;
  const bare = pair.replace(/(?:\.P|[._-]?(?:PERP|SWAP|SPOT))$/, '');
  return bare === '' ? pair : bare;
}

const DOLLARS = /^(?:USDT|USDC|FDUSD|BUSD|TUSD|USD)$/;

function splitPair(pair: string): { base: string; quote: string }[] {
  const parts = pair.split(/[/_-]/);
  const [base = '', quote = ''] = parts;
  if (parts.length === 2) {
    // 3Commas writes the quote first: USDT_BTC. No market has a dollar as base and a coin as quote.
    const reversed = DOLLARS.test(base) && (!KNOWN_QUOTES.has(quote) || /^(?:BTC|ETH|BNB)$/.test(quote));
    if (reversed) return pair.includes('_') ? [{ base: quote, quote: base }] : [];
    return KNOWN_QUOTES.has(quote) ? [{ base, quote }] : [];
  }
  if (parts.length > 2) return [];
  const ways = QUOTES.filter((candidate) => pair.length > candidate.length && pair.endsWith(candidate)).map(
    (candidate) => ({ base: pair.slice(0, -candidate.length), quote: candidate }),
  );
  // A known base decides. If both bases are known, the quote is plain USD.
  const rank = ({ base: coin, quote: money }: { base: string; quote: string }): number =>
    (KNOWN_BASES.has(coin) ? 0 : 2) + (money === 'USD' ? 0 : 1);
  return ways.some(({ base: coin }) => KNOWN_BASES.has(coin)) ? ways.sort((a, b) => rank(a) - rank(b)) : ways;
}

function accept(base: string, quote: string): string | null {
  const symbol = `${base}/${quote}`;
  // A base of digits only is an amount: '100USDT'.
  const plausible = /^[A-Z0-9]{1,20}$/.test(base) && /[A-Z]/.test(base) && base !== quote;
  return plausible && symbol.length <= SYMBOL_MAX ? symbol : null;
}
