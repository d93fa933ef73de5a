import { useLocale, useTranslations } from 'use-intl';
import { textOf } from '../lib/reason-sentences';
import { SentenceParts, useSentences } from './server-sentence';

interface ReasonProps {
  code: string | null | undefined;
  /** The sentence of the server, with the numbers of this case. */
  message?: string | null | undefined;
  /** Shows one line; the numbers go into the title. */
  short?: boolean;
}

/** The reason as text, for places without room for a second line. */
export function useReasonText(): (code: string | null | undefined, message: string | null | undefined) => string {
  const t = useTranslations('reasons');
  const isEnglish = useLocale() === 'en';
  const translate = useSentences();
  return (code, message) => {
    const general = code && t.has(code) ? t(code) : null;
    if (isEnglish) return message ?? general ?? code ?? '';
    const translated = message ? translate(message) : undefined;
    return (translated && textOf(translated)) || general || message || code || '';
  };
}

/**
 * A reason in plain words. The server writes English. In another language the general sentence is translated; below it
 * stands the sentence with the numbers, translated if it is known, or in English if it comes from an exchange.
 */
export function Reason({ code, message, short }: ReasonProps) {
  const t = useTranslations('reasons');
  const isEnglish = useLocale() === 'en';
  const translate = useSentences();
  if (!code && !message) return null;
  const general = code && t.has(code) ? t(code) : null;
  if (isEnglish) return <span title={short ? (message ?? undefined) : undefined}>{message ?? general ?? code}</span>;
  const translated = message ? translate(message) : undefined;
  if (general === null) {
    if (!message) return <span>{code}</span>;
    return translated ? (
      <span>
        <SentenceParts parts={translated} />
      </span>
    ) : (
      <span lang="en">{message}</span>
    );
  }
  const untranslated = message && !translated && /\d/.test(message) ? message : undefined;
  if (short || (!translated && !untranslated))
    return <span title={translated ? textOf(translated) : untranslated}>{general}</span>;
  return (
    <span>
      {general}
      <span {...(!translated && { lang: 'en' })} className="mt-0.5 block text-xs text-muted">
        {translated ? <SentenceParts parts={translated} /> : untranslated}
      </span>
    </span>
  );
}
