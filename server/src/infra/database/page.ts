/** In which order a list shows its rows: by the moment they were created, then by id. */
export type ListSort = 'NEWEST' | 'OLDEST';

/** A row's place in a list. */
export interface PagePlace {
  /** When it was created, ms since 1970. */
  at: number;
  id: number;
}

/** A page request for stores: at most `take` rows from `from` on, which is not part of the page. */
export interface PageRequest {
  take: number;
  sort: ListSort;
  /** True: the rows before `from` instead of after it. */
  isBackward: boolean;
  from: PagePlace | undefined;
}

/** A page of rows in the order of the list. */
export interface Page<Row> {
  rows: Row[];
  /** Whether more rows follow in the direction of the request. */
  hasMore: boolean;
}
