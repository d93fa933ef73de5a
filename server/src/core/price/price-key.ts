import { EXCHANGES, type ExchangeName } from '../domain.js';

/**
 * Where a price was made: in the one market of all simulation accounts (PRICE_FEED), at an exchange, or at its test
 * network. Each is a world of its own: what one says is never about a position of another.
 */
export type PriceVenue = 'SIMULATION' | RealVenue;
export type RealVenue = ExchangeName | `${ExchangeName}_TESTNET`;

export const PRICE_VENUES: readonly PriceVenue[] = [
  'SIMULATION',
  ...EXCHANGES,
  ...EXCHANGES.map((exchange) => `${exchange}_TESTNET` as const),
];

/** What of an account says where its prices are made. */
export interface PricedAccount {
  exchange: ExchangeName;
  isSimulation: boolean;
  testnet: boolean;
}

export const priceVenueOf = ({ exchange, isSimulation, testnet }: PricedAccount): PriceVenue => {
  if (isSimulation) return 'SIMULATION';
  return testnet ? `${exchange}_TESTNET` : exchange;
};

const TESTNET = '_TESTNET';

/** The exchange behind a venue, and whether it is its test network. */
export const exchangeOf = (venue: RealVenue): { exchange: ExchangeName; testnet: boolean } => {
  const testnet = venue.endsWith(TESTNET);
  return { exchange: (testnet ? venue.slice(0, -TESTNET.length) : venue) as ExchangeName, testnet };
};

declare const isPriceKey: unique symbol;
/**
 * Names one price: 'BINANCE_SPOT:BTC/USDT', and the plain symbol in the simulation. Made by the functions below alone,
 * so that nobody asks for a price without saying whose.
 */
export type PriceKey = string & { readonly [isPriceKey]: true };

export const priceKey = (venue: PriceVenue, symbol: string): PriceKey =>
  // A symbol with a colon of its own must not be taken for a key of somewhere else.
  (venue === 'SIMULATION' && !symbol.includes(':') ? symbol : `${venue}:${symbol}`) as PriceKey;

/** The key of a symbol's price for an account. */
export const priceKeyOf = (account: PricedAccount, symbol: string): PriceKey => priceKey(priceVenueOf(account), symbol);

const VENUES: ReadonlySet<string> = new Set(PRICE_VENUES);
const isVenue = (text: string): text is PriceVenue => VENUES.has(text);

interface Named {
  venue: PriceVenue;
  symbol: string;
}

/** What a key names; undefined when a text names no venue we know. */
export function readPriceKey(key: PriceKey): Named;
export function readPriceKey(text: string): Named | undefined;
export function readPriceKey(text: string): Named | undefined {
  const colon = text.indexOf(':');
  if (colon < 0) return { venue: 'SIMULATION', symbol: text };
  const venue = text.slice(0, colon);
  return isVenue(venue) ? { venue, symbol: text.slice(colon + 1) } : undefined;
}
