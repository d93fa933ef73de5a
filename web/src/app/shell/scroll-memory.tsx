import { useLayoutEffect, useRef } from 'react';
import { useLocation, useNavigationType, type NavigationType } from 'react-router';
import { readPlaces, restoreScroll, scrollPlacesOf, writePlaces, type ScrollPlaces } from '../../lib/scroll-places';

const isMoved = (places: ScrollPlaces): boolean => Object.values(places).some((top) => top > 0);

/**
 * Brings the scroll positions of the window and of the tables back when the user returns to a page, also when its rows
 * arrive later, and starts a new page at its top. Filters replace the address and move nothing.
 */
export function ScrollMemory() {
  const { key, hash, pathname } = useLocation();
  const type: `${NavigationType}` = useNavigationType();
  const known = useRef<Map<string, ScrollPlaces>>(undefined);
  known.current ??= readPlaces();
  const before = useRef<{ key: string; pathname: string }>(undefined);
  useLayoutEffect(() => {
    history.scrollRestoration = 'manual';
    const all = known.current as Map<string, ScrollPlaces>;
    const left = before.current;
    before.current = { key, pathname };
    const places = all.get(key) ?? {};
    let stop = () => {};
    if (hash === '') {
      if (type === 'POP') {
        if (isMoved(places)) stop = restoreScroll(places);
        else if (left) scrollTo(0, 0);
      } else if (type === 'REPLACE' && left?.pathname === pathname) all.set(key, all.get(left.key) ?? {});
      else if (left?.pathname !== pathname) scrollTo(0, 0);
    }
    const remember = () => all.set(key, scrollPlacesOf(document));
    const store = () => writePlaces(all);
    addEventListener('scroll', remember, { capture: true, passive: true });
    addEventListener('pagehide', store);
    return () => {
      stop();
      removeEventListener('scroll', remember, { capture: true });
      removeEventListener('pagehide', store);
    };
  }, [key, hash, pathname, type]);
  return null;
}
