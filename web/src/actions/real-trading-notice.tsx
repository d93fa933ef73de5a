import { useTranslations } from 'use-intl';
import { useTradeMode } from '../lib/preferences';
import { useRealTrading } from '../lib/real-trading';
import { Notice } from '../ui/notice';

/** Says plainly, on the pages of real money, that the server sends no order of a real account. */
export function RealTradingNotice() {
  const t = useTranslations('safety.realOff');
  const isReal = useTradeMode() === 'REAL';
  const isOn = useRealTrading();
  if (!isReal || isOn !== false) return null;
  return (
    <div className="mb-4" data-testid="real-trading-off">
      <Notice tone="warn" title={t('title')}>
        {t('body')}
      </Notice>
    </div>
  );
}
