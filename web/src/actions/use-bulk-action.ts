import { skipToken } from '@apollo/client/react';
import { useEffect } from 'react';
import { useBulkActionOfKeyQuery, useBulkActionQuery, type BulkActionFieldsFragment } from '../gql/generated';
import { useLiveEvent } from '../lib/live/events';
import { useThrottledCall } from '../lib/throttled-call';

/** The polling interval while items are in progress, in case a live event was missed. */
const ASK_MS = 1_000;
const SOONEST_MS = 300;

/** A plan with its current state. It is read again with every event of its orders until all its items have ended. */
export const useBulkAction = (known: BulkActionFieldsFragment): BulkActionFieldsFragment => {
  const { data, refetch, startPolling, stopPolling } = useBulkActionQuery({
    variables: { id: known.id },
    fetchPolicy: 'cache-and-network',
  });
  const bulkAction = (data?.bulkAction as BulkActionFieldsFragment | null | undefined) ?? known;
  const { isTerminal } = bulkAction;
  const ask = useThrottledCall(() => void refetch().catch(() => undefined), SOONEST_MS);
  useLiveEvent('job', () => !isTerminal && ask());
  useEffect(() => {
    if (isTerminal) return;
    startPolling(ASK_MS);
    return stopPolling;
  }, [isTerminal, startPolling, stopPolling]);
  return bulkAction;
};

/** The plan that the server made for an idempotency key. Read while the request with that key has no answer. */
export const usePlanOfKey = (idempotencyKey: string, isWanted: boolean): BulkActionFieldsFragment | undefined => {
  const { data, startPolling, stopPolling } = useBulkActionOfKeyQuery(
    isWanted ? { variables: { idempotencyKey }, fetchPolicy: 'network-only' } : skipToken,
  );
  const bulkAction = data?.bulkActionOfKey as BulkActionFieldsFragment | null | undefined;
  const isMissing = isWanted && !bulkAction;
  useEffect(() => {
    if (!isMissing) return;
    startPolling(ASK_MS);
    return stopPolling;
  }, [isMissing, startPolling, stopPolling]);
  return bulkAction ?? undefined;
};
