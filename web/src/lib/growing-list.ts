/** A page of a cursor connection, newest first. */
export interface ListPage {
  edges: readonly { cursor: string; node: { id: string } }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

const idsOf = (page: ListPage) => new Set(page.edges.map((edge) => edge.node.id));

/** Appends the next page; an entry that is on both pages is kept once. */
export const appendPage = <P extends ListPage>(known: P, next: P): P => {
  const ids = idsOf(known);
  return { ...next, edges: [...known.edges, ...next.edges.filter((edge) => !ids.has(edge.node.id))] };
};

/**
 * Adds a newly read first page at the top. If it does not overlap with the known entries, more entries arrived than a
 * page holds. Keeping the old entries would hide the gap, so the list starts again.
 */
export const renewFirstPage = <P extends ListPage>(known: P, fresh: P): P => {
  const knownIds = idsOf(known);
  if (!fresh.edges.some((edge) => knownIds.has(edge.node.id))) return fresh;
  const ids = idsOf(fresh);
  return { ...known, edges: [...fresh.edges, ...known.edges.filter((edge) => !ids.has(edge.node.id))] };
};
