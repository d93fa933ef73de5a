import { EXCHANGES, type ExchangeName } from '../domain.js';

/**
 * The source market of a price: the one market of all simulation accounts (PRICE_FEED), an exchange, or its test
 * network. Venues are independent: a price of one is never used for a position of another.
 */
export type PriceVenue = 'SIMULATION' | RealVenue;
export type RealVenue = ExchangeName | `${ExchangeName}_TESTNET`;

export const PRICE_VENUES: readonly PriceVenue[] = [
  'SIMULATION',
  ...EXCHANGES,
  ...EXCHANGES.map((exchange) => `${exchange}_TESTNET` as const),
];

/** The fields of an account that decide where its prices come from. */
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
 * Names one price: 'BINANCE_SPOT:BTC/USDT', or the plain symbol in the simulation. Only the functions below create it,
 * so that every request for a price names its venue.
 */
export type PriceKey = string & { readonly [isPriceKey]: true };

export const priceKey = (venue: PriceVenue, symbol: string): PriceKey =>
  // A symbol that contains a colon must not be read as a key of another venue.
  (venue === 'SIMULATION' && !symbol.includes(':') ? symbol : `${venue}:${symbol}`) as PriceKey;

/** The key of a symbol's price for an account. */
export const priceKeyOf = (account: PricedAccount, symbol: string): PriceKey => priceKey(priceVenueOf(account), symbol);

const VENUES: ReadonlySet<string> = new Set(PRICE_VENUES);
const isVenue = (text: string): text is PriceVenue => VENUES.has(text);

interface Named {
  venue: PriceVenue;
  symbol: string;
}

/** The venue and symbol that a key names; undefined when it names no known venue. */
export function readPriceKey(key: PriceKey): Named;
export function readPriceKey(text: string): Named | undefined;
export function readPriceKey(text: string): Named | undefined {
  const colon = text.indexOf(':');
  if (colon < 0) return { venue: 'SIMULATION', symbol: text };
  const venue = text.slice(0, colon);
  return isVenue(venue) ? { venue, symbol: text.slice(colon + 1) } : undefined;
}
