import { describe, expect, it } from 'vitest';
import { isReachableByTradingView } from './tradingview';

describe('TradingView set-up', () => {
  it.each([
    ['https://trade.example.org/webhooks/x', true],
    ['http://trade.example.org/webhooks/x', true],
    ['https://trade.example.org:8443/webhooks/x', false],
    ['http://localhost:4000/webhooks/x', false],
    ['http://192.168.1.5/webhooks/x', false],
    ['http://172.20.0.2/webhooks/x', false],
    ['not an address', false],
  ])('says of %s whether it can be reached: %s', (url, reachable) => {
    expect(isReachableByTradingView(url)).toBe(reachable);
  });
});
