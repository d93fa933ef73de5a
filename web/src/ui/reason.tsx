import { useLocale, useMessages, useTranslations } from 'use-intl';

interface ReasonProps {
  code: string | null | undefined;
  /** The sentence of the server, with the numbers of this case. */
  message?: string | null | undefined;
  /** Shows one line; the numbers go into the title. */
  short?: boolean;
}

/** Translates the sentences of the server into the language that is shown. It comes with the words of that language. */
function useSentences(): (message: string) => string | undefined {
  const { reasonSentences } = useMessages() as { reasonSentences?: unknown };
  return typeof reasonSentences === 'function'
    ? (reasonSentences as (message: string) => string | undefined)
    : () => undefined;
}

/** The reason as text, for places without room for a second line. */
export function useReasonText(): (code: string | null | undefined, message: string | null | undefined) => string {
  const t = useTranslations('reasons');
  const isEnglish = useLocale() === 'en';
  const translate = useSentences();
  return (code, message) => {
    const general = code && t.has(code) ? t(code) : null;
    if (isEnglish) return message ?? general ?? code ?? '';
    return (message && translate(message)) || general || message || code || '';
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
  if (isEnglish || general === null)
    return <span title={short ? (message ?? undefined) : undefined}>{message ?? general ?? code}</span>;
  const translated = message ? translate(message) : undefined;
  const particular = translated ?? (message && /\d/.test(message) ? message : undefined);
  if (short || !particular) return <span title={particular}>{general}</span>;
  return (
    <span>
      {general}
      <span {...(!translated && { lang: 'en' })} className="mt-0.5 block text-xs text-muted">
        {particular}
      </span>
    </span>
  );
}
