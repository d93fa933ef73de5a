import { CircleStop } from 'lucide-react';
import { Link } from 'react-router';
import { useTranslations } from 'use-intl';
import { useMeQuery, useTradingHaltQuery } from '../../gql/generated';
import { useFormat } from '../../lib/format';

const ASK_MS = 10_000;

/** The banner above every page while an administrator or a restore has halted trading with real money. */
export function HaltBanner() {
  const t = useTranslations('shell.halt');
  const format = useFormat();
  const isAdmin = useMeQuery({ fetchPolicy: 'cache-only' }).data?.me?.roles.includes('ADMIN');
  const halt = useTradingHaltQuery({ pollInterval: ASK_MS }).data?.tradingHalt;
  if (!halt) return null;
  return (
    <aside
      aria-label={t('label')}
      className="flex flex-wrap items-center justify-center gap-x-3 gap-y-0.5 border-b border-danger/40 bg-danger-soft px-4 py-1.5 text-center text-xs font-semibold text-danger"
      data-testid="halt-banner"
    >
      <CircleStop className="size-3.5 shrink-0" aria-hidden />
      {/* Exits do not sell: a screen reader says this before anything else. */}
      <p role="alert" className="min-w-0 break-words">
        {t('since', { time: format.dayTime(halt.haltedAt), reason: halt.reason })}
        <span className="block font-normal text-text">{t('means')}</span>
      </p>
      {isAdmin && (
        <Link
          to="/admin/system"
          className="inline-flex items-center rounded underline underline-offset-2 phone:min-h-11"
        >
          {t('manage')}
        </Link>
      )}
    </aside>
  );
}
