import type { BulkActionFieldsFragment } from '../gql/generated';

export type BulkActionItem = BulkActionFieldsFragment['items'][number];

/** Only finished items are green. */
export const TONES = {
  WAITING: 'neutral',
  ACCEPTED: 'neutral',
  PARTLY_FILLED: 'warn',
  FILLED: 'ok',
  CANCELED: 'ok',
  ALREADY_DONE: 'neutral',
  REFUSED: 'danger',
  FAILED: 'danger',
} as const satisfies Record<BulkActionItem['state'], string>;

const rank = ({ isTerminal, isStillOpen }: BulkActionItem): number =>
  isTerminal && isStillOpen ? 0 : isTerminal ? 2 : 1;

/** Failed items first, then those in progress, then finished ones; each group in the order of the plan. */
export const orderedItems = (items: readonly BulkActionItem[]): BulkActionItem[] =>
  [...items].sort((a, b) => rank(a) - rank(b));

/** Why items are still open: each reason once, the most frequent first. */
export const reasonsOf = (
  items: readonly Pick<BulkActionItem, 'reasonCode' | 'reasonMessage'>[],
): { code: string; message: string | null; count: number }[] => {
  const found = new Map<string, { code: string; message: string | null; count: number }>();
  for (const { reasonCode, reasonMessage } of items) {
    if (!reasonCode) continue;
    const known = found.get(reasonCode) ?? { code: reasonCode, message: reasonMessage, count: 0 };
    found.set(reasonCode, { ...known, count: known.count + 1 });
  }
  return [...found.values()].sort((a, b) => b.count - a.count);
};
