import type { AbstractIntlMessages } from 'use-intl';
import type { Locale } from '../lib/preferences';

type File = AbstractIntlMessages;
/** The name of a feature's message file: `pages/<feature>.<locale>.json`. */
export type PageWords =
  | 'accounts'
  | 'admin'
  | 'alerts'
  | 'dashboard'
  | 'gates'
  | 'jobs'
  | 'notifications'
  | 'orders'
  | 'parameters'
  | 'positions'
  | 'profile'
  | 'reports'
  | 'setup'
  | 'vaults'
  | 'webhooks';

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

/** Every feature that has its own messages. */
export const PAGE_WORDS = [
  ...new Set(Object.keys(pages).map((file) => file.replace(/^\.\/pages\/(\w+)\..*$/, '$1') as PageWords)),
];

/**
 * Loads the messages of one language: the shared ones in one chunk, and those of the given features, one chunk
 * each. The top-level keys of a file are namespaces, and two files never have the same one.
 */
export async function loadMessages(locale: Locale, names: Iterable<PageWords> = PAGE_WORDS): Promise<File> {
  const [shared, ...own] = await Promise.all([SHARED[locale](), ...[...names].map((name) => loadPage(locale, name))]);
  return Object.assign({}, ...Object.values(shared.default), ...own) as File;
}
