import type { PageRequest } from './page.js';

/** An index of a table: columns that are compared with `=`, followed by the column of the order and the id. */
export interface ListIndex {
  name: string;
  columns: readonly string[];
}

/** How a list reads a table. */
export interface ListTable {
  table: string;
  /** The column of the order. */
  at?: string;
  /** At least one begins with the scope alone. The first that fits best is used. */
  indexes: readonly ListIndex[];
  /** Columns with few values. An index can be used beyond such a column although the filter leaves it open. */
  closed?: Readonly<Record<string, readonly string[]>>;
}

export type SqlValue = string | number | boolean | null;

/** Which rows of the table a list shows. */
export interface ListFilter {
  /** The column that says whose rows they are, and its values for the viewer. */
  scope: readonly [column: string, values: readonly SqlValue[]];
  /** Columns and their allowed values; undefined allows all. */
  where?: Readonly<Record<string, readonly SqlValue[] | undefined>>;
  /** Created at this moment or later, and before that one. */
  from?: Date | undefined;
  to?: Date | undefined;
  /** A column that the index must have, because few rows of this scope have one of its values. */
  by?: string;
}

/** One range of an index: what stands between SELECT and ORDER BY. */
export interface ListRange {
  sql: string;
  values: unknown[];
}

/** The order of an index in which a page is read; a page before a place is read from there backward. */
export const isDescending = ({ sort, isBackward }: PageRequest): boolean => (sort === 'NEWEST') !== isBackward;

/** More ranges than this cost more than they save. */
const BRANCHES_MAX = 300;

/**
 * Splits a list into ranges of one index. A range has one value for each column of the index before the order's column,
 * so the server reads it in the order of the list and stops after `take` rows, however many rows the table has. The
 * page is the first `take` rows of all ranges together.
 */
export function planList(list: ListTable, filter: ListFilter, page: PageRequest): ListRange[] {
  const given = valuesByColumn(filter);
  const open = list.closed ?? {};
  const index = chooseIndex(list, filter, given);
  const fixed = index.columns.map((column) => ({ column, values: given.get(column) ?? open[column] ?? [] }));
  const rest = [...given].filter(([column]) => !index.columns.includes(column));
  const at = list.at ?? 'created_at';
  const bounds = boundsOf(at, filter, page);
  return combinations(fixed).map((chosen) => {
    const conditions = [
      ...chosen.map(({ column, value }) => (value === null ? `${column} IS NULL` : `${column} = ?`)),
      ...rest.map(([column, values]) => conditionOf(column, values)),
      ...bounds.map(({ sql }) => sql),
    ];
    return {
      sql: `FROM ${list.table} FORCE INDEX (${index.name}) WHERE ${conditions.join(' AND ')}`,
      values: [
        ...chosen.flatMap(({ value }) => (value === null ? [] : [value])),
        ...rest.flatMap(([, values]) => values.filter((value) => value !== null)),
        ...bounds.flatMap(({ values }) => values),
      ],
    };
  });
}

type Given = ReadonlyMap<string, readonly SqlValue[]>;

function valuesByColumn({ scope: [column, values], where = {} }: ListFilter): Given {
  const given = new Map<string, readonly SqlValue[]>([[column, [...new Set(values)]]]);
  for (const [name, allowed] of Object.entries(where)) {
    if (allowed !== undefined) given.set(name, [...new Set(allowed)]);
  }
  return given;
}

/** The index that covers most columns of the filter; of those, the one with the fewest ranges. */
function chooseIndex(list: ListTable, { by }: ListFilter, given: Given): ListIndex {
  const open = list.closed ?? {};
  const usable = list.indexes
    .filter(({ columns }) => columns.every((column) => given.has(column) || open[column]))
    .filter(({ columns }) => by === undefined || columns.includes(by))
    .map((index) => ({
      index,
      covered: index.columns.filter((column) => given.has(column)).length,
      ranges: index.columns.reduce((n, column) => n * (given.get(column) ?? open[column] ?? []).length, 1),
    }))
    .sort((a, b) => b.covered - a.covered || a.ranges - b.ranges);
  const [best] = usable;
  if (!best) throw new RangeError(`no index of ${list.table} begins with its scope`);
  return (usable.find(({ ranges }) => ranges <= BRANCHES_MAX) ?? usable.at(-1) ?? best).index;
}

interface Choice {
  column: string;
  value: SqlValue;
}

const combinations = (columns: readonly { column: string; values: readonly SqlValue[] }[]): Choice[][] =>
  columns.reduce<Choice[][]>(
    (all, { column, values }) => all.flatMap((chosen) => values.map((value) => [...chosen, { column, value }])),
    [[]],
  );

function conditionOf(column: string, values: readonly SqlValue[]): string {
  const known = values.filter((value) => value !== null);
  const parts = [
    ...(known.length > 0 ? [`${column} IN (${known.map(() => '?').join(', ')})`] : []),
    ...(known.length < values.length ? [`${column} IS NULL`] : []),
  ];
  return parts.length === 0 ? 'FALSE' : `(${parts.join(' OR ')})`;
}

/** The page's start and the dates of the filter, as one range of the order's column. */
function boundsOf(at: string, { from, to }: ListFilter, page: PageRequest): ListRange[] {
  const { from: place } = page;
  const bounds: ListRange[] = [];
  if (from) bounds.push({ sql: `${at} >= ?`, values: [from] });
  if (to) bounds.push({ sql: `${at} < ?`, values: [to] });
  if (place) {
    const [beyond, moment] = [isDescending(page) ? '<' : '>', new Date(place.at)];
    bounds.push({ sql: `(${at} ${beyond} ? OR (${at} = ? AND id ${beyond} ?))`, values: [moment, moment, place.id] });
  }
  return bounds;
}
