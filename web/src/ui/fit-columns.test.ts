import { expect, it } from 'vitest';
import { fitColumns } from './fit-columns';

const columns = [
  { id: 'symbol', width: 100 },
  { id: 'source', width: 80, drop: 2 },
  { id: 'age', width: 60, drop: 1 },
  { id: 'sell', width: 50 },
];
const idsAt = (available: number, grown = {}) => fitColumns(columns, grown, available).map(({ id }) => id);

it('a wide box shows every column', () => {
  expect(idsAt(290)).toEqual(['symbol', 'source', 'age', 'sell']);
});

it('a narrow box loses the columns that matter least, one after the other', () => {
  expect(idsAt(289)).toEqual(['symbol', 'source', 'sell']);
  expect(idsAt(229)).toEqual(['symbol', 'sell']);
});

it('what names the row and what acts on it never goes', () => {
  expect(idsAt(10)).toEqual(['symbol', 'sell']);
});

it('figures that grew take the room of columns that matter less', () => {
  expect(idsAt(290, { sell: 70 })).toEqual(['symbol', 'source', 'sell']);
});
