import { lazy, useState, type ComponentType } from 'react';
import { createStore } from '../lib/create-store';
import { LoadFailed } from '../ui/load-failed';

const loads = createStore(0);
/** Whether the code of a page is being loaded; meanwhile the old page stays. */
export const useIsPageLoading = (): boolean => loads.use() > 0;

const counted = async <T,>(load: () => Promise<T>): Promise<T> => {
  // React asks for a page while it renders, and then no other component may change.
  await Promise.resolve();
  loads.set((count) => count + 1);
  try {
    return await load();
  } finally {
    loads.set((count) => count - 1);
  }
};

/**
 * A page whose code is loaded at the first visit: the old page stays until the new one is loaded. A page that cannot be
 * loaded shows a notice with a retry button in its place, and the frame around it stays.
 */
export const lazyPage = (load: () => Promise<ComponentType>): ComponentType =>
  lazy(async () => {
    try {
      return { default: await counted(load) };
    } catch {
      return { default: failedPage(load) };
    }
  });

const failedPage = (load: () => Promise<ComponentType>): ComponentType => {
  // React keeps this component for the address, so it shows the page once it is loaded.
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
