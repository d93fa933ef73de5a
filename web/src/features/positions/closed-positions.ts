import { useApolloClient } from '@apollo/client/react';
import { useMemo } from 'react';
import { skipToken } from '@apollo/client/react';
import { ExitPriceDocument, PositionsDocument, usePositionsQuery } from '../../gql/generated';
import type { FilterChoice } from '../../lib/filter-choices';
import { useLiveEvent } from '../../lib/live/events';
import { useTradeMode } from '../../lib/preferences';
import type { Chosen } from './positions-view';

const PAGE = 100;

/** The chosen values as the server takes them, which knows sources by id. A source that it does not know is left to the page. */
const chosenOf = (chosen: Chosen, sources: readonly FilterChoice[]) => {
  const ids = sources.filter(({ label }) => chosen.source.includes(label)).map(({ value }) => value);
  const areKnown = chosen.source.every((label) => sources.some((source) => source.label === label));
  return {
    ...(chosen.account.length > 0 && { accountIds: [...chosen.account] }),
    ...(chosen.symbol.length > 0 && { symbols: [...chosen.symbol] }),
    ...(ids.length > 0 && areKnown && { sourceIds: ids }),
  };
};

/**
 * Closed positions of the chosen mode, newest first, page by page; newly closed ones are added at the top. The server
 * filters them, so that what is found does not depend on how many pages were read.
 */
export const useClosedPositions = (
  isWanted: boolean,
  { chosen, sources }: { chosen: Chosen; sources: readonly FilterChoice[] },
) => {
  const client = useApolloClient();
  const tradeMode = useTradeMode();
  const variables = useMemo(
    () => ({ first: PAGE, filter: { tradeMode, status: 'CLOSED' as const, ...chosenOf(chosen, sources) } }),
    [tradeMode, chosen, sources],
  );
  const { data, error, loading, refetch, fetchMore } = usePositionsQuery(isWanted ? { variables } : skipToken);
  useLiveEvent('position', (position) => {
    // One that is not chosen is taken out again by the page.
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
