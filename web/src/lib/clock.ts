import { useSyncExternalStore } from 'react';

// One timer for every age on the page; it stops while nothing uses it or the tab is hidden.
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

const tick = () => {
  if (document.hidden) return;
  now = Date.now();
  for (const listener of [...listeners]) listener();
};

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  if (timer === undefined) {
    now = Date.now();
    timer = setInterval(tick, 1000);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
};

/** The current time in ms since 1970, updated once a second. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now);

/** Whether `at` (ms since 1970) lies more than `limitMs` back; re-renders only when the answer changes. */
export const useIsOlder = (at: number | undefined, limitMs: number): boolean =>
  useSyncExternalStore(subscribe, () => at !== undefined && now - at > limitMs);
