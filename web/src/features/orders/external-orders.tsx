import { Check, Landmark } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Link } from 'react-router';
import { toast } from '../../ui/toast';
import { useTranslations } from 'use-intl';
import {
  useDismissExternalOrderMutation,
  useExternalOrdersQuery,
  type ExternalOrderRowFragment,
} from '../../gql/generated';
import { signOf } from '../../lib/decimal';
import { useGrowingList } from '../../lib/growing-query';
import { useRefetchOnLive } from '../../lib/live/events';
import { baseOf } from '../../lib/live/open-positions';
import { refusalOf } from '../../lib/submit';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { DataTable, type Column } from '../../ui/data-table';
import { EmptyState } from '../../ui/empty-state';
import { ErrorPanel } from '../../ui/error-panel';
import { LoadMore } from '../../ui/load-more';
import { Price, Quantity } from '../../ui/money';
import { SideBadge } from '../../ui/status-badge';
import { Age } from '../../ui/time';
import { SymbolLink } from '../../ui/symbol-link';
import { AdoptDialog } from './adopt-dialog';

const PAGE = 20;
const TOPICS = ['alert', 'position'] as const;
const keyOf = (row: ExternalOrderRowFragment) => row.id;

/** Orders at real exchanges that mvcashnode did not place; what they bought can be adopted as a position. */
export function ExternalOrders() {
  const t = useTranslations('foreign');
  const [adopting, setAdopting] = useState<ExternalOrderRowFragment | 'holding'>();
  const query = useExternalOrdersQuery({
    variables: { first: PAGE, filter: { tradeMode: 'REAL' } },
    fetchPolicy: 'cache-and-network',
  });
  const list = useGrowingList(query, {
    pageOf: (data) => data.externalOrders,
    withPage: (data, externalOrders) => ({ ...data, externalOrders }),
  });
  const { refetch } = query;
  useRefetchOnLive(TOPICS, refetch);
  const columns = useColumns(setAdopting, () => void refetch().catch(() => undefined));
  return (
    <>
      <Card
        flush
        title={t('title')}
        actions={
          <Button size="sm" onClick={() => setAdopting('holding')}>
            {t('adoptHolding')}
          </Button>
        }
      >
        <p className="px-4 py-3 text-sm text-muted">{t('description')}</p>
        {query.error && <ErrorPanel error={query.error} onRetry={() => void refetch().catch(() => undefined)} />}
        <DataTable
          caption={t('title')}
          columns={columns}
          rows={list.rows as ExternalOrderRowFragment[]}
          rowKey={keyOf}
          loading={query.data === undefined && !query.error}
          empty={
            <EmptyState icon={<Landmark aria-hidden />} title={t('empty')}>
              {t('emptyBody')}
            </EmptyState>
          }
        />
        <LoadMore shown={list.rows.length} hasMore={list.hasMore} busy={list.loadingMore} onMore={list.loadMore} />
      </Card>
      {adopting && (
        <AdoptDialog
          {...(adopting === 'holding' ? {} : { order: adopting })}
          onClose={() => setAdopting(undefined)}
          onDone={() => void refetch().catch(() => undefined)}
        />
      )}
    </>
  );
}

function useColumns(
  onAdopt: (order: ExternalOrderRowFragment) => void,
  onDismissed: () => void,
): Column<ExternalOrderRowFragment>[] {
  const t = useTranslations('foreign.columns');
  const status = useTranslations('foreign.status');
  return useMemo(() => {
    const columns: Omit<Column<ExternalOrderRowFragment>, 'header'>[] = [
      { id: 'symbol', width: 110, cell: (row) => <SymbolLink symbol={row.symbol} accountId={row.account.id} /> },
      { id: 'side', width: 80, card: 'aside', cell: (row) => <SideBadge side={row.side} /> },
      { id: 'account', width: 120, drop: 4, cell: (row) => row.account.label },
      {
        ...{ id: 'limit', width: 110, align: 'end' },
        cell: (row) => <Price value={row.limitPrice} tickSize={undefined} />,
      },
      {
        ...{ id: 'traded', width: 190, align: 'end', card: 'wide' },
        cell: (row) => (
          <>
            <Quantity value={row.executedQty} /> /{' '}
            <Quantity value={row.quantity ?? row.executedQty} asset={baseOf(row.symbol)} />
          </>
        ),
      },
      {
        ...{ id: 'average', width: 110, drop: 2, align: 'end' },
        cell: (row) => <Price value={row.avgPrice} tickSize={undefined} />,
      },
      {
        ...{ id: 'status', width: 130, drop: 3 },
        cell: (row) => <Badge>{status.has(row.status) ? status(row.status) : row.status}</Badge>,
      },
      { ...{ id: 'age', width: 80, drop: 1, align: 'end' }, cell: (row) => <Age at={row.placedAt} /> },
      {
        ...{ id: 'action', width: 190, align: 'end', card: 'action', hideHeader: true },
        cell: (row) => <RowActions order={row} onAdopt={() => onAdopt(row)} onDismissed={onDismissed} />,
      },
    ];
    return columns.map((column) => ({ ...column, header: t(column.id) }));
  }, [onAdopt, onDismissed, status, t]);
}

function RowActions({
  order,
  onAdopt,
  onDismissed,
}: {
  order: ExternalOrderRowFragment;
  onAdopt: () => void;
  onDismissed: () => void;
}) {
  const t = useTranslations('foreign');
  const ui = useTranslations('ui.fault');
  const [dismiss, { loading }] = useDismissExternalOrderMutation();
  const take = async () => {
    try {
      await dismiss({ variables: { input: { externalOrderId: order.id } } });
      onDismissed();
    } catch (error) {
      const { code, message } = refusalOf(error);
      toast.error(code === 'NETWORK' ? ui('NETWORK') : message);
    }
  };
  const isAdoptable = order.side === 'BUY' && order.positionId === null && signOf(order.executedQty) > 0;
  return (
    <span className="inline-flex gap-2">
      {order.positionId !== null && (
        <Link to={`/positions/${order.positionId}`} className="text-accent hover:underline">
          {t('position')}
        </Link>
      )}
      {isAdoptable && (
        <Button size="sm" onClick={onAdopt}>
          {t('adopt')}
        </Button>
      )}
      <Button size="sm" onClick={() => void take()} disabled={loading}>
        <Check className="size-3.5" aria-hidden />
        {t('dismiss')}
      </Button>
    </span>
  );
}
