import { expect, it } from 'vitest';
import { orderedItems, reasonsOf, TONES, type BulkActionItem } from './bulk-action-items';

const item = (id: string, part: Partial<BulkActionItem>): BulkActionItem =>
  ({
    id,
    state: 'FILLED',
    isTerminal: true,
    isStillOpen: false,
    reasonCode: null,
    reasonMessage: null,
    ...part,
  }) as BulkActionItem;

it('failed items come first, then those in progress, then finished ones', () => {
  const items = [
    item('done', {}),
    item('on its way', { state: 'ACCEPTED', isTerminal: false, isStillOpen: true }),
    item('failed', { state: 'FAILED', isStillOpen: true }),
  ];
  expect(orderedItems(items).map(({ id }) => id)).toEqual(['failed', 'on its way', 'done']);
});

it('each reason is listed once, the most frequent first', () => {
  const items = ['A', 'B', 'B', null].map((reasonCode) => ({ reasonCode, reasonMessage: null }) as BulkActionItem);
  expect(reasonsOf(items).map(({ code, count }) => [code, count])).toEqual([
    ['B', 2],
    ['A', 1],
  ]);
});

it('an accepted sell is not green', () => {
  expect(
    Object.entries(TONES)
      .filter(([, tone]) => tone === 'ok')
      .map(([state]) => state),
  ).toEqual(['FILLED', 'CANCELED']);
});
