import { useLayoutEffect, useMemo, useState, type RefObject } from 'react';

/** The column properties that decide the width of a table. */
export interface Fitting {
  id: string;
  width: number;
  align?: 'start' | 'end';
  drop?: number;
  /** The width that the user has chosen. Figures still get the room that they need. */
  chosenWidth?: number;
}

/** Longer words are cut; the page of the row shows them in full. Figures are never cut. */
const WORDS_MOST_PX = 200;
const MEASURE_EVERY_MS = 1_000;
/** A figure gets the room of one more digit, so that a price that gains one shifts nothing. */
const HEADROOM_PX = 9;

/** Marks the part of a heading that is not content. */
export const RESIZE_EDGE = 'data-resize-edge';

type Widths = Readonly<Record<string, number>>;

const widthOf = ({ id, width, align, chosenWidth }: Fitting, grown: Widths): number => {
  if (chosenWidth !== undefined && align !== 'end') return chosenWidth;
  return Math.max(chosenWidth ?? width, grown[id] ?? 0);
};

/**
 * The columns that fit into `available` pixels. Columns with a `drop` are left out first, the lowest number first. A
 * column without `drop` always stays, and the table scrolls sideways when these columns are too wide.
 */
export function fitColumns<C extends Fitting>(columns: readonly C[], grown: Widths, available: number): C[] {
  const kept = new Set(columns);
  let width = columns.reduce((sum, column) => sum + widthOf(column, grown), 0);
  const droppable = columns.filter(({ drop }) => drop !== undefined).sort((a, b) => (a.drop ?? 0) - (b.drop ?? 0));
  for (const column of droppable) {
    if (width <= available) break;
    kept.delete(column);
    width -= widthOf(column, grown);
  }
  return columns.filter((column) => kept.has(column));
}

/** The full width of a cell's content with its padding, including the part that is cut off. */
const neededBy = (cell: HTMLElement, padding: number): number => {
  const range = document.createRange();
  range.selectNodeContents(cell);
  // The edge with which a column is resized lies at the end of the cell, however short the content is.
  const edge = cell.querySelector(`:scope > [${RESIZE_EDGE}]`);
  if (edge) range.setEndBefore(edge);
  return Math.ceil(range.getBoundingClientRect().width + padding) + 1;
};

const paddingOf = (cell: HTMLElement): number => {
  const { paddingLeft, paddingRight } = getComputedStyle(cell);
  return Number.parseFloat(paddingLeft) + Number.parseFloat(paddingRight);
};

/**
 * Content that is wider than its cell widens the column. A column never becomes narrower, so that nothing jitters.
 * `headroom`: how much more than the figures of now a column must hold; with 0, only figures that are cut widen it.
 */
const measure = (
  rows: Iterable<HTMLTableRowElement>,
  columns: readonly Fitting[],
  before: Widths,
  headroom: number,
): Widths => {
  const next: Record<string, number> = { ...before };
  if (typeof Range.prototype.getBoundingClientRect !== 'function') return before;
  let paddings: number[] | undefined;
  for (const { cells, dataset } of rows) {
    // A row that only holds the place of one says nothing about the figures to come.
    if (cells.length !== columns.length || dataset.skeleton !== undefined) continue;
    paddings ??= [...cells].map(paddingOf);
    columns.forEach((column, index) => {
      const cell = cells[index];
      if (!cell) return;
      const whole = neededBy(cell, paddings?.[index] ?? 0);
      const isFigure = column.align === 'end';
      const needed = isFigure ? whole : Math.min(whole, WORDS_MOST_PX);
      if (needed + (isFigure ? headroom : 0) <= widthOf(column, next)) return;
      next[column.id] = needed + (isFigure ? HEADROOM_PX : 0);
    });
  }
  return Object.keys(next).some((id) => next[id] !== before[id]) ? next : before;
};

/** The columns to draw in a box whose width may change, each with the width it needs. */
export function useFittingColumns<C extends Fitting>(
  box: RefObject<HTMLElement | null>,
  columns: readonly C[],
): (C & { width: number })[] {
  const [available, setAvailable] = useState(Number.POSITIVE_INFINITY);
  const [grown, setGrown] = useState<Widths>({});
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || typeof ResizeObserver !== 'function') return;
    const look = () => setAvailable(element.clientWidth || Number.POSITIVE_INFINITY);
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);
  const fitting = useMemo(
    () => fitColumns(columns, grown, available).map((column) => ({ ...column, width: widthOf(column, grown) })),
    [columns, grown, available],
  );
  useLayoutEffect(() => {
    const table = box.current?.querySelector('table');
    if (!table) return;
    const look = (rows: Iterable<HTMLTableRowElement>, headroom: number) =>
      setGrown((before) => measure(rows, fitting, before, headroom));
    look(table.rows, HEADROOM_PX);
    // New rows get their room before they are painted, so that nothing shifts a moment later.
    const observer = new MutationObserver((changes) =>
      look(
        changes.flatMap(({ addedNodes }) => [...addedNodes].filter((node) => node instanceof HTMLTableRowElement)),
        HEADROOM_PX,
      ),
    );
    for (const body of table.tBodies) observer.observe(body, { childList: true });
    // Figures can grow between two renders of the table, because its cells follow the prices by themselves.
    const timer = setInterval(() => !document.hidden && look(table.rows, 0), MEASURE_EVERY_MS);
    return () => {
      observer.disconnect();
      clearInterval(timer);
    };
  }, [box, fitting]);
  return fitting;
}
