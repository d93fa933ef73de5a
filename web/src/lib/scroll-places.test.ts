import { afterEach, expect, it, vi } from 'vitest';
import { readPlaces, restoreScroll, scrollPlacesOf, writePlaces } from './scroll-places';

afterEach(() => {
  document.body.replaceChildren();
  sessionStorage.clear();
});

const addTable = (): HTMLElement => {
  const box = document.createElement('div');
  box.dataset.scroll = 'Open positions';
  document.body.append(box);
  return box;
};

it('the places of the window and of each table are remembered, also when the page is loaded again', () => {
  addTable().scrollTop = 480;
  const places = scrollPlacesOf(document);
  expect(places).toEqual({ '': 0, 'Open positions': 480 });
  writePlaces(new Map([['key', places]]));
  expect(readPlaces().get('key')).toEqual(places);
});

it('a table whose rows arrive later is scrolled when they are there', async () => {
  const stop = restoreScroll({ '': 0, 'Open positions': 300 });
  const box = addTable();
  await vi.waitFor(() => expect(box.scrollTop).toBe(300));
  stop();
});

it('a user who scrolls meanwhile is not moved', async () => {
  restoreScroll({ '': 0, 'Open positions': 300 });
  dispatchEvent(new Event('wheel'));
  const box = addTable();
  await new Promise((resolve) => queueMicrotask(() => resolve(undefined)));
  expect(box.scrollTop).toBe(0);
});
