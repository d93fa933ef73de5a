import { useLocale, useMessages } from 'use-intl';
import { useFormat } from '../lib/format';
import { textOf, type SentencePart, type SentenceTranslator } from '../lib/reason-sentences';

const STAMP = /\d{4}-\d\d-\d\dT\d\d:\d\d[\d:.]*Z/g;

/** Translates the sentences of the server into the language that is shown. They come with the words of that language. */
export function useSentences(): SentenceTranslator {
  const { reasonSentences } = useMessages() as { reasonSentences?: unknown };
  return typeof reasonSentences === 'function' ? (reasonSentences as SentenceTranslator) : () => undefined;
}

/** The pieces of a sentence, with quotations marked as such and times in the time zone of the reader. */
export function SentenceParts({ parts }: { parts: readonly SentencePart[] }) {
  const format = useFormat();
  return parts.map(({ text, isQuotation }) =>
    isQuotation ? <Quotation key={text} text={text} /> : text.replace(STAMP, (at) => format.dayTime(at)),
  );
}

/** What another program said. It is not translated: people search for its words. */
export const Quotation = ({ text }: { text: string }) => (
  <span lang="en" data-quotation>
    {text}
  </span>
);

/** A sentence of the server in the language that is shown, for places that take only text. */
export function useSentenceText(): (message: string) => string {
  const locale = useLocale();
  const translate = useSentences();
  return (message) => {
    const parts = locale === 'en' ? undefined : translate(message);
    return parts ? textOf(parts) : message;
  };
}

interface ServerSentenceProps {
  message: string;
  /** Most of what stands here was said by another program, so that an unknown text is a quotation. */
  mayQuote?: boolean;
}

/** A sentence of the server in the language that is shown; an unknown one stays English and says so to screen readers. */
export function ServerSentence({ message, mayQuote = false }: ServerSentenceProps) {
  const locale = useLocale();
  const translate = useSentences();
  const format = useFormat();
  const parts = locale === 'en' ? undefined : translate(message);
  if (parts) return <SentenceParts parts={parts} />;
  if (mayQuote) return <Quotation text={message} />;
  const shown = message.replace(STAMP, (at) => format.dayTime(at));
  return locale === 'en' ? shown : <span lang="en">{shown}</span>;
}
