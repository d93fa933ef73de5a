import { useTranslations } from 'use-intl';
import { useStaleLimit } from '../../lib/live/stale-limit';
import { useNow } from '../../lib/clock';
import { useFormat } from '../../lib/format';
import { useConnection, type Connection } from '../../lib/live/connection';
import { priceStore } from '../../lib/live/price-store';
import { useTradeMode } from '../../lib/preferences';
import { cx } from '../../ui/class-names';

/** The state as one word, for tests and other programs that read the page. */
const nameOf = (state: Connection['state'], pricesStale: boolean, isGood: boolean): string => {
  if (isGood) return 'live';
  return state === 'silent' || (pricesStale && state === 'live') ? 'stale' : state;
};

/** The state of the connection: live, reconnecting, or since when the page has had no data. */
export function ConnectionState() {
  const t = useTranslations('shell.connection');
  const format = useFormat();
  const { state, since } = useConnection();
  const now = useNow();
  const staleMs = useStaleLimit();
  const newest = priceStore.newestAt(useTradeMode());
  const pricesStale = newest > 0 && now - newest > staleMs;
  const [tone, words] =
    state === 'reconnecting'
      ? (['bad', t('reconnecting', { time: format.time(since) })] as const)
      : state === 'silent'
        ? (['bad', t('silent', { time: format.time(since) })] as const)
        : state === 'connecting'
          ? (['wait', t('connecting')] as const)
          : pricesStale
            ? (['bad', t('stale', { time: format.time(newest) })] as const)
            : newest === 0
              ? (['wait', t('noPrices')] as const)
              : (['good', t('live')] as const);
  return (
    <p
      className={cx('flex items-center gap-2 text-xs', tone === 'bad' ? 'font-semibold text-warn' : 'text-muted')}
      data-testid="connection-state"
      data-state={nameOf(state, pricesStale, tone === 'good')}
    >
      <span
        aria-hidden
        className={cx(
          'size-2 shrink-0 rounded-full',
          tone === 'good' ? 'bg-ok' : tone === 'bad' ? 'bg-warn animate-wait' : 'bg-faint animate-wait',
        )}
      />
      <span className="num phone:sr-only">{words}</span>
      {tone === 'bad' && (
        <span aria-hidden className="hidden text-[0.6875rem] leading-tight phone:inline">
          {t('short', { time: format.time(state === 'live' ? newest : since) })}
        </span>
      )}
    </p>
  );
}
