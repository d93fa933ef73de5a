import { useApolloClient } from '@apollo/client/react';
import { useMemo } from 'react';
import { skipToken } from '@apollo/client/react';
import { ExitPriceDocument, PositionsDocument, usePositionsQuery } from '../../gql/generated';
import { useLiveEvent } from '../../lib/live/events';
import { useTradeMode } from '../../lib/preferences';

const PAGE = 100;

/** Closed positions of the chosen mode, newest first, page by page; newly closed ones are added at the top. */
export const useClosedPositions = (isWanted: boolean) => {
  const client = useApolloClient();
  const tradeMode = useTradeMode();
  const variables = useMemo(() => ({ first: PAGE, filter: { tradeMode, status: 'CLOSED' as const } }), [tradeMode]);
  const { data, error, loading, refetch, fetchMore } = usePositionsQuery(isWanted ? { variables } : skipToken);
  useLiveEvent('position', (position) => {
    if (position.status !== 'CLOSED' || position.tradeMode !== tradeMode) return;
    client.cache.updateQuery({ query: PositionsDocument, variables }, (list) => {
      if (!list || list.positions.edges.some((edge) => edge.node.id === position.id)) return undefined;
      const edge = { __typename: 'PositionEdge' as const, cursor: '', node: { ...position, exitPrice: null } };
      return { ...list, positions: { ...list.positions, edges: [edge, ...list.positions.edges] } };
    });
    // The event does not carry the exit price; this puts it into the row.
    void client
      .query({ query: ExitPriceDocument, variables: { id: position.id }, fetchPolicy: 'network-only' })
      .catch(() => undefined);
  });
  const positions = useMemo(() => (data?.positions?.edges ?? []).map((edge) => edge.node), [data]);
  const more = data?.positions?.pageInfo;
  const loadMore = () =>
    fetchMore({
      variables: { after: more?.endCursor ?? null },
      updateQuery: (old, { fetchMoreResult }) => ({
        ...fetchMoreResult,
        positions: {
          ...fetchMoreResult.positions,
          edges: [...old.positions.edges, ...fetchMoreResult.positions.edges],
        },
      }),
    });
  return {
    positions,
    isKnown: data !== undefined,
    error,
    loading,
    refetch,
    hasMore: more?.hasNextPage === true,
    loadMore,
  };
};
