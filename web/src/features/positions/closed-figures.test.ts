import { expect, it } from 'vitest';
import { aPosition } from '../../testing/rows';
import { durationOf, exitPriceOf, resultPctOf } from './closed-figures';

it('a closed position says what it brought in percent, for how long it was held and at what price it was sold', () => {
  const closed = aPosition({ status: 'CLOSED', realizedPnl: '-1250', closedAt: '2026-11-30T06:30:00Z' });
  // 0.5 BTC at 100,000.
  expect(resultPctOf(closed)).toBe('-2.5');
  expect(durationOf(closed)).toBe(6.5 * 3_600_000);
  expect(exitPriceOf({ ...closed, exitPrice: '97500' })).toBe('97500');
  expect(exitPriceOf(closed)).toBeNull();
  // Coins that cost nothing have no result in percent.
  expect(resultPctOf(aPosition({ entryPrice: '0' }))).toBe('0');
});
