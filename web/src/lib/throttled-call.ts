import { useCallback, useEffect, useEffectEvent, useRef } from 'react';

/** A function that runs `run` at once, and then at most every `everyMs`. Calls in between lead to one run at the end. */
export const useThrottledCall = (run: () => void, everyMs: number): (() => void) => {
  const latest = useEffectEvent(run);
  const state = useRef<{ timer?: ReturnType<typeof setTimeout>; waiting: boolean; run: () => void }>({
    waiting: false,
    run,
  });
  useEffect(() => {
    const current = state.current;
    current.run = () => latest();
    return () => clearTimeout(current.timer);
  }, []);
  return useCallback(() => {
    const current = state.current;
    if (current.timer !== undefined) {
      current.waiting = true;
      return;
    }
    const open = () => {
      delete current.timer;
      if (!current.waiting) return;
      current.waiting = false;
      current.run();
      current.timer = setTimeout(open, everyMs);
    };
    current.run();
    current.timer = setTimeout(open, everyMs);
  }, [everyMs]);
};
