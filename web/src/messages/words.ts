import type { AbstractIntlMessages } from 'use-intl';
import { createStore } from '../lib/create-store';
import { getLocale, type Locale } from '../lib/preferences';
import { loadMessages, type PageWords } from './load-messages';

/** The shown language and its messages; undefined until the first ones are loaded. */
const shown = createStore<{ locale: Locale; messages: AbstractIntlMessages } | undefined>(undefined);
/** The features whose messages were requested. */
const wanted = new Map<PageWords, Promise<void>>();
let last: Promise<void> = Promise.resolve();

export const useWords = shown.use;

/** Shows the chosen language with all messages requested so far. Loads run one after the other, so the newest stays. */
export function showWords(): Promise<void> {
  const mine = last.then(async () => {
    const locale = getLocale();
    shown.set({ locale, messages: await loadMessages(locale, wanted.keys()) });
  });
  // The caller gets the error; the next call tries again.
  last = mine.catch(() => undefined);
  return mine;
}

/** Resolves when the messages of a feature are loaded. Rejects when loading failed; the next call tries again. */
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
