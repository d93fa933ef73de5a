import { expect, it } from 'vitest';
import type { LivePositionFragment } from '../../gql/generated';
import { exitDistance, exitLinesOf, trailingStopAt } from './exit-lines';

const levels = {
  __typename: 'ExitLevels' as const,
  stopPrice: null,
  trailingStopPrice: null,
  trailingArmingPrice: null,
  takeProfitPrice: null,
  timeStopAt: null,
};
const position = (id: string, over: Partial<LivePositionFragment> = {}) =>
  ({
    id,
    status: 'OPEN',
    symbol: 'BTC/USDT',
    priceKey: 'BTC/USDT',
    entryPrice: '80',
    trailingEnabled: true,
    trailingDistancePct: '10',
    trailingMaxPrice: null,
    exitLevels: levels,
    ...over,
  }) as LivePositionFragment;

it('a trailing stop rises with the price and never falls', () => {
  const row = position('rises');
  expect(['100', '120', '110', '119.99', '130'].map((price) => trailingStopAt(row, price))).toEqual([
    '90',
    '108',
    '108',
    '108',
    '117',
  ]);
});

it('begins at the opening price, whatever the price is', () => {
  expect(trailingStopAt(position('begins', { entryPrice: '100' }), undefined)).toBe('90');
  expect(trailingStopAt(position('below', { entryPrice: '100' }), '95')).toBe('90');
});

it('an unarmed trailing stop waits for its price; what the server has seen counts', () => {
  const waiting = position('waits', { exitLevels: { ...levels, trailingArmingPrice: '105' } });
  expect(['104.99', '105', '104'].map((price) => trailingStopAt(waiting, price))).toEqual([null, '94.5', '94.5']);
  expect(trailingStopAt(position('known', { trailingMaxPrice: '200' }), '150')).toBe('180');
});

it('new settings begin anew, and a stop that is off has no price', () => {
  trailingStopAt(position('edited'), '200');
  expect(trailingStopAt(position('edited', { trailingDistancePct: '5' }), '100')).toBe('95');
  expect(trailingStopAt(position('edited', { trailingEnabled: false }), '100')).toBeNull();
  expect(trailingStopAt(position('edited', { trailingDistancePct: '5' }), '80')).toBe('76');
});

it('the distance goes to the nearest stop and to the target', () => {
  const row = position('near', { exitLevels: { ...levels, stopPrice: '95', takeProfitPrice: '110' } });
  expect(exitDistance(row, '100', 'stop')).toBe('5');
  expect(exitDistance(row, '100', 'target')).toBe('10');
  expect(exitDistance(row, undefined, 'stop')).toBeNull();
  expect(exitLinesOf(row, '90').map(({ kind }) => kind)).toEqual(['stop', 'trailing', 'target']);
});
