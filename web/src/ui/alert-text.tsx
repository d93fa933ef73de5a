import { useTranslations } from 'use-intl';
import { ServerSentence, useSentences } from './server-sentence';
import { usePreferences } from '../lib/preferences';

/**
 * The text of an alert, with times in the user's time zone. A text that is not known in the language that is shown
 * follows the kind of the alert, which is.
 */
export function AlertText({ type, message }: { type: string; message: string }) {
  const t = useTranslations('words.alert');
  const { locale } = usePreferences();
  const translate = useSentences();
  if (locale === 'en' || !t.has(type) || translate(message)) return <ServerSentence message={message} />;
  return (
    <>
      {t(type)}{' '}
      <span className="text-xs opacity-80">
        <ServerSentence message={message} />
      </span>
    </>
  );
}
