import { useLocale, useTranslations } from 'use-intl';

interface ReasonProps {
  code: string | null | undefined;
  /** The server's sentence, with this case's numbers. */
  message?: string | null | undefined;
  /** One line: the numbers go into the title. */
  short?: boolean;
}

/**
 * A reason in plain words. The server writes English; in another language its general sentence is translated and the
 * particular one, which has the numbers, stands under it.
 */
export function Reason({ code, message, short }: ReasonProps) {
  const t = useTranslations('reasons');
  const isEnglish = useLocale() === 'en';
  if (!code && !message) return null;
  const general = code && t.has(code) ? t(code) : null;
  if (isEnglish || general === null)
    return <span title={short ? (message ?? undefined) : undefined}>{message ?? general ?? code}</span>;
  const numbers = message && /\d/.test(message) ? message : undefined;
  if (short || !numbers) return <span title={numbers}>{general}</span>;
  return (
    <span>
      {general}
      <span lang="en" className="mt-0.5 block text-xs text-muted">
        {numbers}
      </span>
    </span>
  );
}
