import { useApolloClient } from '@apollo/client/react';
import { useMemo } from 'react';
import {
  RecentJobsDocument,
  useRecentJobsQuery,
  useRecentReceiptsQuery,
  type LiveJobFragment,
  type RecentReceiptsQuery,
} from '../../gql/generated';
import { useLiveEvent, useRefetchOnLive } from '../../lib/live/events';
import { useTradeMode } from '../../lib/preferences';
import { useThrottledCall } from '../../lib/throttled-call';
import { isFilter, type ChosenFilter } from './dashboard-filter';

const SHOWN = 9;
const POLL_MS = 10_000;
const RENEW_MS = 500;

type Receipt = RecentReceiptsQuery['webhookReceipts']['edges'][number]['node'];

export type ActivityEntry =
  | { kind: 'job'; key: string; at: string; job: LiveJobFragment }
  | { kind: 'receipt'; key: string; at: string; receipt: Receipt };

/**
 * The newest jobs and signals of the chosen mode that a filter allows, newest first. Jobs arrive live, signals with the
 * next poll.
 */
export const useActivity = (chosen: ChosenFilter) => {
  const client = useApolloClient();
  const tradeMode = useTradeMode();
  const variables = useMemo(() => ({ filter: { tradeMode, ...chosen } }), [tradeMode, chosen]);
  const jobs = useRecentJobsQuery({ variables });
  const receipts = useRecentReceiptsQuery({
    ...{ variables, pollInterval: POLL_MS, skipPollAttempt: () => document.hidden },
  });
  const readAgain = useThrottledCall(() => void jobs.refetch().catch(() => undefined), RENEW_MS);
  useLiveEvent('job', (job) => {
    if (job.tradeMode !== tradeMode) return;
    // The event does not say which source led to it: with a filter, the server knows whether it belongs here.
    if (isFilter(chosen)) return readAgain();
    client.cache.updateQuery({ query: RecentJobsDocument, variables }, (list) => {
      if (!list || list.tradeJobs.edges.some((edge) => edge.node.id === job.id)) return undefined;
      const edge = { __typename: 'TradeJobEdge' as const, cursor: '', node: job };
      return { ...list, tradeJobs: { ...list.tradeJobs, edges: [edge, ...list.tradeJobs.edges].slice(0, SHOWN) } };
    });
  });
  useRefetchOnLive(['job'], receipts.refetch);
  const entries = useMemo(() => {
    const ofJobs = (jobs.data?.tradeJobs?.edges ?? []).map(({ node }): ActivityEntry => ({
      kind: 'job',
      key: `job-${node.id}`,
      at: node.createdAt,
      job: node as LiveJobFragment,
    }));
    const ofReceipts = ((receipts.data?.webhookReceipts?.edges ?? []) as { node: Receipt }[]).map(
      ({ node }): ActivityEntry => ({
        ...{ kind: 'receipt', key: `receipt-${node.id}`, at: node.receivedAt },
        receipt: node,
      }),
    );
    return [...ofJobs, ...ofReceipts].sort((a, b) => b.at.localeCompare(a.at)).slice(0, SHOWN);
  }, [jobs.data, receipts.data]);
  return {
    entries,
    isKnown: jobs.data !== undefined && receipts.data !== undefined,
    error: jobs.error ?? receipts.error,
    retry: () => {
      void jobs.refetch().catch(() => undefined);
      void receipts.refetch().catch(() => undefined);
    },
  };
};
