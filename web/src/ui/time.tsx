import { useTranslations } from 'use-intl';
import { useNow } from '../lib/clock';
import { formatSpan, useFormat } from '../lib/format';

const useBothZones = (at: string | number) => {
  const format = useFormat();
  return `${format.local(at)}\n${format.utc(at)}`;
};

/** An instant in the chosen time zone; its title shows it in local time and in UTC. */
export function Time({ at, withDay }: { at: string | number; withDay?: boolean }) {
  const format = useFormat();
  return (
    <time dateTime={new Date(at).toISOString()} title={useBothZones(at)} className="num whitespace-nowrap">
      {withDay ? format.dayTime(at) : format.time(at)}
    </time>
  );
}

/** How long ago an instant was, updated every second. */
export function Age({ at, ago }: { at: string | number; ago?: boolean }) {
  const t = useTranslations('ui');
  const span = formatSpan(useNow() - new Date(at).getTime());
  const title = useBothZones(at);
  // A new width makes a new element: the browser counts a right-aligned text that grows as a layout shift.
  return (
    <time key={span.length} dateTime={new Date(at).toISOString()} title={title} className="num whitespace-nowrap">
      {ago ? t('ago', { span }) : span}
    </time>
  );
}
