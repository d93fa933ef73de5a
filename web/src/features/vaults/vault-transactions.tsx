import { Inbox } from 'lucide-react';
import { Link } from 'react-router';
import { useTranslations } from 'use-intl';
import { useVaultTransactionsQuery, type VaultTransactionsQuery } from '../../gql/generated';
import { useGrowingList } from '../../lib/growing-query';
import { signOf } from '../../lib/decimal';
import { useFormat } from '../../lib/format';
import { Card } from '../../ui/card';
import { DataTable, type Column } from '../../ui/data-table';
import { EmptyState } from '../../ui/empty-state';
import { ErrorPanel } from '../../ui/error-panel';
import { useListView } from '../../ui/list-view';
import { LoadMore } from '../../ui/load-more';
import { Quantity } from '../../ui/money';
import { Time } from '../../ui/time';
import { useReloadOnTrade } from './reload-on-trade';

type Transaction = NonNullable<VaultTransactionsQuery['vault']>['transactions']['edges'][number]['node'];

const PAGE = 20;

/** The ledger of a vault, newest first: the sum of these rows is its balance. */
export function VaultTransactions({ vaultId, name }: { vaultId: string; name: string }) {
  const t = useTranslations('vaults.transactions');
  const query = useVaultTransactionsQuery({ variables: { id: vaultId, first: PAGE } });
  const list = useGrowingList(query, {
    pageOf: (data: VaultTransactionsQuery) => data.vault?.transactions,
    withPage: (data, transactions) => (data.vault ? { vault: { ...data.vault, transactions } } : data),
  });
  useReloadOnTrade(list.renew);
  const view = useListView('vault-transactions', {
    caption: t('caption', { vault: name }),
    columns: useTransactionColumns(),
  });
  return (
    <Card flush title={t('title')} actions={view.headButton}>
      {query.error && (
        <div className="p-4">
          <ErrorPanel error={query.error} onRetry={() => void query.refetch().catch(() => undefined)} />
        </div>
      )}
      <DataTable
        {...view.table}
        rows={list.rows}
        rowKey={(row) => row.id}
        loading={!query.data && query.loading}
        empty={
          !query.error && (
            <EmptyState icon={<Inbox aria-hidden />} title={t('empty')}>
              {t('emptyBody')}
            </EmptyState>
          )
        }
      />
      <LoadMore shown={list.rows.length} hasMore={list.hasMore} busy={list.loadingMore} onMore={list.loadMore} />
    </Card>
  );
}

const useTransactionColumns = (): Column<Transaction>[] => {
  const t = useTranslations('vaults.transactions');
  return [
    { id: 'when', header: t('when'), width: 150, cell: (row) => <Time at={row.createdAt} withDay /> },
    { id: 'what', header: t('what'), width: 180, card: 'aside', cell: (row) => t(`types.${row.type}`) },
    {
      id: 'amount',
      header: t('amount'),
      width: 130,
      card: 'wide',
      align: 'end',
      cell: (row) => <Quantity value={row.amount} asset={row.asset} />,
    },
    {
      id: 'balance',
      header: t('balanceDelta'),
      width: 130,
      card: 'wide',
      align: 'end',
      cell: (row) => <Delta value={row.balanceDelta} />,
    },
    {
      id: 'reserved',
      header: t('reservedDelta'),
      width: 130,
      drop: 1,
      card: 'wide',
      align: 'end',
      cell: (row) => <Delta value={row.reservedDelta} />,
    },
    {
      id: 'job',
      header: t('job'),
      width: 100,
      align: 'end',
      cell: (row) =>
        row.jobId ? (
          <Link to={`/jobs/${row.jobId}`} className="num rounded text-accent hover:underline">
            {t('jobLink', { id: row.jobId })}
          </Link>
        ) : (
          <span className="text-faint">—</span>
        ),
    },
  ];
};

/** The change of a balance: with a sign, but without color, because moving money is neither gain nor loss. */
function Delta({ value }: { value: string }) {
  const format = useFormat();
  if (signOf(value) === 0) return <span className="text-faint">—</span>;
  return (
    <span className="num" title={value}>
      {format.decimal(value, { sign: true, maxFraction: 8 })}
    </span>
  );
}
