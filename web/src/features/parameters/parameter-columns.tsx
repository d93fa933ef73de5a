import { Pencil, Trash2 } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { ParameterRowFragment } from '../../gql/generated';
import { quoteOf } from '../../lib/live/open-positions';
import { formatSpan, useFormat } from '../../lib/format';
import { Badge } from '../../ui/badge';
import { IconButton } from '../../ui/button';
import type { Column } from '../../ui/data-table';
import { Quantity } from '../../ui/money';
import { SymbolLink } from '../../ui/symbol-link';

interface Actions {
  onEdit: (row: ParameterRowFragment) => void;
  onDelete: (row: ParameterRowFragment) => void;
}

/** The columns of the parameter table, with edit and delete at the end of each row. */
export const useParameterColumns = ({ onEdit, onDelete }: Actions): Column<ParameterRowFragment>[] => {
  const t = useTranslations('parameters');
  const side = useTranslations('words.side');
  const types = useTranslations('words.orderType');
  return [
    {
      id: 'symbol',
      header: t('columns.symbol'),
      width: 120,
      cell: (row) => <SymbolLink symbol={row.symbol} accountId={row.account.id} />,
    },
    { id: 'account', header: t('columns.account'), width: 135, cell: (row) => row.account.label },
    { id: 'side', header: t('columns.side'), width: 80, card: 'aside', cell: (row) => <Badge>{side(row.side)}</Badge> },
    {
      id: 'amount',
      header: t('columns.amount'),
      width: 140,
      card: 'wide',
      align: 'end',
      cell: (row) => <Amount row={row} />,
    },
    {
      id: 'order',
      header: t('columns.order'),
      width: 130,
      drop: 3,
      card: 'wide',
      cell: (row) => (
        <>
          {types(row.orderTypeDefault)}
          {row.slippageBps > 0 && <span className="num text-muted"> {t('slippage', { bps: row.slippageBps })}</span>}
        </>
      ),
    },
    {
      id: 'protection',
      header: t('columns.protection'),
      width: 245,
      card: 'wide',
      cell: (row) => <Protection row={row} />,
    },
    { id: 'limits', header: t('columns.limits'), width: 125, drop: 1, cell: (row) => <Limits row={row} /> },
    {
      id: 'vault',
      header: t('columns.vault'),
      width: 115,
      drop: 2,
      cell: (row) => row.vault?.name ?? <span className="text-muted">{t('noVault')}</span>,
    },
    {
      id: 'actions',
      header: t('columns.actions'),
      width: 90,
      align: 'end',
      card: 'action',
      hideHeader: true,
      cell: (row) => (
        <span className="inline-flex gap-1">
          <IconButton size="sm" label={t('edit', { symbol: row.symbol })} onClick={() => onEdit(row)}>
            <Pencil aria-hidden />
          </IconButton>
          <IconButton size="sm" label={t('delete', { symbol: row.symbol })} onClick={() => onDelete(row)}>
            <Trash2 aria-hidden />
          </IconButton>
        </span>
      ),
    },
  ];
};

function Amount({ row }: { row: ParameterRowFragment }) {
  const t = useTranslations('parameters');
  const form = useTranslations('parameters.form');
  const format = useFormat();
  if (row.quoteAmountFixed !== null) return <Quantity value={row.quoteAmountFixed} asset={quoteOf(row.symbol)} />;
  if (row.quoteAmountPctBalance !== null) {
    return <span className="num">{t('pctOfFree', { pct: format.decimal(row.quoteAmountPctBalance) })}</span>;
  }
  return form('sizingAll');
}

function Protection({ row }: { row: ParameterRowFragment }) {
  const t = useTranslations('parameters');
  const format = useFormat();
  const pct = (value: string) => ({ pct: format.decimal(value) });
  const parts = [
    row.defaultSlEnabled && row.defaultSlPct !== null && t('sl', pct(row.defaultSlPct)),
    row.defaultTpEnabled && row.defaultTpPct !== null && t('tp', pct(row.defaultTpPct)),
    row.trailingStopEnabled && row.trailingDistancePct !== null && t('trailing', pct(row.trailingDistancePct)),
    row.trailingStopEnabled && row.trailingArmingPct !== null && t('arming', pct(row.trailingArmingPct)),
    row.defaultTargets.length > 0 && t('targets', { count: row.defaultTargets.length }),
    row.defaultTimeStopHours !== null && t('timeStop', { hours: row.defaultTimeStopHours }),
    row.minProfitPct !== null && t('minProfit', pct(row.minProfitPct)),
  ].filter((part) => part !== false);
  if (parts.length === 0) return <span className="text-muted">{t('noProtection')}</span>;
  const words = parts.join(' · ');
  return (
    <span className="num" title={words}>
      {words}
    </span>
  );
}

function Limits({ row }: { row: ParameterRowFragment }) {
  const t = useTranslations('parameters');
  const parts = [
    row.maxOrdersPerHour !== null && t('perHour', { count: row.maxOrdersPerHour }),
    row.minIntervalSec !== null && t('every', { span: formatSpan(row.minIntervalSec * 1000) }),
  ].filter((part) => part !== false);
  if (parts.length === 0) return <span className="text-faint">—</span>;
  return <span className="num">{parts.join(' · ')}</span>;
}
