import type { ComparedGroupFragment, ReportQuery } from '../../gql/generated';
import { compareDecimals, sum } from '../../lib/decimal';
import type { Sort } from '../../ui/data-table';

type Result = ComparedGroupFragment['results'][number];
type Signals = NonNullable<ComparedGroupFragment['signals']>;
type Summary = ReportQuery['report']['summary'][number];

/** A source or account with its result in one quote asset. Without a result there are only its signals. */
export interface ComparedRow {
  key: string;
  name: string;
  result: Result | null;
  signals: Signals | null;
}

/** The groups with a result in this quote asset, or with signals and no result at all. */
export const rowsOf = (
  groups: readonly ComparedGroupFragment[],
  { quote, byHand }: { quote: string; byHand: string },
): ComparedRow[] =>
  groups.flatMap(({ id, label, signals, results }) => {
    const result = results.find((one) => one.quote === quote) ?? null;
    if (!result && results.length > 0) return [];
    return [{ key: id ?? '', name: label ?? byHand, result, signals }];
  });

type Value = (row: ComparedRow) => string | number | null | undefined;
const VALUES: Record<string, Value> = {
  name: ({ name }) => name,
  trades: ({ result }) => result?.trades,
  winRate: ({ result }) => result?.winRatePct,
  net: ({ result }) => result?.net,
  returnPct: ({ result }) => result?.returnPct,
  profitFactor: ({ result }) => result?.profitFactor,
  expectancy: ({ result }) => result?.expectancy,
  drawdown: ({ result }) => result?.maxDrawdown,
  duration: ({ result }) => result?.averageHoldingSec,
  fees: ({ result }) => result?.fees,
  received: ({ signals }) => signals?.received,
  traded: ({ signals }) => signals?.filled,
  skipped: ({ signals }) => signals?.skipped,
  unread: ({ signals }) => signals?.unread,
};

const DECIMAL = /^-?\d+(?:\.\d+)?$/;
const compared = (a: string | number, b: string | number): number =>
  typeof a === 'string' && !(DECIMAL.test(a) && DECIMAL.test(String(b)))
    ? a.localeCompare(String(b))
    : compareDecimals(String(a), String(b));

/** The rows in the order of a column. A row without a value comes last in both directions. */
export function sortRows(rows: readonly ComparedRow[], { column, descending }: Sort): ComparedRow[] {
  const valueOf = VALUES[column] ?? (() => null);
  return rows.toSorted((a, b) => {
    const [left, right] = [valueOf(a) ?? null, valueOf(b) ?? null];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    // A name may look like a number; it is compared as a text.
    const order = column === 'name' ? String(left).localeCompare(String(right)) : compared(left, right);
    return descending ? -order : order;
  });
}

/** The row under the table: the figures of all trades together, and the sums of the signals. */
export const totalOf = (rows: readonly ComparedRow[], summary: Summary) => {
  const count = (name: keyof Signals): number =>
    rows.reduce((total, { signals }) => total + (Number(signals?.[name]) || 0), 0);
  return {
    ...summary,
    fees: sum(rows.map(({ result }) => result?.fees ?? '0')),
    ...{ received: count('received'), traded: count('filled'), skipped: count('skipped'), unread: count('unread') },
  };
};
