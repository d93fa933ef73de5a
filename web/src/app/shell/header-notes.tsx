import { Pause, Zap } from 'lucide-react';
import { Link } from 'react-router';
import { useTranslations } from 'use-intl';
import { useFormat } from '../../lib/format';
import { freezePrices, frozenPrices } from '../../lib/live/frozen-prices';
import { usePreferences } from '../../lib/preferences';

const NOTE =
  'flex w-full items-center justify-center gap-2 border-t border-warn/40 bg-warn-soft px-4 py-1 text-xs text-warn phone:min-h-11';
const ICON = 'size-3.5 shrink-0';

/** Stays in the header while closing and canceling do not ask, and leads to where that is turned on again. */
export function ConfirmationsOff() {
  const t = useTranslations('shell.confirmations');
  if (usePreferences().confirmations) return null;
  return (
    <Link to="/profile#confirmations" className={NOTE} data-testid="confirmations-off">
      <Zap className={ICON} aria-hidden />
      <span>
        <b>{t('off')}</b> {t('means')} <u>{t('turnOn')}</u>
      </span>
    </Link>
  );
}

/** Stays in the header while the user keeps the prices still, and lets them move again. */
export function PricesFrozen() {
  const t = useTranslations('shell.freeze');
  const since = frozenPrices.use();
  const format = useFormat();
  if (since === 0) return null;
  return (
    <button type="button" onClick={() => freezePrices(false)} className={NOTE} data-testid="prices-frozen">
      <Pause className={ICON} aria-hidden />
      <span>
        <b>{t('since', { time: format.time(since) })}</b> <u>{t('resume')}</u>
      </span>
    </button>
  );
}
