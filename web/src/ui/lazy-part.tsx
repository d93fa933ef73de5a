import { useCallback, useEffect, useState, type ComponentType, type ReactNode } from 'react';
import { LoadFailed } from './load-failed';

interface LazyPartOptions<P> {
  /** Stands in its place until it is here. */
  waiting?: (props: P) => ReactNode;
  /** Stands in its place when it could not be fetched; a notice with a retry when left out. */
  failed?: (props: P, retry: () => void) => ReactNode;
}

/** The loaded code of a part of the page: fetched once, and asked for again after it could not be. */
const createPart = <P,>(load: () => Promise<ComponentType<P>>) => {
  let loaded: ComponentType<P> | undefined;
  return {
    get: () => loaded,
    fetch: async (): Promise<ComponentType<P>> => (loaded ??= await load()),
  };
};

/**
 * A part of the page whose code comes when it is first shown. When that fails it fails alone: a notice with a retry
 * stands in its own place, and everything around it goes on.
 */
export function lazyPart<P extends object>(
  load: () => Promise<ComponentType<P>>,
  { waiting = () => null, failed = (_props, retry) => <LoadFailed onRetry={retry} /> }: LazyPartOptions<P> = {},
): ComponentType<P> {
  const part = createPart(load);
  return function LazyPart(props: P) {
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
  };
}
