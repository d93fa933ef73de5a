import { ClockAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useWrongClocksQuery } from '../../gql/generated';

const ASK_MS = 10_000;

/** The banner above every page while the clock of a process is wrong. Beyond five seconds, the process does not trade. */
export function ClockBanner() {
  const t = useTranslations('shell.clock');
  // Not cached: the other fields of the server info are read once and kept in the cache.
  const { data } = useWrongClocksQuery({ pollInterval: ASK_MS, fetchPolicy: 'no-cache' });
  const clocks = data?.serverInfo?.wrongClocks ?? [];
  if (clocks.length === 0) return null;
  return (
    <aside
      aria-label={t('label')}
      className="flex flex-col items-center gap-y-0.5 border-b border-warn/40 bg-warn-soft px-4 py-1.5 text-center text-xs font-semibold text-warn"
      data-testid="clock-banner"
    >
      {clocks.map(({ host, pid, skewMs, trades }) => (
        <span key={`${host} ${pid}`} className="inline-flex flex-wrap items-center justify-center gap-x-2">
          <ClockAlert className="size-3.5 shrink-0" aria-hidden />
          {t(skewMs > 0 ? 'ahead' : 'behind', { host, pid, seconds: Math.round(Math.abs(skewMs) / 100) / 10 })}{' '}
          {t(trades ? 'trades' : 'tradesNot')}
        </span>
      ))}
    </aside>
  );
}
