import { skipToken } from '@apollo/client/react';
import { useEffect } from 'react';
import { useOwnerPlanOfKeyQuery, useOwnerPlanQuery, type PlanFieldsFragment } from '../gql/generated';
import { useLiveEvent } from '../lib/live/events';
import { useThrottledCall } from '../lib/throttled-call';

/** Asked this often while something is on its way, in case a live event was missed. */
const ASK_MS = 1_000;
const SOONEST_MS = 300;

/** A plan as it stands now: renewed with every event of its orders until all of its items have ended. */
export const usePlan = (known: PlanFieldsFragment): PlanFieldsFragment => {
  const { data, refetch, startPolling, stopPolling } = useOwnerPlanQuery({
    variables: { id: known.id },
    fetchPolicy: 'cache-and-network',
  });
  const plan = (data?.ownerPlan as PlanFieldsFragment | null | undefined) ?? known;
  const { isOver } = plan;
  const ask = useThrottledCall(() => void refetch().catch(() => undefined), SOONEST_MS);
  useLiveEvent('job', () => !isOver && ask());
  useEffect(() => {
    if (isOver) return;
    startPolling(ASK_MS);
    return stopPolling;
  }, [isOver, startPolling, stopPolling]);
  return plan;
};

/** The plan that the server has made for a key, looked for while the request with that key has no answer. */
export const usePlanOfKey = (idempotencyKey: string, isWanted: boolean): PlanFieldsFragment | undefined => {
  const { data, startPolling, stopPolling } = useOwnerPlanOfKeyQuery(
    isWanted ? { variables: { idempotencyKey }, fetchPolicy: 'network-only' } : skipToken,
  );
  const plan = data?.ownerPlanOfKey as PlanFieldsFragment | null | undefined;
  const isMissing = isWanted && !plan;
  useEffect(() => {
    if (!isMissing) return;
    startPolling(ASK_MS);
    return stopPolling;
  }, [isMissing, startPolling, stopPolling]);
  return plan ?? undefined;
};
