import { useLiveEvent } from '../../lib/live/events';
import { useThrottledCall } from '../../lib/throttled-call';

const REFRESH_MS = 1_000;

/** Reads vaults again after events of jobs and fills, because these change reservations. At most once a second. */
export const useReloadOnTrade = (reload: () => void): void => {
  const throttled = useThrottledCall(reload, REFRESH_MS);
  useLiveEvent('job', throttled);
  useLiveEvent('fill', throttled);
};
