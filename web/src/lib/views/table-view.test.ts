import { describe, expect, it } from 'vitest';
import {
  chosenColumns,
  forgetFilters,
  hideColumn,
  inOrder,
  moveColumn,
  readTableView,
  resetColumns,
  resizeColumn,
  saveFilters,
  SAVED_MAX,
  switchView,
  type TableView,
} from './table-view';

const EMPTY_VIEW: TableView = { order: [], hidden: [], widths: {}, saved: [] };

const columns = ['symbol', 'entry', 'price', 'pnl', 'age'].map((id) => ({ id }));
const idsOf = (list: readonly { id: string }[]) => list.map(({ id }) => id).join(' ');

describe('The view of a table', () => {
  it('moves a column by one place, never before the first and never past the end', () => {
    const moved = moveColumn(columns, EMPTY_VIEW, 'pnl', -1);
    expect(idsOf(inOrder(columns, moved))).toBe('symbol entry pnl price age');
    const back = moveColumn(columns, moved, 'pnl', 1);
    expect(idsOf(inOrder(columns, back))).toBe('symbol entry price pnl age');
    for (const [id, by] of [
      ['entry', -1],
      ['age', 1],
      ['symbol', 1],
      ['nothing', 1],
    ] as const)
      expect(moveColumn(columns, EMPTY_VIEW, id, by)).toBe(EMPTY_VIEW);
  });

  it('keeps the place of a column that the order does not know, and ignores one that is gone', () => {
    const view = { ...EMPTY_VIEW, order: ['age', 'gone', 'price', 'pnl'] };
    expect(idsOf(inOrder(columns, view))).toBe('symbol entry age price pnl');
  });

  it('leaves out hidden columns but never the first, and gives the others their widths', () => {
    let view: TableView = hideColumn(EMPTY_VIEW, 'price', true);
    view = resizeColumn(hideColumn(view, 'symbol', true), 'pnl', 150.4);
    expect(chosenColumns(columns, view)).toEqual([
      ...[{ id: 'symbol' }, { id: 'entry' }, { id: 'pnl', chosenWidth: 150 }, { id: 'age' }],
    ]);
    view = resizeColumn(hideColumn(view, 'price', false), 'pnl', undefined);
    expect(idsOf(chosenColumns(columns, view))).toBe('symbol entry price pnl age');
    expect(view.widths).toEqual({});
    expect([resizeColumn(view, 'pnl', 1), resizeColumn(view, 'pnl', 9_999)].map(({ widths }) => widths['pnl'])).toEqual(
      [56, 600],
    );
  });

  it('saves filters under a name, replaces them under the same name, and forgets them', () => {
    let view = saveFilters(EMPTY_VIEW, { name: '  My   losers ', query: 'sort=pnl' })!;
    view = saveFilters(view, { name: 'A', query: 'account=1%2C2' })!;
    view = saveFilters(view, { name: 'My losers', query: 'sort=-pnl' })!;
    expect(view.saved).toEqual([
      { name: 'A', query: 'account=1%2C2' },
      { name: 'My losers', query: 'sort=-pnl' },
    ]);
    expect(resetColumns(resizeColumn(view, 'pnl', 80))).toEqual(view);
    expect(forgetFilters(view, 'A').saved).toHaveLength(1);
    expect(saveFilters(view, { name: ' ', query: '' })).toBeUndefined();
    const full = { ...view, saved: Array.from({ length: SAVED_MAX }, (_, n) => ({ name: `v${n}`, query: '' })) };
    expect(saveFilters(full, { name: 'one more', query: '' })).toBeUndefined();
    expect(saveFilters(full, { name: 'v3', query: 'q=x' })?.saved).toHaveLength(SAVED_MAX);
  });

  it('reads what it wrote, and leaves out what it does not understand', () => {
    const view: TableView = {
      ...{ order: ['pnl', 'age'], hidden: ['fees'], widths: { pnl: 120 } },
      saved: [{ name: 'x', query: 'q=1' }],
    };
    expect(readTableView(JSON.parse(JSON.stringify(view)))).toEqual(view);
    for (const strange of [null, 7, 'text', [], { order: 7, hidden: {}, widths: null, saved: [null, { name: 1 }] }])
      expect(readTableView(strange)).toEqual(EMPTY_VIEW);
    expect(readTableView({ order: ['a', 'a', 3], widths: { a: 'wide', b: 1e9 } })).toEqual({
      ...{ ...EMPTY_VIEW, order: ['a'], widths: { b: 600 } },
    });
  });

  it('is locked and unlocked: a locked layout cannot be changed by a slip, and its filters still can', () => {
    const before = resizeColumn(hideColumn(EMPTY_VIEW, 'price', true), 'pnl', 150);
    const locked = switchView(before, 'isLocked', true);
    expect(readTableView(JSON.parse(JSON.stringify(locked)))).toEqual({ ...before, isLocked: true });
    expect(moveColumn(columns, locked, 'pnl', -1)).toBe(locked);
    expect(hideColumn(locked, 'age', true)).toBe(locked);
    expect(resizeColumn(locked, 'pnl', 90)).toBe(locked);
    expect(resetColumns(locked)).toBe(locked);
    expect(saveFilters(locked, { name: 'x', query: 'q=1' })?.saved).toHaveLength(1);
    const open = switchView(locked, 'isLocked', false);
    expect(open).toEqual(before);
    expect(resizeColumn(open, 'pnl', 90).widths).toEqual({ pnl: 90 });
  });
});
