import { renderHook } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { LivePositionFragment } from '../../gql/generated';
import { filterPositions } from './positions-view';
import { sortPositions, useSortedPositions } from './sort-rows';

const NOTHING_CHOSEN = { account: [], symbol: [], source: [] };

const position = (id: string, over: Partial<LivePositionFragment> = {}) =>
  ({
    id,
    symbol: 'BTC/USDT',
    priceKey: 'BTC/USDT',
    qtyRemaining: '1',
    qtyTotal: '1',
    entryPrice: '1',
    costQuote: '1',
    realizedPnl: '0',
    createdAt: '2026-01-01T00:00:00.000Z',
    sourceLabel: null,
    account: { __typename: 'ExchangeAccount', id: '1', label: 'Demo', exchange: 'BINANCE_SPOT' },
    ...over,
  }) as LivePositionFragment;

const ids = (rows: readonly LivePositionFragment[]) => rows.map(({ id }) => id).join('');

it('quantities sort as numbers, to the eighteenth digit', () => {
  const rows = [
    position('a', { qtyRemaining: '10' }),
    position('b', { qtyRemaining: '9.000000000000000002' }),
    position('c', { qtyRemaining: '9.000000000000000001' }),
  ];
  expect(ids(sortPositions(rows, { column: 'qty', descending: false }))).toBe('cba');
  expect(ids(sortPositions(rows, { column: 'qty', descending: true }))).toBe('abc');
});

it('while held, rows keep their place and new ones are added at the end', () => {
  const sort = { column: 'symbol', descending: false };
  const first = [position('a', { symbol: 'B/U' }), position('b', { symbol: 'A/U' })];
  const { result, rerender } = renderHook(({ rows, held }) => useSortedPositions(rows, sort, held, 0), {
    initialProps: { rows: first, held: false },
  });
  expect(ids(result.current)).toBe('ba');
  const more = [position('c', { symbol: '0/U' }), ...first];
  rerender({ rows: more, held: true });
  expect(ids(result.current)).toBe('bac');
  rerender({ rows: more, held: false });
  expect(ids(result.current)).toBe('cba');
});

it('the filter finds symbols with and without the slash, accounts and sources, all words at once', () => {
  const rows = [position('a'), position('b', { symbol: 'ETH/USDT', sourceLabel: 'Breakout' })];
  expect(ids(filterPositions(rows, 'ethusdt', NOTHING_CHOSEN))).toBe('b');
  expect(ids(filterPositions(rows, 'usdt demo', NOTHING_CHOSEN))).toBe('ab');
  expect(ids(filterPositions(rows, 'break eth', NOTHING_CHOSEN))).toBe('b');
  expect(ids(filterPositions(rows, '', { ...NOTHING_CHOSEN, account: ['2'] }))).toBe('');
});

it('several values of one filter are alternatives, and several filters apply together', () => {
  const rows = [
    position('a', { symbol: 'BTC/USDT' }),
    position('b', { symbol: 'ETH/USDT', sourceLabel: 'Breakout' }),
    position('c', { symbol: 'SOL/USDT', sourceLabel: 'Breakout' }),
  ];
  const found = (chosen: object, query = '') => ids(filterPositions(rows, query, { ...NOTHING_CHOSEN, ...chosen }));
  expect(found({ symbol: ['BTC/USDT', 'SOL/USDT'] })).toBe('ac');
  expect(found({ symbol: ['BTC/USDT', 'SOL/USDT'], source: ['Breakout'] })).toBe('c');
  expect(found({ source: [''] })).toBe('a');
  expect(found({ source: ['', 'Breakout'] }, 'eth')).toBe('b');
});
