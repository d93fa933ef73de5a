import { useEffect, useMemo } from 'react';
import type { OperationVariables } from '@apollo/client';
import type { useQuery } from '@apollo/client/react';
import { appendPage, type ListPage } from './growing-list';

/** The rows of a page of a list. */
export const nodesOf = <Node>(
  page: { readonly edges: readonly { readonly node: Node }[] } | null | undefined,
): Node[] => (page?.edges ?? []).map(({ node }) => node);

/**
 * A list that is shown completely: its pages are read one after the other and become one list in the cache. Undefined
 * until the first page is there. `cursor` is the variable of the query that says after which row a page begins.
 */
export const useWholeList = <Data, Variables extends OperationVariables, Field extends keyof Data>(
  {
    data,
    fetchMore,
  }: Pick<
    useQuery.Result<Data, Variables, 'empty' | 'complete' | 'streaming', Partial<Variables>>,
    'data' | 'fetchMore'
  >,
  field: Field,
  cursor = 'after',
): NodeOf<Data[Field]>[] | undefined => {
  const page = (data as Data | undefined)?.[field] as ListPage | undefined;
  const after = page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  useEffect(() => {
    if (after === null) return;
    void fetchMore({
      variables: { [cursor]: after } as never,
      updateQuery: (previous, { fetchMoreResult }) => {
        const known = (previous as Data)[field] as ListPage;
        const next = (fetchMoreResult as Data)[field] as ListPage;
        return { ...(previous as Data), [field]: appendPage(known, next) } as never;
      },
    }).catch(() => undefined);
  }, [after, cursor, fetchMore, field]);
  return useMemo(() => page && (nodesOf(page) as NodeOf<Data[Field]>[]), [page]);
};

type NodeOf<Page> = Page extends { edges: readonly (infer Edge)[] }
  ? Edge extends { node: infer Node }
    ? Node
    : never
  : never;
