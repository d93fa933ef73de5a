import { expect, it } from 'vitest';
import { aPosition } from '../../testing/rows';
import { hasMoved } from './trailing-keeper';

const levels = {
  ...{ __typename: 'ExitLevels' as const, stopPrice: null, trailingStopPrice: null, takeProfitPrice: null },
  ...{ trailingArmingPrice: '105', nextTargetPrice: null, timeStopAt: null },
};
const trailing = (trailingMaxPrice: string | null) =>
  aPosition({ trailingEnabled: true, trailingDistancePct: '5', trailingMaxPrice, exitLevels: levels });

it('the monitors are asked when a price passes the highest one they have told', () => {
  expect(hasMoved(trailing('110'), '110')).toBe(false);
  expect(hasMoved(trailing('110'), '110.01')).toBe(true);
  expect(hasMoved(trailing('110'), undefined)).toBe(false);
});

it('and when a price reaches the one that arms it', () => {
  expect(hasMoved(trailing(null), '104.99')).toBe(false);
  expect(hasMoved(trailing(null), '105')).toBe(true);
});
