import { describe, expect, it } from 'vitest';
import { tickOf } from './candles';
import { priceKeyAt, symbolAmong } from './chart-symbol';

describe('the symbol of a chart', () => {
  it('has the plain name as its key in the simulation, and its venue before it elsewhere', () => {
    expect(priceKeyAt('SIMULATION', 'BTC/USDT')).toBe('BTC/USDT');
    expect(priceKeyAt('BYBIT_SPOT', 'BTC/USDT')).toBe('BYBIT_SPOT:BTC/USDT');
  });

  it.each([
    ['btcusdt', 'BTC/USDT'],
    [' BTC/usdt ', 'BTC/USDT'],
    ['btc-usdt', 'BTC/USDT'],
    ['PEPE_USDT', 'PEPE/USDT'],
    ['NEWCOIN', 'NEWCOIN'],
    ['', ''],
  ])('typed as %j is %j', (typed, symbol) => {
    expect(symbolAmong(typed, ['BTC/USDT', 'ETH/USDT'])).toBe(symbol);
  });
});

const candle = (close: string) => ({ at: 0, open: close, high: close, low: close, close });

describe('prices without a known tick size', () => {
  it.each([
    [['0.00001234', '0.000012'], '0.00000001'],
    [['98450.50', '98451.00'], '0.1'],
    [['100', '200'], '1'],
    [[], '0.01'],
  ])('%j are shown in steps of %s', (closes, tick) => {
    expect(tickOf(closes.map(candle))).toBe(tick);
  });
});
