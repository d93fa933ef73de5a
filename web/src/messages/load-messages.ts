import type { AbstractIntlMessages } from 'use-intl';
import type { Locale } from '../lib/preferences';

type MessageFiles = Record<string, AbstractIntlMessages>;

/**
 * The messages of one language. Every feature keeps its own `<feature>.<locale>.json`, whose top-level keys are
 * namespaces; the build merges them into one chunk for each language.
 */
export const loadMessages = async (locale: Locale): Promise<AbstractIntlMessages> => {
  const files: { default: MessageFiles } = locale === 'en' ? await import('./en') : await import('./pt-br');
  return Object.assign({}, ...Object.values(files.default)) as AbstractIntlMessages;
};
