import { ListX } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { useLimitOrdersQuery, type RestingOrderFragment } from '../../gql/generated';
import { chosenFilters, useFilterChoices } from '../../lib/filter-choices';
import { useGrowingList } from '../../lib/growing-query';
import { useRefetchOnLive } from '../../lib/live/events';
import { baseOf, useMarkets } from '../../lib/live/open-positions';
import { ServerFigure } from '../../lib/live/stale';
import { useTradeMode } from '../../lib/preferences';
import { useUrlFilters } from '../../lib/url-filters';
import { Card } from '../../ui/card';
import { ChoiceFilters } from '../../ui/choice-filters';
import { DataTable, type Column } from '../../ui/data-table';
import { EmptyState } from '../../ui/empty-state';
import { ErrorPanel } from '../../ui/error-panel';
import { FilterBar } from '../../ui/filter-bar';
import { useListView } from '../../ui/list-view';
import { LoadMore } from '../../ui/load-more';
import { Missing, Pct, Price, Quantity } from '../../ui/money';
import { PageHeader } from '../../ui/page-header';
import { JobStatusBadge, SideBadge } from '../../ui/status-badge';
import { Age, Time } from '../../ui/time';
import { CancelOrderButton } from '../../actions/cancel-order-button';
import { CancelSymbolButton } from './cancel-symbol-button';
import { ExternalOrders } from './external-orders';

const PAGE = 50;
const TOPICS = ['job'] as const;
const FILTERS = ['symbol', 'account', 'source', 'side'] as const;

const keyOf = (row: RestingOrderFragment) => row.id;
const hrefOf = (row: RestingOrderFragment) => `/jobs/${row.id}`;

/** The limit orders that rest in the book, or are being sent to it. */
export function OrdersPage() {
  const t = useTranslations('orders');
  const found = useTranslations('views');
  const tradeMode = useTradeMode();
  const filters = useUrlFilters(FILTERS);
  const query = useLimitOrdersQuery({
    variables: { first: PAGE, filter: { tradeMode, ...chosenFilters(filters.values) } },
    fetchPolicy: 'cache-and-network',
  });
  const list = useGrowingList(query, {
    pageOf: (data) => data.limitOrders,
    withPage: (data, limitOrders) => ({ ...data, limitOrders }),
  });
  const { refetch } = query;
  useRefetchOnLive(TOPICS, refetch);
  const rows = list.rows as RestingOrderFragment[];
  const choices = useFilterChoices({ symbolsOfRows: rows.map(({ symbol }) => symbol) });
  const view = useListView('orders', { caption: t('title'), columns: useOrderColumns() });
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} actions={<CancelSymbolButton orders={rows} />} />
      <FilterBar isFiltered={filters.isFiltered} onClear={filters.clear} tools={view.tools}>
        <ChoiceFilters of={FILTERS} {...{ choices, filters }} />
      </FilterBar>
      {query.error && (
        <div className="mb-4">
          <ErrorPanel error={query.error} onRetry={() => void refetch().catch(() => undefined)} />
        </div>
      )}
      <Card flush>
        <DataTable
          {...view.table}
          rows={rows}
          rowKey={keyOf}
          hrefOf={hrefOf}
          loading={query.data === undefined && !query.error}
          empty={
            <EmptyState icon={<ListX aria-hidden />} title={filters.isFiltered ? found('nothingFound') : t('empty')}>
              {!filters.isFiltered && t('emptyBody')}
            </EmptyState>
          }
        />
        <LoadMore shown={rows.length} hasMore={list.hasMore} busy={list.loadingMore} onMore={list.loadMore} />
      </Card>
      {tradeMode === 'REAL' && (
        <div className="mt-6">
          <ExternalOrders />
        </div>
      )}
    </>
  );
}

const useOrderColumns = (): Column<RestingOrderFragment>[] => {
  const t = useTranslations('orders.columns');
  const markets = useMarkets();
  return useMemo(() => {
    const columns: Omit<Column<RestingOrderFragment>, 'header'>[] = [
      { id: 'symbol', width: 110, cell: (row) => row.symbol },
      { id: 'side', width: 80, card: 'aside', cell: (row) => <SideBadge side={row.side} /> },
      { id: 'account', width: 120, drop: 5, cell: (row) => row.account.label },
      {
        ...{ id: 'price', width: 110, align: 'end' },
        cell: (row) => <Price value={row.limitPrice} tickSize={markets.get(row.symbol)?.tickSize} />,
      },
      {
        ...{ id: 'distance', width: 90, drop: 4, align: 'end' },
        cell: (row) =>
          row.distancePct === null ? (
            <Missing />
          ) : (
            <ServerFigure>
              <Pct value={row.distancePct.replace('-', '')} result={false} />
            </ServerFigure>
          ),
      },
      {
        ...{ id: 'filled', width: 190, align: 'end', card: 'wide' },
        cell: (row) => (
          <>
            <Quantity value={row.executedQty} /> / <Quantity value={row.baseQuantity} asset={baseOf(row.symbol)} />
          </>
        ),
      },
      { id: 'status', width: 150, drop: 3, cell: (row) => <JobStatusBadge status={row.status} /> },
      { id: 'age', width: 80, drop: 1, align: 'end', cell: (row) => <Age at={row.createdAt} /> },
      {
        ...{ id: 'expires', width: 140, drop: 2, card: 'wide' },
        cell: (row) => (row.limitOrderExpiresAt ? <Time at={row.limitOrderExpiresAt} withDay /> : <Missing />),
      },
      {
        ...{ id: 'action', width: 100, align: 'end', card: 'action', hideHeader: true },
        cell: (row) => <CancelOrderButton order={row} />,
      },
    ];
    return columns.map((column) => ({ ...column, header: t(column.id) }));
  }, [markets, t]);
};
