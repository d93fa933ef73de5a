import { useEffect, useEffectEvent, useRef } from 'react';
import type {
  AccountChangedSubscription,
  AlertChangedSubscription,
  LiveFillFragment,
  LiveJobFragment,
  LivePositionFragment,
} from '../../gql/generated';

/** The events of the live subscriptions. The cache already has the new state when a listener runs. */
export interface LiveEvents {
  position: LivePositionFragment;
  job: LiveJobFragment;
  fill: LiveFillFragment;
  alert: AlertChangedSubscription['alertChanged']['alert'];
  account: AccountChangedSubscription['accountChanged']['account'];
}

const REFETCH_AFTER_MS = 400;

const listeners: { [K in keyof LiveEvents]: Set<(event: LiveEvents[K]) => void> } = {
  position: new Set(),
  job: new Set(),
  fill: new Set(),
  alert: new Set(),
  account: new Set(),
};

/** Calls every listener of a topic. */
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

/** Refetches shortly after events of some topics; a burst of events leads to one refetch. */
export const useRefetchOnLive = (topics: readonly (keyof LiveEvents)[], refetch: () => Promise<unknown>): void => {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const ask = useEffectEvent(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void refetch().catch(() => undefined), REFETCH_AFTER_MS);
  });
  const key = topics.join();
  useEffect(() => {
    const call = () => ask();
    const heard = key.split(',').filter(Boolean) as (keyof LiveEvents)[];
    for (const topic of heard) listeners[topic].add(call);
    return () => {
      for (const topic of heard) listeners[topic].delete(call);
      clearTimeout(timer.current);
    };
  }, [key]);
};
