import { CircleDollarSign, FlaskRound } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { modeElsewhere, setPreferences, useTradeMode } from '../../lib/preferences';
import { useRealTrading } from '../../lib/real-trading';
import { Button } from '../../ui/button';
import { cx } from '../../ui/class-names';
import { RealModeDialog } from './real-mode-dialog';

/** Switches the whole page between REAL and SIMULATION. Switching to REAL asks first. */
export function ModeSwitch() {
  const t = useTranslations('shell.mode');
  const words = useTranslations('words.mode');
  const mode = useTradeMode();
  const [asking, setAsking] = useState(false);
  const option = 'flex h-7 items-center gap-1.5 rounded-md px-2.5 text-xs phone:h-11';
  return (
    <>
      <div
        role="group"
        aria-label={t('label')}
        className="flex rounded-lg border border-line-strong bg-bg p-0.5"
        data-testid="mode-switch"
      >
        <button
          type="button"
          aria-pressed={mode === 'SIMULATION'}
          className={cx(
            option,
            mode === 'SIMULATION' ? 'bg-sim-soft font-semibold text-sim' : 'text-muted hover:text-text',
          )}
          onClick={() => setPreferences({ tradeMode: 'SIMULATION' })}
        >
          <FlaskRound className="size-3.5 max-[420px]:hidden" aria-hidden />
          {words('SIMULATION')}
        </button>
        <button
          type="button"
          aria-pressed={mode === 'REAL'}
          className={cx(option, mode === 'REAL' ? 'bg-real font-bold text-on-real' : 'text-muted hover:text-text')}
          onClick={() => mode !== 'REAL' && setAsking(true)}
        >
          <CircleDollarSign className="size-3.5 max-[420px]:hidden" aria-hidden />
          {words('REAL')}
        </button>
      </div>
      {asking && <RealModeDialog onClose={() => setAsking(false)} />}
    </>
  );
}

/** The banner above every page while REAL is chosen. */
export function RealBanner() {
  const t = useTranslations('shell.mode');
  const isOff = useRealTrading() === false;
  if (useTradeMode() !== 'REAL') return null;
  return (
    <aside
      aria-label={t('label')}
      className="flex items-center justify-center gap-2 bg-real px-4 py-1.5 text-center text-xs font-bold text-on-real"
      data-testid="real-banner"
    >
      <CircleDollarSign className="size-4 shrink-0" aria-hidden />
      {t(isOff ? 'realBannerOff' : 'realBanner')}
    </aside>
  );
}

/** Says that another window was switched to the other mode, and offers to follow. Nothing switches by itself. */
export function ModeElsewhere() {
  const t = useTranslations('shell.mode');
  const words = useTranslations('words.mode');
  const own = useTradeMode();
  const other = modeElsewhere.use();
  const [asking, setAsking] = useState(false);
  if (!other || other === own) return null;
  const follow = () => (other === 'REAL' ? setAsking(true) : setPreferences({ tradeMode: other }));
  return (
    <aside
      role="status"
      className="flex flex-wrap items-center justify-center gap-x-3 gap-y-1 border-b border-warn/40 bg-warn-soft px-4 py-1.5 text-xs font-semibold text-warn"
      data-testid="mode-elsewhere"
    >
      {t('elsewhere', { other: words(other), own: words(own) })}
      <Button size="sm" onClick={follow}>
        {t('elsewhereFollow', { other: words(other) })}
      </Button>
      <Button size="sm" tone="quiet" onClick={() => modeElsewhere.set(undefined)}>
        {t('elsewhereStay')}
      </Button>
      {asking && <RealModeDialog onClose={() => setAsking(false)} />}
    </aside>
  );
}
