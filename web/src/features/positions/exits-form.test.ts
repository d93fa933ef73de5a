import { expect, it } from 'vitest';
import { exitFaults, exitsInput, formOfExits, priceAt, type ExitsForm } from './exits-form';

const form = (over: Partial<ExitsForm> = {}): ExitsForm => ({
  ...formOfExits({
    ...{
      slEnabled: true,
      slPct: '2',
      tpEnabled: false,
      tpPct: null,
      trailingEnabled: false,
      trailingDistancePct: null,
    },
    ...{ trailingArmingPct: null, minProfitPct: null, timeStopHours: null, breakEvenAfterFirst: false },
    targets: [
      { id: '1', pct: '1', sharePct: '50', triggeredAt: '2026-01-01T00:00:00.000Z' },
      { id: '2', pct: '2', sharePct: '25', triggeredAt: null },
    ],
  }),
  ...over,
});

it('the form begins with what is set and the targets that have not fired', () => {
  expect(form().targets).toEqual([{ key: '2', pct: '2', sharePct: '25' }]);
  expect(exitFaults(form())).toEqual({});
  expect(exitsInput('7', form())).toMatchObject({
    ...{ positionId: '7', slPct: '2', tpPct: null, timeStopHours: null },
    targets: [{ pct: '2', sharePct: '25' }],
  });
});

it('an exit that is on needs its percentage; zero is sound only where it means something', () => {
  expect(Object.keys(exitFaults(form({ slPct: '' })))).toEqual(['slPct']);
  expect(exitFaults(form({ slPct: '0', trailingArmingPct: '0', minProfitPct: '0' }))).toEqual({});
  expect(Object.keys(exitFaults(form({ trailingEnabled: true, trailingDistancePct: '0' })))).toEqual([
    'trailingDistancePct',
  ]);
  expect(exitFaults(form({ slPct: '2.001' })).slPct?.[0]).toBe('twoDigits');
  expect(exitFaults(form({ timeStopHours: '8761' })).timeStopHours?.[0]).toBe('between');
});

it('a stop may lie above the opening price', () => {
  expect(exitFaults(form({ slPct: '-2.5' }))).toEqual({});
  expect(exitFaults(form({ slPct: '-2.555' })).slPct?.[0]).toBe('twoDigits');
  expect(exitFaults(form({ slPct: '-1000' })).slPct?.[0]).toBe('atMost');
  expect(exitFaults(form({ slPct: '101' })).slPct?.[0]).toBe('atMost');
  expect(priceAt('200', '-2.5', 'below')).toBe('205');
});

it('targets rise, and their shares are not more than all', () => {
  const targets = [
    { key: 'a', pct: '3', sharePct: '60' },
    { key: 'b', pct: '3', sharePct: '60' },
  ];
  expect(exitFaults(form({ targets }))).toEqual({
    'targets.1.pct': ['aboveBefore', { before: '3' }],
    'targets.1.sharePct': ['sharesTooMany'],
  });
});

it('a percentage is shown with its price', () => {
  expect(priceAt('200', '2.5', 'below')).toBe('195');
  expect(priceAt('200', '2.5', 'above')).toBe('205');
  expect([priceAt('200', null, 'above'), priceAt('200', '', 'above'), priceAt(null, '1', 'above')]).toEqual([
    null,
    null,
    null,
  ]);
});
