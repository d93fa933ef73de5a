import { expect, it } from 'vitest';
import { estimateOf, quantityOf, sellFaults, type SellForm } from './sell-order';

const sellable = { qtyRemaining: '1.23456789', qtyReserved: '0.4', stepSize: '0.001' };
const form = (over: Partial<SellForm> = {}): SellForm => ({
  ...{ orderType: 'MARKET', share: '100', amount: '', price: '100', hours: '24' },
  ...over,
});

it('all at the market is all, with what resting orders hold; all as a limit is what is free, on the step', () => {
  expect(quantityOf(form(), sellable)).toBe('1.23456789');
  expect(quantityOf(form({ orderType: 'LIMIT' }), sellable)).toBe('0.834');
});

it('a share is of what is left, brought down to the step, and never more than is free', () => {
  expect(quantityOf(form({ share: '25' }), sellable)).toBe('0.308');
  expect(quantityOf(form({ share: '75' }), sellable)).toBe('0.834');
});

it('an amount must be there, above zero and free', () => {
  const fault = (amount: string | null) => sellFaults(form({ share: 'amount', amount }), sellable).amount?.[0];
  expect(['', null, '0', '0.9', '0.8'].map(fault)).toEqual([
    'required',
    'notANumber',
    'aboveZero',
    'atMost',
    undefined,
  ]);
});

it('a limit order needs a price and one to 720 hours; a market order neither', () => {
  const odd = { price: '', hours: '721' };
  expect(Object.keys(sellFaults(form({ ...odd, orderType: 'LIMIT' }), sellable))).toEqual(['price', 'hours']);
  expect(sellFaults(form(odd), sellable)).toEqual({});
});

it('nothing is left to sell when everything is promised', () => {
  const held = { ...sellable, qtyReserved: sellable.qtyRemaining };
  expect(sellFaults(form({ orderType: 'LIMIT' }), held).amount?.[0]).toBe('aboveZero');
});

it('the estimate is exact', () => {
  expect(estimateOf('0.3', '110', '100')).toEqual({ value: '33', result: '3', resultPct: '10' });
});
