import { useTranslations } from 'use-intl';
import { usePageTitleValue } from '../../lib/page-title';
import { useTradeMode } from '../../lib/preferences';

/** The tab's title: REAL first when it is real money, then how many positions are open, then the page. */
export function DocumentTitle({ openCount }: { openCount: number }) {
  const words = useTranslations('words.mode');
  const page = usePageTitleValue();
  const real = useTradeMode() === 'REAL' ? `● ${words('REAL').toUpperCase()} ` : '';
  const count = openCount > 0 ? `(${openCount}) ` : '';
  return <title>{`${real}${count}${page ? `${page} · ` : ''}mvcashnode`}</title>;
}
