import { expect, it } from 'vitest';
import type { LivePositionFragment } from '../../gql/generated';
import { exitDistance, exitLinesOf, isUnprotected, trailingStopOf } from './exit-lines';

const levels = {
  __typename: 'ExitLevels' as const,
  stopPrice: null,
  trailingStopPrice: null,
  trailingArmingPrice: null,
  takeProfitPrice: null,
  nextTargetPrice: null,
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

it('the trailing stop is the one of the monitors, in every window; off or closed has none', () => {
  const armed = { ...levels, trailingStopPrice: '108' };
  expect(trailingStopOf(position('armed', { exitLevels: armed }))).toBe('108');
  expect(trailingStopOf(position('waits'))).toBeNull();
  expect(trailingStopOf(position('off', { exitLevels: armed, trailingEnabled: false }))).toBeNull();
  expect(trailingStopOf(position('closed', { exitLevels: armed, status: 'CLOSED' }))).toBeNull();
});

it('the target is the next step of the ladder when that is nearer than take profit', () => {
  const row = position('ladder', { exitLevels: { ...levels, takeProfitPrice: '120', nextTargetPrice: '104' } });
  expect(exitDistance(row, '100', 'target')).toBe('4');
});

it('the distance goes to the nearest stop and to the target', () => {
  const row = position('near', {
    exitLevels: { ...levels, stopPrice: '95', trailingStopPrice: '90', takeProfitPrice: '110', nextTargetPrice: '110' },
  });
  expect(exitDistance(row, '100', 'stop')).toBe('5');
  expect(exitDistance(row, '100', 'target')).toBe('10');
  expect(exitDistance(row, undefined, 'stop')).toBeNull();
  expect(exitLinesOf(row).map(({ kind }) => kind)).toEqual(['stop', 'trailing', 'target']);
});

it('a position is unprotected while neither a stop nor an armed trailing stop sells it', () => {
  const waiting = { ...levels, trailingArmingPrice: '105', takeProfitPrice: '120' };
  expect(isUnprotected(position('waits', { exitLevels: waiting }))).toBe(true);
  expect(isUnprotected(position('armed', { exitLevels: { ...levels, trailingStopPrice: '90' } }))).toBe(false);
  expect(isUnprotected(position('stop', { exitLevels: { ...levels, stopPrice: '90' } }))).toBe(false);
  expect(isUnprotected(position('closed', { status: 'CLOSED', exitLevels: null }))).toBe(false);
});
