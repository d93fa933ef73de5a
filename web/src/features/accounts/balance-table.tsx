import { useTranslations } from 'use-intl';
import type { AccountRowFragment } from '../../gql/generated';
import { ServerFigure } from '../../lib/live/stale';
import { DataTable, type Column } from '../../ui/data-table';
import { Money, Quantity } from '../../ui/money';
import { shownBalances } from './small-balances';

type BalanceRow = AccountRowFragment['balances'][number];

const isZero = (text: string) => /^-?0*(\.0*)?$/.test(text);

interface BalanceTableProps {
  label: string;
  balances: readonly BalanceRow[];
  /** Leaves out what is worth little, and says how many these are and what they are worth. */
  hidesSmall: boolean;
}

/** The balances of an account by asset; empty ones are left out. */
export function BalanceTable({ label, balances, hidesSmall }: BalanceTableProps) {
  const t = useTranslations('accounts');
  const columns: Column<BalanceRow>[] = [
    { id: 'asset', header: t('asset'), width: 60, cell: (row) => row.asset },
    {
      id: 'free',
      header: t('free'),
      width: 100,
      card: 'wide',
      align: 'end',
      cell: (row) => <Quantity value={row.free} />,
    },
    {
      id: 'locked',
      header: t('locked'),
      width: 80,
      drop: 2,
      card: 'wide',
      align: 'end',
      cell: (row) => <Quantity value={row.locked} />,
    },
    {
      id: 'total',
      header: t('total'),
      width: 100,
      drop: 1,
      card: 'wide',
      align: 'end',
      cell: (row) => <Quantity value={row.total} />,
    },
    {
      id: 'value',
      header: t('value'),
      width: 130,
      align: 'end',
      card: 'aside',
      cell: (row) => (
        <ServerFigure>
          <Money value={row.valueUsd} asset="USDT" />
        </ServerFigure>
      ),
    },
  ];
  const held = balances.filter(({ total }) => !isZero(total));
  const { shown, hiddenCount, hiddenValue } = shownBalances(held, hidesSmall);
  return (
    <>
      <DataTable
        caption={t('balances', { account: label })}
        columns={columns}
        rows={shown}
        rowKey={(row) => row.asset}
        empty={<p className="px-4 py-6 text-sm text-muted">{t(hiddenCount > 0 ? 'onlySmall' : 'noBalances')}</p>}
      />
      {hiddenCount > 0 && (
        <p className="border-t border-line px-4 py-2 text-xs text-muted" data-testid="hidden-balances">
          {t('hidden', { count: hiddenCount })}{' '}
          <ServerFigure>
            <Money value={hiddenValue} asset="USDT" />
          </ServerFigure>
          . {t('hiddenIncluded')}
        </p>
      )}
    </>
  );
}
