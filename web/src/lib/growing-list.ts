/** A page of a cursor connection, newest first. */
export interface ListPage {
  edges: readonly { cursor: string; node: { id: string } }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

const idsOf = (page: ListPage) => new Set(page.edges.map((edge) => edge.node.id));

/** Puts the next page under what is known; an entry that slid onto both pages is kept once. */
export const appendPage = <P extends ListPage>(known: P, next: P): P => {
  const ids = idsOf(known);
  return { ...next, edges: [...known.edges, ...next.edges.filter((edge) => !ids.has(edge.node.id))] };
};

/**
 * Puts a freshly read first page on top of what is known. When the two do not touch, more arrived than a page holds:
 * keeping the old entries would hide the gap, so the list begins anew.
 */
export const renewFirstPage = <P extends ListPage>(known: P, fresh: P): P => {
  const knownIds = idsOf(known);
  if (!fresh.edges.some((edge) => knownIds.has(edge.node.id))) return fresh;
  const ids = idsOf(fresh);
  return { ...known, edges: [...fresh.edges, ...known.edges.filter((edge) => !ids.has(edge.node.id))] };
};
