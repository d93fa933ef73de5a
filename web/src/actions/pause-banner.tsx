import { Pause } from 'lucide-react';
import { Link } from 'react-router';
import { useTranslations } from 'use-intl';
import { useFormat } from '../lib/format';
import { useEntriesPause } from './entries-pause';

/** The banner above every page while entries are paused, for the user or for some accounts. */
export function PauseBanner() {
  const t = useTranslations('safety.pause');
  const format = useFormat();
  const { since, accounts } = useEntriesPause();
  if (since === null && accounts.length === 0) return null;
  const words =
    since === null
      ? t('bannerAccounts', { accounts: accounts.map(({ label }) => label).join(', ') })
      : t('bannerAll', { time: format.dayTime(since) });
  return (
    <aside
      aria-label={t('pause')}
      className="flex flex-wrap items-center justify-center gap-x-3 gap-y-0.5 border-b border-warn/40 bg-warn-soft px-4 py-1.5 text-center text-xs font-semibold text-warn"
      data-testid="pause-banner"
    >
      <Pause className="size-3.5 shrink-0" aria-hidden />
      {words}
      <Link
        to={since === null ? '/accounts' : '/positions'}
        className="inline-flex items-center rounded underline underline-offset-2 phone:min-h-11"
      >
        {t('bannerLink')}
      </Link>
    </aside>
  );
}
