import { useCallback, useEffect, useState, type ComponentType, type ReactNode } from 'react';
import { LoadFailed } from './load-failed';

interface LazyPartOptions<P> {
  /** Shown until the part is loaded. */
  waiting?: (props: P) => ReactNode;
  /** Shown when the part could not be loaded; by default a notice with a retry button. */
  failed?: (props: P, retry: () => void) => ReactNode;
}

/** Loads the code of a part of the page once, and again after a failure. */
const createPart = <P,>(load: () => Promise<ComponentType<P>>) => {
  let loaded: ComponentType<P> | undefined;
  return {
    get: () => loaded,
    fetch: async (): Promise<ComponentType<P>> => (loaded ??= await load()),
  };
};

export type LazyComponent<P> = ComponentType<P> & { isLoaded: () => boolean; preload: () => Promise<unknown> };

/**
 * A part of the page whose code is loaded when it is first shown. If that fails, only this part shows a notice with a
 * retry button; the rest of the page keeps working. `preload` loads the code before it is shown.
 */
export function lazyPart<P extends object>(
  load: () => Promise<ComponentType<P>>,
  { waiting = () => null, failed = (_props, retry) => <LoadFailed onRetry={retry} /> }: LazyPartOptions<P> = {},
): LazyComponent<P> {
  const part = createPart(load);
  function LazyPart(props: P) {
    const [Part, setPart] = useState<ComponentType<P> | undefined>(part.get);
    const [hasFailed, setHasFailed] = useState(false);
    const fetch = useCallback(() => {
      setHasFailed(false);
      part.fetch().then(
        (loaded) => setPart(() => loaded),
        () => setHasFailed(true),
      );
    }, []);
    useEffect(() => {
      if (!part.get()) fetch();
    }, [fetch]);
    if (Part) return <Part {...props} />;
    return hasFailed ? failed(props, fetch) : waiting(props);
  }
  return Object.assign(LazyPart, { isLoaded: () => part.get() !== undefined, preload: () => part.fetch() });
}
