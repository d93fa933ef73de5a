import { useEffect } from 'react';
import { useTranslations } from 'use-intl';
import { usePageTitleValue } from '../../lib/page-title';
import { useTradeMode } from '../../lib/preferences';

const ICONS = { REAL: '/favicon-real.svg', SIMULATION: '/favicon.svg' };

/** The title of the tab: REAL (with its own icon) for real money, then the number of open positions, then the page. */
export function DocumentTitle({ openCount }: { openCount: number }) {
  const words = useTranslations('words.mode');
  const page = usePageTitleValue();
  const mode = useTradeMode();
  useEffect(() => {
    document.querySelector('link[rel=icon]')?.setAttribute('href', ICONS[mode]);
  }, [mode]);
  const real = mode === 'REAL' ? `● ${words('REAL').toUpperCase()} ` : '';
  const count = openCount > 0 ? `(${openCount}) ` : '';
  return <title>{`${real}${count}${page ? `${page} · ` : ''}mvcashnode`}</title>;
}
