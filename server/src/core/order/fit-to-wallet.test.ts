import { describe, expect, it } from 'vitest';
import { fitToWallet } from './fit-to-wallet.js';
import { d } from '../money/money.js';

const BNB = { symbol: 'BNB/USDT', base: 'BNB', quote: 'USDT', tickSize: '0.01', stepSize: '0.001', minQty: '0.001' };
const facts = { wanted: d('0.5'), lockedByUs: d('0'), market: { ...BNB, minNotional: '5' }, price: d('600') };
const fit = (free: string, locked = '0', over: Partial<typeof facts> = {}) => {
  const result = fitToWallet({ ...facts, wallet: { free, locked }, ...over });
  return result.kind === 'sell' ? [result.quantity.toFixed(), result.missing.toFixed()] : result.refusal.code;
};

describe('fitting a sell to the wallet', () => {
  it('sells what is free, down to the step, and says what is missing', () => {
    expect(fit('0.4847')).toEqual(['0.484', '0.0153']);
    expect(fit('0.484')).toEqual(['0.484', '0.016']);
  });
  it('sells all of it when the coins came back', () => expect(fit('0.7')).toEqual(['0.5', '0']));
  it('does not count coins locked by external orders as missing', () => {
    expect(fit('0.4', '0.1')).toEqual(['0.4', '0']);
    expect(fit('0.4', '0.06')).toEqual(['0.4', '0.04']);
  });
  it('does not use coins that our other sells lock', () => {
    expect(fit('0.4', '0.3', { lockedByUs: d('0.3') })).toEqual(['0.4', '0.1']);
  });
  it('sells nothing, with the reason, when the free quantity is too small for an order', () => {
    expect(fit('0')).toBe('HOLDING_MISSING');
    expect(fit('0.008')).toBe('HOLDING_MISSING');
    expect(fit('0', '0.5')).toBe('HOLDING_LOCKED');
  });
});
