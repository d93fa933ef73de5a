import { useCallback, useSyncExternalStore } from 'react';

/** Whether a media query matches now; false where there is no matchMedia. */
export const useMediaQuery = (query: string): boolean => {
  const subscribe = useCallback(
    (listener: () => void) => {
      if (typeof matchMedia !== 'function') return () => undefined;
      const media = matchMedia(query);
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => typeof matchMedia === 'function' && matchMedia(query).matches);
};

/** Narrow screens show cards instead of tables. */
export const usePhone = (): boolean => useMediaQuery('(max-width: 699px)');
