import { useApolloClient } from '@apollo/client/react';
import { Clock, ClockAlert } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslations } from 'use-intl';
import { ServerTimeDocument } from '../../gql/generated';
import { useFormat } from '../../lib/format';
import { useConnection, useIsCut } from '../../lib/live/connection';
import { usePreferences } from '../../lib/preferences';
import { aheadOf, clockReading, readServerClock, useServerTime } from '../../lib/server-clock';
import { cx } from '../../ui/class-names';

const ASK_MS = 60_000;

/** Asks for the time of the server: at once, each minute, after a lost connection, and when the tab is looked at again. */
export function ServerClockKeeper() {
  const client = useApolloClient();
  const { returns } = useConnection();
  useEffect(() => {
    const ask = () =>
      void readServerClock(async () => {
        const { data } = await client.query({ query: ServerTimeDocument, fetchPolicy: 'no-cache' });
        return data?.serverInfo.time;
      });
    const look = () => !document.hidden && ask();
    ask();
    const timer = setInterval(look, ASK_MS);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [client, returns]);
  return null;
}

/** What the clock says in words: both zones, and how far the clock of this computer is off. */
const useClock = () => {
  const t = useTranslations('shell.serverClock');
  const format = useFormat();
  const time = useServerTime();
  const reading = clockReading.use();
  const isCut = useIsCut();
  if (!time || !reading) return undefined;
  const isConfirmed = time.isTrusted && !isCut;
  const ahead = aheadOf(reading);
  const seconds = format.decimal((Math.abs(ahead) / 1000).toFixed(1), { maxFraction: 1 });
  return {
    ms: time.ms,
    isConfirmed,
    zones: [format.local(time.ms), format.utc(time.ms)],
    difference: isConfirmed
      ? t(ahead === 0 ? 'same' : ahead > 0 ? 'ahead' : 'behind', { seconds })
      : t('unconfirmed', { time: format.time(reading.wallMs) }),
    time: format.time(time.ms),
  };
};

/** The name of a zone as short as it is known, such as UTC or GMT-3. */
function Zone({ at }: { at: number }) {
  const { zone, locale } = usePreferences();
  const format = new Intl.DateTimeFormat(locale, {
    timeZone: zone === 'UTC' ? 'UTC' : undefined,
    timeZoneName: 'short',
  });
  return format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
}

/**
 * The running time of the server in the chosen zone, quiet and of one width. It is no live region. Without a connection
 * it is counted on by this computer, and is dimmed and marked as not confirmed.
 */
export function ServerClock({ className }: { className?: string }) {
  const t = useTranslations('shell.serverClock');
  const clock = useClock();
  const Icon = !clock || clock.isConfirmed ? Clock : ClockAlert;
  return (
    <p
      className={cx('num flex items-center gap-1.5 text-xs whitespace-nowrap text-muted', className)}
      title={clock && [t('label'), ...clock.zones, clock.difference].join('\n')}
      data-testid="server-clock"
      data-confirmed={clock?.isConfirmed ?? false}
      data-stale={clock?.isConfirmed === false || undefined}
    >
      <Icon className={cx('size-3.5 shrink-0', clock?.isConfirmed === false && 'text-warn')} aria-hidden />
      <span className="sr-only">{t('label')}</span>
      {clock ? <time dateTime={new Date(clock.ms).toISOString()}>{clock.time}</time> : <span>--:--:--</span>}
      <span className="text-faint">
        <Zone at={clock?.ms ?? 0} />
      </span>
      {clock?.isConfirmed === false && <span className="sr-only">{clock.difference}</span>}
    </p>
  );
}

/** The same for the menu of a phone, where there is no tooltip: both zones and the difference in words. */
export function ServerClockLines() {
  const t = useTranslations('shell.serverClock');
  const clock = useClock();
  if (!clock) return null;
  const Icon = clock.isConfirmed ? Clock : ClockAlert;
  return (
    <div
      className={cx('num flex gap-2.5 text-xs text-muted', !clock.isConfirmed && 'text-warn')}
      data-testid="server-clock-lines"
      data-confirmed={clock.isConfirmed}
    >
      <Icon className="mt-0.5 size-3.5 shrink-0" aria-hidden />
      <div className="min-w-0">
        <p className="text-text">{t('label')}</p>
        {[...new Set(clock.zones)].map((line) => (
          <p key={line.slice(-5)}>{line}</p>
        ))}
        <p className="text-faint">{clock.difference}</p>
      </div>
    </div>
  );
}
