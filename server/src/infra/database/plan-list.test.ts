import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PageRequest } from './page.js';
import { planList, type ListFilter, type ListTable } from './plan-list.js';

const TABLE: ListTable = {
  table: 'things',
  closed: { status: ['OPEN', 'CLOSED'] },
  indexes: [
    { name: 'by_owner_status', columns: ['owner', 'status'] },
    { name: 'by_owner_symbol_status', columns: ['owner', 'symbol', 'status'] },
  ],
};
const FIRST: PageRequest = { take: 20, sort: 'NEWEST', isBackward: false, from: undefined };
const indexOf = (sql: string) => /FORCE INDEX \((\w+)\)/.exec(sql)?.[1];

describe('the plan of a list', () => {
  it('has one range for each owner and each value of a closed column that the filter leaves open', () => {
    const ranges = planList(TABLE, { scope: ['owner', [1, 2]] }, FIRST);
    expect(ranges.map(({ values }) => values)).toEqual([
      [1, 'OPEN'],
      [1, 'CLOSED'],
      [2, 'OPEN'],
      [2, 'CLOSED'],
    ]);
    expect(new Set(ranges.map(({ sql }) => indexOf(sql)))).toEqual(new Set(['by_owner_status']));
  });

  it('uses the index that covers most of the filter, and checks the rest in the rows', () => {
    const filter: ListFilter = {
      scope: ['owner', [1]],
      where: { symbol: ['BTC/USDT'], status: ['OPEN'], color: ['red', null] },
    };
    expect(planList(TABLE, filter, FIRST)).toEqual([
      {
        sql: 'FROM things FORCE INDEX (by_owner_symbol_status) WHERE owner = ? AND symbol = ? AND status = ? AND (color IN (?) OR color IS NULL)',
        values: [1, 'BTC/USDT', 'OPEN', 'red'],
      },
    ]);
  });

  it('is empty when nothing can match', () => {
    expect(planList(TABLE, { scope: ['owner', []] }, FIRST)).toEqual([]);
    expect(planList(TABLE, { scope: ['owner', [1]], where: { symbol: [] } }, FIRST)).toEqual([]);
  });

  it('refuses a table without an index for its scope', () => {
    expect(() => planList(TABLE, { scope: ['stranger', [1]] }, FIRST)).toThrow(/no index/);
  });

  it('never names a row twice and never leaves one out, whatever the filter', () => {
    const status = fc.constantFrom('OPEN', 'CLOSED');
    const row = fc.record({ owner: fc.integer({ min: 1, max: 3 }), symbol: fc.constantFrom('A', 'B', 'C'), status });
    const some = <T>(of: fc.Arbitrary<T>) => fc.option(fc.uniqueArray(of, { maxLength: 3 }), { nil: undefined });
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 40 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 3 })),
        some(fc.constantFrom('A', 'B', 'C')),
        some(status),
        (rows, owners, symbols, statuses) => {
          const ranges = planList(
            TABLE,
            { scope: ['owner', owners], where: { symbol: symbols, status: statuses } },
            FIRST,
          );
          for (const one of rows) {
            const isWanted =
              owners.includes(one.owner) &&
              (symbols?.includes(one.symbol) ?? true) &&
              (statuses?.includes(one.status) ?? true);
            const hits = ranges.filter(({ sql, values }) => matches(sql, values, one));
            expect(hits).toHaveLength(isWanted ? 1 : 0);
          }
        },
      ),
    );
  });
});

/** Evaluates the conditions that a plan writes. */
function matches(sql: string, values: readonly unknown[], row: Record<string, unknown>): boolean {
  const left = [...values];
  return sql
    .slice(sql.indexOf('WHERE ') + 6)
    .split(' AND ')
    .every((condition) => {
      const [, column = ''] = /(\w+)/.exec(condition) ?? [];
      const given = left.splice(0, (condition.match(/\?/g) ?? []).length);
      return given.includes(row[column]);
    });
}
