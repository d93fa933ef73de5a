import { expect, it } from 'vitest';
import { formOfExits, type ExitsForm } from './exits-form';
import { reachedExits, type EditedPosition, type ReachedExit } from './reached-exits';

const OPENED = '2026-01-01T00:00:00.000Z';
const position: EditedPosition = {
  ...{ entryPrice: '100', createdAt: OPENED, trailingEnabled: false, trailingArmingPct: null, trailingMaxPrice: null },
  targets: [],
};
const NOTHING: ExitsForm = formOfExits({
  ...{ slEnabled: false, slPct: null, tpEnabled: false, tpPct: null, trailingEnabled: false },
  ...{ trailingDistancePct: null, trailingArmingPct: null, minProfitPct: null, timeStopHours: null },
  ...{ breakEvenAfterFirst: false, targets: [] },
});
const trailing = { trailingEnabled: true, trailingDistancePct: '2' };
const running: Partial<EditedPosition> = { trailingEnabled: true, trailingMaxPrice: '110' };
const target = { key: '1', pct: '5', sharePct: '50' };

it.each<[string, Partial<ExitsForm>, string, Partial<EditedPosition>, ReachedExit[]]>([
  ['nothing is on', {}, '1', {}, []],
  ['a trailing stop begins at the entry, and the price lies under its distance', trailing, '98', {}, ['trailing']],
  ['it does not yet', trailing, '98.01', {}, []],
  ['it is armed by a profit that is not reached', { ...trailing, trailingArmingPct: '1' }, '90', {}, []],
  ['it is armed by the price itself', { ...trailing, trailingArmingPct: '1' }, '105', {}, []],
  ['a narrower distance is met by the maximum that it has followed', trailing, '107.8', running, ['trailing']],
  ['it begins anew at another profit', { ...trailing, trailingArmingPct: '20' }, '107.8', running, []],
  ['a stop loss is moved above the price', { slEnabled: true, slPct: '1' }, '99', {}, ['stop']],
  ['a stop loss that is off', { slPct: '1' }, '99', {}, []],
  ['a take profit is moved below the price', { tpEnabled: true, tpPct: '1' }, '101', {}, ['profit']],
  ['the least profit holds it back', { tpEnabled: true, tpPct: '1', minProfitPct: '3' }, '101', {}, []],
  ['a target of the ladder', { targets: [target] }, '105', {}, ['ladder']],
  ['the least profit holds the ladder back', { targets: [target], minProfitPct: '6' }, '105', {}, []],
  ['a time that is over', { timeStopHours: '2' }, '100', {}, ['timeStop']],
  ['a time that is not over', { timeStopHours: '4' }, '100', {}, []],
  [
    'break even after a part was taken',
    { breakEvenAfterFirst: true },
    '100',
    { targets: [{ triggeredAt: OPENED }] },
    ['stop'],
  ],
  ['a number that cannot be read', { slEnabled: true, slPct: null }, '1', {}, []],
])('%s', (_what, form, price, over, reached) => {
  const at = { price, now: Date.parse(OPENED) + 3 * 3_600_000 };
  expect(reachedExits({ ...NOTHING, ...form }, { ...position, ...over }, at)).toEqual(reached);
});
