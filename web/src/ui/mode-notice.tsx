import { CircleDollarSign, FlaskRound } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { TradeMode } from '../gql/generated';

/** Says whether an action moves real or simulated money, and on which account. Real money looks different. */
export function ModeNotice({ mode, account }: { mode: TradeMode; account?: string }) {
  const t = useTranslations('actions.mode');
  const where = account ? t('onAccount', { account }) : '';
  if (mode === 'REAL')
    return (
      <p
        className="flex items-center gap-2.5 rounded-lg bg-real px-3.5 py-2.5 text-sm font-bold text-on-real"
        data-testid="mode-notice"
        data-mode="REAL"
      >
        <CircleDollarSign className="size-5 shrink-0" aria-hidden />
        <span>
          {t('real')} {where}
        </span>
      </p>
    );
  return (
    <p
      className="flex items-center gap-2.5 rounded-lg bg-sim-soft px-3.5 py-2 text-sm text-sim"
      data-testid="mode-notice"
      data-mode="SIMULATION"
    >
      <FlaskRound className="size-4 shrink-0" aria-hidden />
      <span>
        {t('simulation')} {where}
      </span>
    </p>
  );
}
