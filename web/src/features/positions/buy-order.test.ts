import { expect, it } from 'vitest';
import { compareDecimals } from '../../lib/decimal';
import { buyFaults, firstForm, orderInput, riskOf, type BuyForm } from './buy-order';

const form = (part: Partial<BuyForm> = {}): BuyForm => ({
  ...firstForm(),
  ...{ accountId: '3', symbol: ' btc/usdt ', amount: '500' },
  ...part,
});

it('an amount of money or a quantity is sent, never both', () => {
  expect(orderInput(form())).toEqual({
    ...{ accountId: '3', symbol: 'BTC/USDT', orderType: 'MARKET', quoteAmount: '500' },
  });
  expect(orderInput(form({ unit: 'base' }))).toMatchObject({ quantity: '500' });
  expect(orderInput(form({ unit: 'base' }))).not.toHaveProperty('quoteAmount');
});

it('the price and the hours belong to a limit order only', () => {
  const limit = { limitPrice: '90000', hours: '48' };
  expect(orderInput(form({ ...limit, orderType: 'LIMIT' }))).toMatchObject({ limitPrice: '90000', hours: 48 });
  expect(orderInput(form(limit))).not.toHaveProperty('limitPrice');
  expect(buyFaults(form({ orderType: 'LIMIT', hours: '0' }))).toEqual({
    limitPrice: ['required'],
    hours: ['between', { least: 1, most: 720 }],
  });
});

it('without exits those of the parameter count, and what is added to a position has the exits of the position', () => {
  expect(orderInput(form())).not.toHaveProperty('exits');
  expect(orderInput(form({ slPct: '2', vaultId: '5' }))).toMatchObject({ exits: { slPct: '2' }, vaultId: '5' });
  const added = orderInput(form({ slPct: '2', vaultId: '5' }), { id: '7', symbol: 'BTC/USDT', account: { id: '3' } });
  expect(added).toMatchObject({ positionId: '7' });
  expect(Object.keys(added)).not.toContain('exits');
  expect(Object.keys(added)).not.toContain('vaultId');
});

it('what cannot be sent is said at its field', () => {
  expect(buyFaults(firstForm())).toEqual({ accountId: ['required'], symbol: ['required'], amount: ['required'] });
  expect(buyFaults(form({ amount: null, slPct: '101' }))).toEqual({
    amount: ['notANumber'],
    slPct: ['atMost', { most: '100' }],
  });
  expect(buyFaults(form())).toEqual({});
});

it('the risk is what lies between price and stop, and never more than the cost', () => {
  expect(riskOf({ quantity: '0.5', price: '100', stopPrice: '96' })).toBe('2');
  expect(riskOf({ quantity: '0.5', price: '100', stopPrice: null })).toBeNull();
  for (const stopPrice of ['0', '0.01', '50', '99.99', '100']) {
    const risk = riskOf({ quantity: '3', price: '100', stopPrice }) ?? '';
    expect(compareDecimals(risk, '300')).toBeLessThanOrEqual(0);
    expect(compareDecimals(risk, '0')).toBeGreaterThanOrEqual(0);
  }
});
