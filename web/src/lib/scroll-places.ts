/** How far the window ('') and each scrolling part of a page, by its name, are scrolled, in pixels. */
export type ScrollPlaces = Readonly<Record<string, number>>;

const STORED = 'mvcashnode.scroll';
/** So many pages are remembered. */
const MOST = 50;
/** Rows that arrive later than this move nothing any more. */
const WAIT_MS = 5_000;

const boxesOf = (root: ParentNode) => [...root.querySelectorAll<HTMLElement>('[data-scroll]')];

/** The places now. */
export const scrollPlacesOf = (root: ParentNode): ScrollPlaces => ({
  '': window.scrollY,
  ...Object.fromEntries(boxesOf(root).map((box) => [box.dataset.scroll ?? '', box.scrollTop])),
});

/** The remembered places by the key of their page's history entry, as this tab left them. */
export const readPlaces = (): Map<string, ScrollPlaces> => {
  try {
    return new Map(JSON.parse(sessionStorage.getItem(STORED) ?? '[]') as [string, ScrollPlaces][]);
  } catch {
    return new Map();
  }
};

export const writePlaces = (places: ReadonlyMap<string, ScrollPlaces>): void =>
  sessionStorage.setItem(STORED, JSON.stringify([...places].slice(-MOST)));

/** Scrolls each part that is there as far as it goes; returns whether every part is at its place. */
const scrollThere = (places: ScrollPlaces): boolean => {
  const boxes = new Map(boxesOf(document).map((box) => [box.dataset.scroll ?? '', box]));
  const isThere = ([name, top]: [string, number]) => {
    if (top === 0) return true;
    if (name === '') {
      window.scrollTo(0, top);
      return Math.abs(window.scrollY - top) <= 1;
    }
    const box = boxes.get(name);
    if (!box) return false;
    box.scrollTop = top;
    return Math.abs(box.scrollTop - top) <= 1;
  };
  return Object.entries(places).map(isThere).every(Boolean);
};

const OWN_MOVES = ['wheel', 'touchmove', 'keydown', 'pointerdown'] as const;

/**
 * Scrolls to these places, again whenever the page grows, until all are reached, the user scrolls, or five seconds have
 * passed. Returns a function that ends it.
 */
export const restoreScroll = (places: ScrollPlaces): (() => void) => {
  if (scrollThere(places)) return () => undefined;
  const grown = new MutationObserver(() => scrollThere(places) && stop());
  grown.observe(document.body, { childList: true, subtree: true });
  const timer = setTimeout(() => stop(), WAIT_MS);
  const stop = () => {
    grown.disconnect();
    clearTimeout(timer);
    for (const move of OWN_MOVES) removeEventListener(move, stop, { capture: true });
  };
  for (const move of OWN_MOVES) addEventListener(move, stop, { capture: true, passive: true });
  return stop;
};
