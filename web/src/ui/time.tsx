import { useTranslations } from 'use-intl';
import { useNow } from '../lib/clock';
import { formatSpan, useFormat } from '../lib/format';

const useBothZones = (at: string | number) => {
  const format = useFormat();
  return `${format.full(at)}\n${format.utc(at)}`;
};

/** An instant in the chosen zone; its title says it in local time and in UTC. */
export function Time({ at, withDay }: { at: string | number; withDay?: boolean }) {
  const format = useFormat();
  return (
    <time dateTime={new Date(at).toISOString()} title={useBothZones(at)} className="num whitespace-nowrap">
      {withDay ? format.dayTime(at) : format.time(at)}
    </time>
  );
}

/** How long ago an instant was, renewed every second. */
export function Age({ at, ago }: { at: string | number; ago?: boolean }) {
  const t = useTranslations('ui');
  const span = formatSpan(useNow() - new Date(at).getTime());
  return (
    <time dateTime={new Date(at).toISOString()} title={useBothZones(at)} className="num whitespace-nowrap">
      {ago ? t('ago', { span }) : span}
    </time>
  );
}
