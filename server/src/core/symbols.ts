/** A symbol as it was written and in ccxt's form. */
export interface SymbolReading {
  raw: string;
  symbol: string; // 'SOL/USDT'
}

/** Quote assets a concatenated symbol may end in. The longest that fits wins: SOLFDUSD is SOL/FDUSD, not SOLFD/USD. */
const QUOTES = [
  ...['FDUSD', 'USDT', 'USDC', 'USDP', 'USDD', 'BUSD', 'TUSD', 'USD1', 'USD', 'DAI', 'EURI'],
  ...['BRL', 'EUR', 'GBP', 'TRY', 'ARS', 'MXN', 'AUD', 'JPY', 'BTC', 'ETH', 'BNB'],
].sort((a, b) => b.length - a.length);
const KNOWN_QUOTES = new Set(QUOTES);

/** Quotes no ordinary word ends in, whatever its case. The others count in running text only in capitals. */
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
/** ENTRY and LONDAI would be read as symbols: in running text these need a separator (X/TRY) or an exchange prefix. */
const LIKE_WORDS = new Set(['TRY', 'DAI', 'ARS', 'EUR']);

const SYMBOL_MAX = 40; // trade_jobs.symbol and its siblings

/**
 * Reads one symbol: `SOLUSDT`, `SOLUSDT.P`, `XRPUSDT.PERP`, `BINANCE:SOLUSDT`, `SOL/USDT`, `SOL-USDT`, `SOL_USDT`,
 * `SOL/USDT:USDT`, in any case, with emoji in front. Null when it ends in no known quote asset.
 */
export function readSymbol(value: string): SymbolReading | null {
  if (value.length > 200) return null;
  const raw = trimSigns(value);
  const split = splitPair(stripDecoration(raw.toUpperCase()));
  return split && accept(raw, split.base, split.quote);
}

/**
 * Finds the symbols in running text, each once. Stricter than `readSymbol`: an ordinary word that happens to end in
 * letters of a quote asset (entry, teeth, amateur) is no symbol, nor is an amount (100USDT).
 */
export function findSymbols(text: string): SymbolReading[] {
  const found = new Map<string, SymbolReading>();
  for (const [token] of text.matchAll(/[\p{L}\p{N}:/._-]+/gu)) {
    if (token.length < 5 || token.length > 60) continue;
    const reading = readSymbol(token);
    if (reading && looksMeant(reading) && !found.has(reading.symbol)) found.set(reading.symbol, reading);
  }
  return [...found.values()];
}

function looksMeant({ raw, symbol }: SymbolReading): boolean {
  if (/[:/_]/.test(raw)) return true;
  const [base = '', quote = ''] = symbol.split('/');
  if (base.length < 2) return false;
  if (UNLIKE_WORDS.has(quote)) return true;
  return raw === raw.toUpperCase() && (raw.includes('-') || (base.length >= 3 && !LIKE_WORDS.has(quote)));
}

/** Without whatever stands around the first and last letter or digit: emoji, brackets, punctuation. */
function trimSigns(value: string): string {
  const first = value.search(/[\p{L}\p{N}]/u);
  if (first < 0) return '';
  let end = value.length;
  while (end > first && !/[\p{L}\p{N}]/u.test(value[end - 1] ?? '')) end--;
  return value.slice(first, end);
}

/** Takes away the exchange in front and the marks of a perpetual behind; on spot they name the same pair. */
function stripDecoration(upper: string): string {
  const parts = upper.split(':');
  // 'BINANCE:SOLUSDT' has the exchange on the left, ccxt's 'SOL/USDT:USDT' the settlement asset on the right.
  const [left = '', right = ''] = parts;
  const pair = parts.length === 1 || left.includes('/') ? left : right;
  const bare = pair.replace(/(?:\.P|[._-]?(?:PERP|SWAP))$/, '');
  return bare === '' ? pair : bare;
}

function splitPair(pair: string): { base: string; quote: string } | null {
  const parts = pair.split(/[/_-]/);
  const [base = '', quote = ''] = parts;
  if (parts.length === 2) return KNOWN_QUOTES.has(quote) ? { base, quote } : null;
  if (parts.length > 2) return null;
  const suffix = QUOTES.find((candidate) => pair.length > candidate.length && pair.endsWith(candidate));
  return suffix === undefined ? null : { base: pair.slice(0, -suffix.length), quote: suffix };
}

function accept(raw: string, base: string, quote: string): SymbolReading | null {
  const symbol = `${base}/${quote}`;
  // A base of digits only is an amount: '100USDT'.
  const plausible = /^[A-Z0-9]{1,20}$/.test(base) && /[A-Z]/.test(base) && base !== quote;
  return plausible && symbol.length <= SYMBOL_MAX ? { raw, symbol } : null;
}
