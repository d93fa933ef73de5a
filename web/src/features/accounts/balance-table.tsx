import { useTranslations } from 'use-intl';
import type { AccountRowFragment } from '../../gql/generated';
import { ServerFigure } from '../../lib/live/stale';
import { DataTable, type Column } from '../../ui/data-table';
import { Money, Quantity } from '../../ui/money';

type BalanceRow = AccountRowFragment['balances'][number];

const isZero = (text: string) => /^-?0*(\.0*)?$/.test(text);

/** The balances of an account by asset; empty ones are left out. */
export function BalanceTable({ label, balances }: { label: string; balances: readonly BalanceRow[] }) {
  const t = useTranslations('accounts');
  const columns: Column<BalanceRow>[] = [
    { id: 'asset', header: t('asset'), width: 65, cell: (row) => row.asset },
    {
      id: 'free',
      header: t('free'),
      width: 130,
      card: 'wide',
      align: 'end',
      cell: (row) => <Quantity value={row.free} />,
    },
    {
      id: 'locked',
      header: t('locked'),
      width: 90,
      card: 'wide',
      align: 'end',
      cell: (row) => <Quantity value={row.locked} />,
    },
    {
      id: 'total',
      header: t('total'),
      width: 130,
      card: 'wide',
      align: 'end',
      cell: (row) => <Quantity value={row.total} />,
    },
    {
      id: 'value',
      header: t('value'),
      width: 125,
      align: 'end',
      card: 'aside',
      cell: (row) => (
        <ServerFigure>
          <Money value={row.valueUsd} asset="USDT" />
        </ServerFigure>
      ),
    },
  ];
  return (
    <DataTable
      caption={t('balances', { account: label })}
      columns={columns}
      rows={balances.filter(({ total }) => !isZero(total))}
      rowKey={(row) => row.asset}
      empty={<p className="px-4 py-6 text-sm text-muted">{t('noBalances')}</p>}
    />
  );
}
