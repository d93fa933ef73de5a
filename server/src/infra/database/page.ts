/** A page request for stores, newest first: at most `take` rows with ids below `before`. */
export interface PageRequest {
  take: number;
  before: number | undefined;
}

/** Prisma's order and size of a page. It reads one extra row, to know whether more follows. */
export const newestFirst = ({ take }: PageRequest) => ({ orderBy: { id: 'desc' as const }, take: take + 1 });

/** Prisma's condition for the start of a page. */
export const below = ({ before }: PageRequest) => (before === undefined ? {} : { id: { lt: before } });
