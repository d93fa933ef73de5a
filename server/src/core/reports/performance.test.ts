import { describe, expect, it } from 'vitest';
import { d } from '../money/money.js';
import { equityCurve, maxDrawdown, sharpeRatio, tradeFigures } from './performance.js';

const days = (...results: string[]) =>
  results.map((realized, index) => ({ day: `2026-01-${String(index + 1).padStart(2, '0')}`, realized: d(realized) }));
const period = (last: number) => ({ first: '2026-01-01', last: `2026-01-${String(last).padStart(2, '0')}` });

describe('the figures of closed trades', () => {
  it('are win rate, profit factor, expectancy and the averages', () => {
    const sums = { trades: 4, wins: 2, losses: 1, grossProfit: d('30'), grossLoss: d('12') };
    const figures = tradeFigures(sums);
    expect(Object.values(figures).map(String)).toEqual(['18', '50', '2.5', '4.5', '15', '12']);
  });

  it('say nothing where there is nothing to divide by', () => {
    const none = { trades: 0, wins: 0, losses: 0, grossProfit: d('0'), grossLoss: d('0') };
    expect(tradeFigures(none)).toMatchObject({ winRatePct: null, profitFactor: null, expectancy: null });
    const onlyWins = { ...none, trades: 1, wins: 1, grossProfit: d('5') };
    expect(tradeFigures(onlyWins)).toMatchObject({ profitFactor: null, averageLoss: null });
  });
});

it('the drawdown is the largest fall from the highest total before, not from the first', () => {
  const curve = equityCurve(days('10', '-4', '20', '-25', '3', '-1'));
  expect(curve.map(({ total }) => total.toFixed())).toEqual(['10', '6', '26', '1', '4', '3']);
  expect(maxDrawdown(curve).toFixed()).toBe('25');
  expect(maxDrawdown(equityCurve(days('-3', '-4', '5'))).toFixed()).toBe('7');
  expect(maxDrawdown(equityCurve(days('1', '2'))).toFixed()).toBe('0');
});

it('the Sharpe ratio counts idle days as 0 and has none where nothing varies', () => {
  // Mean 1, deviation of the sample 2, so 0.5 * sqrt(365).
  expect(sharpeRatio(days('1', '3', '-1'), period(3))?.toFixed(6)).toBe('9.552486');
  const idle = [1, 3, -1, 0, 0].map(Number);
  const mean = idle.reduce((a, b) => a + b) / 5;
  const deviation = Math.sqrt(idle.reduce((a, b) => a + (b - mean) ** 2, 0) / 4);
  const expected = (mean / deviation) * Math.sqrt(365);
  expect(Number(sharpeRatio(days('1', '3', '-1'), period(5)))).toBeCloseTo(expected, 9);
  expect(sharpeRatio(days('1', '1', '1'), period(3))).toBeNull();
  expect(sharpeRatio(days('1'), period(1))).toBeNull();
  expect(sharpeRatio([], period(5))).toBeNull();
});
