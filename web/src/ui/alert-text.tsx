import { useTranslations } from 'use-intl';
import { useFormat } from '../lib/format';

const STAMP = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;

/**
 * The text of an alert. The server writes the details in English only, so in another language the kind of alert comes
 * first, translated. Times are shown in the user's time zone.
 */
export function AlertText({ type, message }: { type: string; message: string }) {
  const t = useTranslations('words.alert');
  const format = useFormat();
  const details = message.replace(STAMP, (at) => format.dayTime(at));
  if (format.locale === 'en' || !t.has(type)) return <span lang="en">{details}</span>;
  return (
    <>
      {t(type)}{' '}
      <span lang="en" className="text-xs opacity-80">
        {details}
      </span>
    </>
  );
}
