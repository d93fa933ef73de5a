import { Check, Landmark } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { toast } from '../../ui/toast';
import { useTranslations } from 'use-intl';
import {
  useDismissExternalOrderMutation,
  useExternalOrdersQuery,
  type ExternalOrderRowFragment,
} from '../../gql/generated';
import { signOf } from '../../lib/decimal';
import { chosenFilters, useFilterChoices } from '../../lib/filter-choices';
import { useGrowingList } from '../../lib/growing-query';
import { useRefetchOnLive } from '../../lib/live/events';
import { baseOf } from '../../lib/live/open-positions';
import { refusalOf } from '../../lib/submit';
import { useUrlFilters } from '../../lib/url-filters';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { ChoiceFilters } from '../../ui/choice-filters';
import { DataTable, type Column } from '../../ui/data-table';
import { EmptyState } from '../../ui/empty-state';
import { ErrorPanel } from '../../ui/error-panel';
import { FilterBar } from '../../ui/filter-bar';
import { useListView } from '../../ui/list-view';
import { LoadMore } from '../../ui/load-more';
import { Price, Quantity } from '../../ui/money';
import { SideBadge } from '../../ui/status-badge';
import { Checkbox } from '../../ui/switch';
import { Age } from '../../ui/time';
import { SymbolLink } from '../../ui/symbol-link';
import { AdoptDialog } from './adopt-dialog';

const PAGE = 20;
const TOPICS = ['alert', 'position'] as const;
const FILTERS = ['symbol', 'account', 'side', 'dismissed'] as const;
const keyOf = (row: ExternalOrderRowFragment) => row.id;

/** Orders at real exchanges that mvcashnode did not place; what they bought can be adopted as a position. */
export function ExternalOrders() {
  const t = useTranslations('foreign');
  const [adopting, setAdopting] = useState<ExternalOrderRowFragment | 'holding'>();
  const found = useTranslations('views');
  const filters = useUrlFilters(FILTERS, 'external-');
  const includeDismissed = filters.values.dismissed !== '';
  const query = useExternalOrdersQuery({
    variables: {
      first: PAGE,
      filter: { tradeMode: 'REAL', ...chosenFilters(filters.values), ...(includeDismissed && { includeDismissed }) },
    },
    fetchPolicy: 'cache-and-network',
  });
  const list = useGrowingList(query, {
    pageOf: (data) => data.externalOrders,
    withPage: (data, externalOrders) => ({ ...data, externalOrders }),
  });
  const { refetch } = query;
  useRefetchOnLive(TOPICS, refetch);
  const rows = list.rows as ExternalOrderRowFragment[];
  const columns = useColumns(setAdopting, () => void refetch().catch(() => undefined));
  const view = useListView('external-orders', { caption: t('title'), columns });
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
        <ExternalFilters {...{ filters, rows }} tools={view.columnsButton} />
        {query.error && <ErrorPanel error={query.error} onRetry={() => void refetch().catch(() => undefined)} />}
        <DataTable
          {...view.table}
          rows={rows}
          rowKey={keyOf}
          loading={query.data === undefined && !query.error}
          empty={
            <EmptyState icon={<Landmark aria-hidden />} title={filters.isFiltered ? found('nothingFound') : t('empty')}>
              {!filters.isFiltered && t('emptyBody')}
            </EmptyState>
          }
        />
        <LoadMore shown={rows.length} hasMore={list.hasMore} busy={list.loadingMore} onMore={list.loadMore} />
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

interface ExternalFiltersProps {
  filters: ReturnType<typeof useUrlFilters<(typeof FILTERS)[number]>>;
  rows: readonly ExternalOrderRowFragment[];
  tools: ReactNode;
}

function ExternalFilters({ filters, rows, tools }: ExternalFiltersProps) {
  const t = useTranslations('foreign');
  const choices = useFilterChoices({ tradeMode: 'REAL', symbolsOfRows: rows.map(({ symbol }) => symbol) });
  return (
    <div className="px-4">
      <FilterBar label={t('filters')} isFiltered={filters.isFiltered} onClear={filters.clear} tools={tools}>
        <ChoiceFilters of={['symbol', 'account', 'side']} {...{ choices, filters }} />
        <span className="self-center">
          <Checkbox
            checked={filters.values.dismissed !== ''}
            onChange={({ target }) => filters.set({ dismissed: target.checked ? 'also' : '' })}
          >
            {t('dismissedToo')}
          </Checkbox>
        </span>
      </FilterBar>
    </div>
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
      {order.dismissedAt === null ? (
        <Button size="sm" onClick={() => void take()} disabled={loading}>
          <Check className="size-3.5" aria-hidden />
          {t('dismiss')}
        </Button>
      ) : (
        <Badge>{t('dismissed')}</Badge>
      )}
    </span>
  );
}
