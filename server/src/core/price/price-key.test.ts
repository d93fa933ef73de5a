import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { EXCHANGES } from '../domain.js';
import { PRICE_VENUES, priceKey, priceKeyOf, priceVenueOf, readPriceKey, type PriceKey } from './price-key.js';

const account = { exchange: 'BYBIT_SPOT', isSimulation: false, testnet: false } as const;
const anyVenue = fc.constantFrom(...PRICE_VENUES);

describe('the key of a price', () => {
  it.each([
    ['a plain symbol in the simulation', { ...account, isSimulation: true }, 'BTC/USDT'],
    ['the same in a simulation of a test network', { ...account, isSimulation: true, testnet: true }, 'BTC/USDT'],
    ['the exchange and the symbol for a real account', account, 'BYBIT_SPOT:BTC/USDT'],
    [
      'the test network and the symbol for an account there',
      { ...account, testnet: true },
      'BYBIT_SPOT_TESTNET:BTC/USDT',
    ],
  ])('is %s', (_what, owner, key) => {
    expect(priceKeyOf(owner, 'BTC/USDT')).toBe(key);
    expect(readPriceKey(key)).toEqual({ venue: priceVenueOf(owner), symbol: 'BTC/USDT' });
  });

  it('can be read back for any symbol, and no two keys are equal', () => {
    fc.assert(
      fc.property(anyVenue, fc.string(), anyVenue, fc.string(), (venue, symbol, otherVenue, otherSymbol) => {
        const key = priceKey(venue, symbol);
        expect(readPriceKey(key)).toEqual({ venue, symbol });
        const isSame = venue === otherVenue && symbol === otherSymbol;
        expect(priceKey(otherVenue, otherSymbol) === key).toBe(isSame);
      }),
    );
  });

  it('of a simulated market is never a key of an exchange, even when its symbol looks like one', () => {
    const key = priceKey('SIMULATION', 'BINANCE_SPOT:BTC/USDT');
    expect(key).not.toBe(priceKey('BINANCE_SPOT', 'BTC/USDT'));
    expect(readPriceKey(key)).toEqual({ venue: 'SIMULATION', symbol: 'BINANCE_SPOT:BTC/USDT' });
  });

  it('with an unknown venue is not a key', () => {
    expect(readPriceKey('NYSE:BTC/USDT')).toBeUndefined();
  });

  it('is a separate type: a plain text does not compile as one', () => {
    expectTypeOf<string>().not.toExtend<PriceKey>();
    expectTypeOf<PriceKey>().toExtend<string>();
  });
});

describe('the venue of an account', () => {
  it('is always the simulation for a simulated account, and never for a real one', () => {
    fc.assert(
      fc.property(fc.constantFrom(...EXCHANGES), fc.boolean(), fc.boolean(), (exchange, isSimulation, testnet) => {
        expect(priceVenueOf({ exchange, isSimulation, testnet }) === 'SIMULATION').toBe(isSimulation);
      }),
    );
  });
});
