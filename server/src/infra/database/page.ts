/** A page as stores take it, newest first: at most `take` rows with ids below `before`. */
export interface PageRequest {
  take: number;
  before: number | undefined;
}

/** Prisma's order and size of a page; one row more than asked, to know whether more follows. */
export const newestFirst = ({ take }: PageRequest) => ({ orderBy: { id: 'desc' as const }, take: take + 1 });

/** Prisma's condition for where a page begins. */
export const below = ({ before }: PageRequest) => (before === undefined ? {} : { id: { lt: before } });
