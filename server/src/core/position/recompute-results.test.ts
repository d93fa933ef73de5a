import { describe, expect, it } from 'vitest';
import { d } from '../money/money.js';
import { recomputeResults, type OldFill, type OldPosition } from './recompute-results.js';

const fill = (id: number, side: 'BUY' | 'SELL', qty: string, price: string, rest: Partial<OldFill> = {}): OldFill => ({
  ...{ id, side, qty: d(qty), price: d(price), feeAmount: d('0'), feeAsset: 'USDT', realized: d('0') },
  ...rest,
});
const position = (fills: OldFill[], over: Partial<OldPosition> = {}): OldPosition => ({
  ...{ base: 'ETH', qtyRemaining: d('0'), dustQty: d('0'), dustValue: d('0'), closeReason: null, closedAt: null },
  ...{ fills, ...over },
});

describe('old results, recomputed', () => {
  it('a fee in the received asset is a cost: for a buy and sell at one price it was counted once and lost twice', () => {
    const old = position([
      fill(1, 'BUY', '1', '2000', { feeAmount: d('0.001'), feeAsset: 'ETH' }),
      fill(2, 'SELL', '0.999', '2000', { feeAmount: d('1.998'), realized: d('-1.998') }),
    ]);
    const after = recomputeResults(old);
    expect(after?.realizedPnl.toFixed()).toBe('-3.998');
    expect(after?.fills.map(({ realized }) => realized.toFixed())).toEqual(['0', '-3.998']);
    expect(after?.cost.toFixed()).toBe('0');
  });

  it('a fee of a buy becomes part of the cost, at its value when it was booked', () => {
    const bnb = { feeAmount: d('0.01'), feeAsset: 'BNB', realized: d('-6.1') };
    const sold = fill(2, 'SELL', '0.4', '2100', { ...bnb, realized: d('40').sub(d('2.5')) });
    const after = recomputeResults(position([fill(1, 'BUY', '1', '2000', bnb), sold], { qtyRemaining: d('0.6') }));
    expect(after?.realizedPnl.toFixed()).toBe('35.06');
    expect(after?.cost.toFixed()).toBe('1203.66');
  });

  it('dust counts at its value then, and a reconciled rest at its cost', () => {
    const fills = [fill(1, 'BUY', '1', '2000'), fill(2, 'SELL', '0.999', '2100', { realized: d('99.9') })];
    const left = { dustQty: d('0.001'), dustValue: d('2.1'), closedAt: 7 };
    const dust = recomputeResults(position(fills, { ...left, closeReason: 'STOP_LOSS' }));
    expect([dust?.realizedPnl, dust?.writeOff, dust?.dustQty].map(String)).toEqual(['100', '0.1', '0.001']);
    const gone = recomputeResults(position(fills, { ...left, closeReason: 'RECONCILIATION' }));
    expect([gone?.realizedPnl, gone?.shortfallQty, gone?.shortfallValue].map(String)).toEqual(['99.9', '0.001', '2']);
  });

  it('does not change a position that its fills do not explain', () => {
    expect(recomputeResults(position([fill(1, 'BUY', '1', '2000')], { qtyRemaining: d('2') }))).toBeUndefined();
  });
});
