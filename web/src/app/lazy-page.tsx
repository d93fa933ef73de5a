import { useState, type ComponentType } from 'react';
import { LoadFailed } from '../ui/load-failed';

/**
 * Loads the code of a page for the router: the old page stays until the new one is loaded. A page that cannot be loaded
 * shows a notice with a retry button in its place, because an error in the router would replace the whole frame.
 */
export const lazyPage = (load: () => Promise<ComponentType>) => async (): Promise<{ Component: ComponentType }> => {
  try {
    return { Component: await load() };
  } catch {
    return { Component: failedPage(load) };
  }
};

const failedPage = (load: () => Promise<ComponentType>): ComponentType => {
  // The router keeps this component for the address, so it shows the page once it is loaded.
  let loaded: ComponentType | undefined;
  return function FailedPage() {
    const [Page, setPage] = useState<ComponentType | undefined>(() => loaded);
    const [busy, setBusy] = useState(false);
    const retry = () => {
      setBusy(true);
      load()
        .then(
          (page) => {
            loaded = page;
            setPage(() => page);
          },
          () => undefined,
        )
        .finally(() => setBusy(false));
    };
    return Page ? <Page /> : <LoadFailed onRetry={retry} busy={busy} />;
  };
};
