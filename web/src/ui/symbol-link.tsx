import { Link } from 'react-router';
import { useTranslations } from 'use-intl';
import { chartAddress } from '../lib/chart-address';

interface SymbolLinkProps {
  symbol: string;
  accountId?: string | undefined;
}

/** A symbol that leads to its chart. */
export function SymbolLink({ symbol, accountId }: SymbolLinkProps) {
  const t = useTranslations('ui');
  return (
    <Link
      to={chartAddress(symbol, accountId)}
      title={t('chartOf', { symbol })}
      className="rounded underline decoration-line-strong decoration-dotted underline-offset-4 hover:text-accent phone:-my-3 phone:inline-flex phone:min-h-11 phone:items-center"
    >
      {symbol}
    </Link>
  );
}
