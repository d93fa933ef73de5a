import type { PlanFieldsFragment } from '../gql/generated';

export type PlanItem = PlanFieldsFragment['items'][number];

/** Green is only what is really done. */
export const TONES = {
  WAITING: 'neutral',
  ACCEPTED: 'neutral',
  PARTLY_FILLED: 'warn',
  FILLED: 'ok',
  CANCELED: 'ok',
  ALREADY_OVER: 'neutral',
  REFUSED: 'danger',
  FAILED: 'danger',
} as const satisfies Record<PlanItem['state'], string>;

const rank = ({ isOver, isStillOpen }: PlanItem): number => (isOver && isStillOpen ? 0 : isOver ? 2 : 1);

/** What went wrong first, then what is on its way, then what is done; each in the order of the plan. */
export const orderedItems = (items: readonly PlanItem[]): PlanItem[] => [...items].sort((a, b) => rank(a) - rank(b));

/** Why things are still open, each reason once, the most frequent first. */
export const reasonsOf = (
  items: readonly Pick<PlanItem, 'reasonCode' | 'reasonMessage'>[],
): { code: string; message: string | null; count: number }[] => {
  const found = new Map<string, { code: string; message: string | null; count: number }>();
  for (const { reasonCode, reasonMessage } of items) {
    if (!reasonCode) continue;
    const known = found.get(reasonCode) ?? { code: reasonCode, message: reasonMessage, count: 0 };
    found.set(reasonCode, { ...known, count: known.count + 1 });
  }
  return [...found.values()].sort((a, b) => b.count - a.count);
};
