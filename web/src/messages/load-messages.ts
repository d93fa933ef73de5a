import type { AbstractIntlMessages } from 'use-intl';
import type { Locale } from '../lib/preferences';

type File = AbstractIntlMessages;
/** Names the words of a feature: `pages/<feature>.<locale>.json`. */
export type PageWords =
  'accounts' | 'dashboard' | 'jobs' | 'orders' | 'parameters' | 'positions' | 'vaults' | 'webhooks';

const SHARED = {
  en: () => import('./shared-en'),
  'pt-BR': () => import('./shared-pt-br'),
};
const pages = import.meta.glob<File>('./pages/*.json', { import: 'default' });

const loadPage = (locale: Locale, name: PageWords): Promise<File> => {
  const load = pages[`./pages/${name}.${locale}.json`];
  if (!load) throw new Error(`there are no words for ${name} in ${locale}`);
  return load();
};

/** Every feature that has words of its own. */
export const PAGE_WORDS = [
  ...new Set(Object.keys(pages).map((file) => file.replace(/^\.\/pages\/(\w+)\..*$/, '$1') as PageWords)),
];

/**
 * The words of one language: those that every page shares, in one chunk, and those of the given features, a chunk
 * each. A file's top-level keys are namespaces, and no two files have one in common.
 */
export async function loadMessages(locale: Locale, names: Iterable<PageWords> = PAGE_WORDS): Promise<File> {
  const [shared, ...own] = await Promise.all([SHARED[locale](), ...[...names].map((name) => loadPage(locale, name))]);
  return Object.assign({}, ...Object.values(shared.default), ...own) as File;
}
