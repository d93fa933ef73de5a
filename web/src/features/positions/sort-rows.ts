import { useMemo, useRef } from 'react';
import Big from 'big.js';
import type { LivePositionFragment } from '../../gql/generated';
import { unrealizedPnlPct } from '../../lib/decimal';
import { priceStore } from '../../lib/live/price-store';
import type { Sort } from '../../ui/data-table';
import { durationOf, exitPriceOf, resultPctOf } from './closed-figures';
import { exitDistanceNow } from './exit-lines';

type Key = string | number | Big;

const atPrice = (position: LivePositionFragment, make: (price: Big) => Big): Big => {
  const price = priceStore.get(position.priceKey)?.last;
  // A row without a price sorts as zero.
  return price === undefined ? new Big(0) : make(new Big(price));
};

// A row without this exit sorts as the farthest.
const distance = (position: LivePositionFragment, to: 'stop' | 'target'): Big =>
  new Big(exitDistanceNow(position, to) ?? '1e9');

const KEYS: Record<string, (position: LivePositionFragment) => Key> = {
  symbol: (p) => p.symbol,
  account: (p) => p.account.label,
  qty: (p) => new Big(p.qtyRemaining),
  total: (p) => new Big(p.qtyTotal),
  entry: (p) => new Big(p.entryPrice),
  price: (p) => atPrice(p, (price) => price),
  value: (p) => atPrice(p, (price) => price.times(p.qtyRemaining)),
  pnl: (p) => atPrice(p, (price) => price.times(p.qtyRemaining).minus(p.costQuote)),
  pct: (p) => atPrice(p, (price) => new Big(unrealizedPnlPct(p, price.toFixed()))),
  stop: (p) => distance(p, 'stop'),
  target: (p) => distance(p, 'target'),
  dust: (p) => new Big(p.dustValueQuote),
  realized: (p) => new Big(p.realizedPnl),
  // The earlier a row was opened, the greater its age.
  age: (p) => -Date.parse(p.createdAt),
  exit: (p) => new Big(exitPriceOf(p) ?? '0'),
  duration: (p) => durationOf(p),
  resultPct: (p) => new Big(resultPctOf(p)),
  fees: (p) => new Big(p.feesQuote),
  closed: (p) => Date.parse(p.closedAt ?? p.updatedAt),
  source: (p) => p.sourceLabel ?? '',
  reason: (p) => p.closeReason ?? '',
};

/** Columns whose order changes with every tick. Rows sorted by them keep their place until the user sorts again. */
export const LIVE_SORTS: ReadonlySet<string> = new Set(['price', 'value', 'pnl', 'pct', 'stop', 'target']);

const compare = (a: Key, b: Key): number => {
  if (a instanceof Big) return a.cmp(b as Big);
  if (typeof a === 'number') return a - (b as number);
  return a.localeCompare(b as string);
};

/** Sorts rows by a column; equal rows keep their order. */
export const sortPositions = (rows: readonly LivePositionFragment[], sort: Sort): LivePositionFragment[] => {
  const keyOf = KEYS[sort.column] ?? KEYS.age;
  const direction = sort.descending ? -1 : 1;
  return rows
    .map((row) => ({ row, key: (keyOf as (p: LivePositionFragment) => Key)(row) }))
    .sort((a, b) => direction * compare(a.key, b.key))
    .map(({ row }) => row);
};

/** Keeps known rows in their place and adds new ones at the end. */
export const keepOrder = (rows: readonly LivePositionFragment[], order: readonly string[]): LivePositionFragment[] => {
  const places = new Map(order.map((id, index) => [id, index]));
  const place = (row: LivePositionFragment) => places.get(row.id) ?? Number.POSITIVE_INFINITY;
  return [...rows].sort((a, b) => {
    const [one, other] = [place(a), place(b)];
    return one === other ? 0 : one - other;
  });
};

/**
 * Sorted rows that keep their place while `held`, so that no row jumps away under the pointer or the focus. Ticks never
 * move a row: a live column is sorted once, and a new value of `round` sorts it again.
 */
export const useSortedPositions = (
  rows: readonly LivePositionFragment[],
  sort: Sort,
  held: boolean,
  round: number,
): LivePositionFragment[] => {
  const last = useRef<{ sort: Sort; round: number; order: string[] }>(undefined);
  return useMemo(() => {
    const before = last.current;
    const isSame =
      before?.round === round && before.sort.column === sort.column && before.sort.descending === sort.descending;
    const stands = held || LIVE_SORTS.has(sort.column);
    const sorted = stands && before && isSame ? keepOrder(rows, before.order) : sortPositions(rows, sort);
    last.current = { sort, round, order: sorted.map(({ id }) => id) };
    return sorted;
  }, [rows, sort, held, round]);
};
