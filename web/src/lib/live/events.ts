import { useEffect, useEffectEvent } from 'react';
import type { AlertsSubscription, LiveFillFragment, LiveJobFragment, LivePositionFragment } from '../../gql/generated';

/** What happened, as the live subscriptions tell it. The cache already holds the new state when a listener runs. */
export interface LiveEvents {
  position: LivePositionFragment;
  job: LiveJobFragment;
  fill: LiveFillFragment;
  alert: AlertsSubscription['alerts']['alert'];
}

const listeners: { [K in keyof LiveEvents]: Set<(event: LiveEvents[K]) => void> } = {
  position: new Set(),
  job: new Set(),
  fill: new Set(),
  alert: new Set(),
};

/** Tells every listener of a topic. */
export const emitLive = <K extends keyof LiveEvents>(topic: K, event: LiveEvents[K]): void => {
  for (const listener of [...listeners[topic]]) listener(event);
};

/** Calls `listener` for each event of a topic while the component is shown. */
export const useLiveEvent = <K extends keyof LiveEvents>(topic: K, listener: (event: LiveEvents[K]) => void): void => {
  const latest = useEffectEvent(listener);
  useEffect(() => {
    const call = (event: LiveEvents[K]) => latest(event);
    listeners[topic].add(call);
    return () => void listeners[topic].delete(call);
  }, [topic]);
};
