import { expect, it } from 'vitest';
import { followedSymbols } from './followed-symbols.js';

it('What is traded comes first, then what values it, then what the accounts hold', () => {
  expect(followedSymbols('BINANCE_SPOT', { traded: ['SOL/BTC', 'ETH/USDT'], held: ['ADA', 'USDT', 'BTC'] })).toEqual([
    ...['SOL/BTC', 'ETH/USDT'],
    ...['BNB/BTC', 'BNB/USDT', 'BTC/USDT'],
    'ADA/USDT',
  ]);
});

it('An exchange without its own coin needs none, and a coin is not priced in itself', () => {
  expect(followedSymbols('BYBIT_SPOT', { traded: ['BTC/USDT'], held: [] })).toEqual(['BTC/USDT']);
  expect(followedSymbols('BINANCE_SPOT', { traded: ['SOL/BNB'], held: [] })).toEqual(['SOL/BNB', 'BNB/USDT']);
});

it('Nothing to trade and nothing but USDT needs no price', () => {
  expect(followedSymbols('BINANCE_SPOT', { traded: [], held: ['USDT'] })).toEqual([]);
});
