import { describe, expect, it } from 'vitest';
import type { ComparedGroupFragment } from '../../gql/generated';
import { rowsOf, sortRows, totalOf } from './compare-groups';
import { overlaidCurves } from './overlaid-curves';

type Result = ComparedGroupFragment['results'][number];
const result = (change: Partial<Result>): Result => ({
  ...{ __typename: 'ComparedResult', quote: 'USDT', trades: 1, wins: 1, losses: 0, net: '1', fees: '0.1' },
  ...{ winRatePct: '100', returnPct: '1', profitFactor: null, expectancy: '1', averageHoldingSec: 60 },
  ...{ realized: '1', maxDrawdown: '0', curve: [] },
  ...change,
});
const signals = (received: number): ComparedGroupFragment['signals'] => ({
  ...{ __typename: 'ComparedSignals', received, unread: 1, jobs: 3, filled: 2, skipped: 1, failed: 0 },
});
const group = (id: string | null, results: Result[], received = 4): ComparedGroupFragment => ({
  ...{ __typename: 'ComparedGroup', id, label: id && `Source ${id}`, results },
  signals: id === null ? null : signals(received),
});
const named = { quote: 'USDT', byHand: 'By hand' };
const names = (rows: { name: string }[]) => rows.map(({ name }) => name);

describe('compared groups', () => {
  it('has those with a result in the chosen quote asset, and those that have only signals', () => {
    const groups = [
      group('1', [result({}), result({ quote: 'BTC' })]),
      group('2', [result({ quote: 'BTC' })]),
      group('3', []),
      group(null, [result({})]),
    ];
    expect(names(rowsOf(groups, named))).toEqual(['Source 1', 'Source 3', 'By hand']);
  });

  it('are sorted by exact figures, and a missing one is last in both directions', () => {
    const rows = rowsOf(
      [
        group('1', [result({ net: '9.000000000000000001', profitFactor: '2' })]),
        group('2', [result({ net: '-10', profitFactor: '10' })]),
        group('3', [result({ net: '9.000000000000000002' })]),
      ],
      named,
    );
    const order = (column: string, descending: boolean) => names(sortRows(rows, { column, descending }));
    expect(order('net', true)).toEqual(['Source 3', 'Source 1', 'Source 2']);
    expect(order('profitFactor', true)).toEqual(['Source 2', 'Source 1', 'Source 3']);
    expect(order('profitFactor', false)).toEqual(['Source 1', 'Source 2', 'Source 3']);
    expect(order('name', true)).toEqual(['Source 3', 'Source 2', 'Source 1']);
  });

  it('have a total with the figures of all trades, not the sum of ratios', () => {
    const rows = rowsOf([group('1', [result({})], 3), group('2', [result({ fees: '0.2' })], 5)], named);
    const summary = { ...result({ winRatePct: '50' }), trades: 2 } as never;
    expect(totalOf(rows, summary)).toMatchObject({ trades: 2, winRatePct: '50', fees: '0.3', received: 8, traded: 4 });
  });
});

describe('overlaid curves', () => {
  const size = { width: 100, height: 108 };
  const curve = (key: string, ...points: [day: string, total: string][]) => ({
    ...{ key, name: key, points: points.map(([day, total]) => ({ day, total })) },
  });

  it('share their days and their scale, begin at zero and keep their last total', () => {
    const found = overlaidCurves(
      [curve('a', ['2026-01-01', '50'], ['2026-01-04', '100']), curve('b', ['2026-01-02', '-0'])],
      size,
    );
    expect(found).toMatchObject({ first: '2026-01-01', last: '2026-01-04', zero: 104 });
    expect(found?.drawn.map(({ line }) => line)).toEqual(['M0 104H0L25 54H75L100 4H100', 'M0 104H25L50 104H100']);
  });

  it('are not drawn when all is on one day', () => {
    expect(overlaidCurves([curve('a', ['2026-01-01', '50'])], size)).toBeNull();
    expect(overlaidCurves([], size)).toBeNull();
  });
});
