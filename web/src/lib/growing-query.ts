import { useState } from 'react';
import type { OperationVariables } from '@apollo/client';
import type { useQuery } from '@apollo/client/react';
import { appendPage, renewFirstPage, type ListPage } from './growing-list';

interface Shape<Data, Page> {
  pageOf: (data: Data) => Page | null | undefined;
  withPage: (data: Data, page: Page) => Data;
}

interface GrowingList<Node> {
  rows: Node[];
  hasMore: boolean;
  loadingMore: boolean;
  loadMore: () => void;
  /** Reads the first page again and adds new entries at the top; older loaded entries stay. */
  renew: () => void;
}

type NodeOf<Page extends ListPage> = Page['edges'][number]['node'];

/** A cursor list in the cache that grows at both ends: older pages at the bottom on request, newer entries at the top. */
export const useGrowingList = <Data, Variables extends OperationVariables, Page extends ListPage>(
  query: Pick<
    useQuery.Result<Data, Variables, 'empty' | 'complete' | 'streaming', Partial<Variables>>,
    'data' | 'fetchMore'
  >,
  { pageOf, withPage }: Shape<Data, Page>,
): GrowingList<NodeOf<Page>> => {
  const { fetchMore } = query;
  const [loadingMore, setLoadingMore] = useState(false);
  const page = query.data ? pageOf(query.data as Data) : undefined;
  const read = async (after: string | null, join: (known: Page, read: Page) => Page) => {
    await fetchMore({
      variables: { after } as never,
      updateQuery: (previous, { fetchMoreResult }) => {
        const known = pageOf(previous as Data);
        const next = pageOf(fetchMoreResult as Data);
        return (known && next ? withPage(previous as Data, join(known, next)) : previous) as never;
      },
    });
  };
  const loadMore = () => {
    const after = page?.pageInfo.endCursor;
    if (!after || loadingMore) return;
    setLoadingMore(true);
    void read(after, appendPage)
      .catch(() => undefined)
      .finally(() => setLoadingMore(false));
  };
  return {
    rows: (page?.edges ?? []).map((edge) => edge.node) as NodeOf<Page>[],
    hasMore: page?.pageInfo.hasNextPage ?? false,
    loadingMore,
    loadMore,
    renew: () => void read(null, renewFirstPage).catch(() => undefined),
  };
};
