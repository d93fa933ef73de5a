import { useOpenAlertCountQuery } from '../../gql/generated';
import { useRefetchOnLive } from '../../lib/live/events';

const ASK_MS = 30_000;
const ALERTS = ['alert'] as const;

export interface OpenAlertCount {
  count: number;
  /** One that nobody acknowledged wants to be looked at now. */
  isUrgent: boolean;
}

/** How many alerts are open, up to 100. */
export const useOpenAlertCount = ({ skip }: { skip: boolean }): OpenAlertCount => {
  const { data, refetch } = useOpenAlertCountQuery({ pollInterval: ASK_MS, fetchPolicy: 'no-cache', skip });
  useRefetchOnLive(ALERTS, refetch);
  const open = data?.alerts?.edges.map(({ node }) => node) ?? [];
  const isUrgent = open.some(
    ({ severity, acknowledgedAt }) => acknowledgedAt === null && (severity === 'HIGH' || severity === 'CRITICAL'),
  );
  return { count: open.length, isUrgent };
};
