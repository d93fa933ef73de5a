import { useLayoutEffect, useState, type ReactNode } from 'react';
import {
  matchPath,
  Router,
  UNSAFE_createBrowserHistory as createBrowserHistory,
  type Location,
  type NavigationType,
} from 'react-router';
import { createStore } from '../lib/create-store';
import type { LazyComponent } from '../ui/lazy-part';

// Without `v5Compat` only "back" and "forward" are told.
const history = createBrowserHistory({ v5Compat: true });

const loads = createStore(0);
/** Whether the code of a page is being loaded; meanwhile the old page stays. */
export const useIsPageLoading = (): boolean => loads.use() > 0;

export type Pages = Readonly<Record<string, LazyComponent<object>>>;

const pageAt = (pages: Pages, { pathname }: Location): LazyComponent<object> | undefined =>
  Object.entries(pages).find(([pattern]) => matchPath(pattern, pathname) !== null)?.[1];

interface PageRouterProps {
  /** The pages by the pattern of their address. */
  pages: Pages;
  children: ReactNode;
}

/**
 * The router of the browser's addresses. The old page stays until the code of the new one is loaded; then the change is
 * urgent. React's own way, a transition over a suspended page, starves while prices arrive sixty times a second.
 */
export function PageRouter({ pages, children }: PageRouterProps) {
  const [shown, setShown] = useState<{ location: Location; action: `${NavigationType}` }>({
    location: history.location,
    action: history.action,
  });
  useLayoutEffect(() => {
    let newest = 0;
    return history.listen(({ location, action }) => {
      const mine = (newest += 1);
      const page = pageAt(pages, location);
      const show = () => mine === newest && setShown({ location, action });
      if (!page || page.isLoaded()) {
        show();
        return;
      }
      loads.set((count) => count + 1);
      page
        .preload()
        // A page that cannot be loaded says so itself, in its place.
        .catch(() => undefined)
        .finally(() => {
          loads.set((count) => count - 1);
          show();
        });
    });
  }, [pages]);
  return (
    <Router location={shown.location} navigationType={shown.action as NavigationType} navigator={history}>
      {children}
    </Router>
  );
}
