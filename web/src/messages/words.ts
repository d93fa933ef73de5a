import type { AbstractIntlMessages } from 'use-intl';
import { createStore } from '../lib/create-store';
import { getLocale, type Locale } from '../lib/preferences';
import { loadMessages, type PageWords } from './load-messages';

/** What the page says now; undefined until the first words are here. */
const shown = createStore<{ locale: Locale; messages: AbstractIntlMessages } | undefined>(undefined);
/** The features whose words were asked for. */
const wanted = new Map<PageWords, Promise<void>>();
let last: Promise<void> = Promise.resolve();

export const useWords = shown.use;

/** Shows the chosen language, with all words asked for so far; one load after the other, so that the newest stays. */
export function showWords(): Promise<void> {
  const mine = last.then(async () => {
    const locale = getLocale();
    shown.set({ locale, messages: await loadMessages(locale, wanted.keys()) });
  });
  // Whoever asked hears of a failure; the next one tries again.
  last = mine.catch(() => undefined);
  return mine;
}

/** Resolves when the words of a feature can be used. Rejects when they could not be loaded; asked again it tries again. */
export function needWords(name: PageWords): Promise<void> {
  const known = wanted.get(name);
  if (known) return known;
  const needed = showWords().catch((error: unknown) => {
    wanted.delete(name);
    throw error;
  });
  wanted.set(name, needed);
  return needed;
}
