import { useTranslations } from 'use-intl';
import { useTradeMode } from '../lib/preferences';
import { useRealTrading } from '../lib/real-trading';
import { Notice } from '../ui/notice';

/** Says on the pages of real accounts that this server does not send real orders. */
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
