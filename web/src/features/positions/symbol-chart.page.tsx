import { ChartCandlestick } from 'lucide-react';
import { useEffect, useId, useRef } from 'react';
import { Link } from 'react-router';
import { useTranslations } from 'use-intl';
import {
  useChartAccountsQuery,
  useSymbolFillsQuery,
  type ChartAccountFragment,
  type LiveFillFragment,
} from '../../gql/generated';
import { baseOf, useMarkets } from '../../lib/live/open-positions';
import { usePrice } from '../../lib/live/price-store';
import { useTradeMode } from '../../lib/preferences';
import { useUrlFilters } from '../../lib/url-filters';
import { nodesOf } from '../../lib/whole-list';
import { buttonClass } from '../../ui/button';
import { Card } from '../../ui/card';
import { DataTable, type Column } from '../../ui/data-table';
import { EmptyState } from '../../ui/empty-state';
import { ErrorPanel } from '../../ui/error-panel';
import { Field } from '../../ui/field';
import { FilterBar } from '../../ui/filter-bar';
import { FilterInput } from '../../ui/filter-input';
import { Select } from '../../ui/input';
import { useListView } from '../../ui/list-view';
import { Money, Price, Quantity } from '../../ui/money';
import { PageHeader } from '../../ui/page-header';
import { ModeBadge } from '../../ui/signal-badges';
import { Skeleton } from '../../ui/skeleton';
import { SideBadge } from '../../ui/status-badge';
import { Time } from '../../ui/time';
import { ChartFrame } from './chart/chart-frame';
import { priceKeyAt, symbolAmong } from './chart/chart-symbol';

const FILTERS = ['symbol', 'account'] as const;

/** The kept prices of any symbol, with the fills of one's own positions, also of one that is not held. */
export function SymbolChartPage() {
  const t = useTranslations('positions.symbolChart');
  const tradeMode = useTradeMode();
  const filters = useUrlFilters(FILTERS);
  const markets = useMarkets();
  const { data, error, refetch } = useChartAccountsQuery({ variables: { tradeMode } });
  const accounts = nodesOf(data?.exchangeAccounts) as readonly ChartAccountFragment[];
  const account = accounts.find(({ id }) => id === filters.values.account) ?? accounts[0];
  const symbol = symbolAmong(filters.values.symbol, [...markets.keys()]);
  return (
    <>
      <PageHeader title={symbol || t('title')} description={t('description')} marks={<ModeBadge mode={tradeMode} />} />
      <ChartFilters filters={filters} accounts={accounts} account={account} symbols={[...markets.keys()]} />
      {error && <ErrorPanel error={error} onRetry={() => void refetch().catch(() => undefined)} />}
      {!data && !error && <Skeleton className="h-96 rounded-card" />}
      {data && !account && (
        <Card>
          <EmptyState
            icon={<ChartCandlestick aria-hidden />}
            title={t('noAccount')}
            action={
              <Link to="/accounts" className={buttonClass('primary')}>
                {t('toAccounts')}
              </Link>
            }
          />
        </Card>
      )}
      {account && symbol === '' && (
        <Card>
          <EmptyState icon={<ChartCandlestick aria-hidden />} title={t('choose')} />
        </Card>
      )}
      {account && symbol !== '' && <SymbolChart key={`${account.id} ${symbol}`} account={account} symbol={symbol} />}
    </>
  );
}

interface ChartFiltersProps {
  filters: ReturnType<typeof useUrlFilters<(typeof FILTERS)[number]>>;
  accounts: readonly ChartAccountFragment[];
  account: ChartAccountFragment | undefined;
  symbols: readonly string[];
}

function ChartFilters({ filters, accounts, account, symbols }: ChartFiltersProps) {
  const t = useTranslations('positions.symbolChart');
  const listId = useId();
  return (
    <FilterBar isFiltered={false} onClear={filters.clear}>
      <Field label={t('symbol')}>
        <FilterInput
          data-filter
          list={listId}
          value={filters.values.symbol}
          placeholder="BTC/USDT"
          onChange={(next) => filters.set({ symbol: next.trim() })}
        />
      </Field>
      <datalist id={listId}>
        {symbols.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {accounts.length > 1 && (
        <Field label={t('account')}>
          <Select value={account?.id ?? ''} onChange={(event) => filters.set({ account: event.target.value })}>
            {accounts.map(({ id, label }) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
          </Select>
        </Field>
      )}
    </FilterBar>
  );
}

function SymbolChart({ account, symbol }: { account: ChartAccountFragment; symbol: string }) {
  const t = useTranslations('positions.symbolChart');
  const tradeMode = useTradeMode();
  const markets = useMarkets();
  const priceKey = priceKeyAt(account.priceVenue, symbol);
  const tickSize = tradeMode === 'SIMULATION' ? markets.get(symbol)?.tickSize : undefined;
  const query = useSymbolFillsQuery({
    variables: { filter: { tradeMode, accountId: account.id, symbol } },
    fetchPolicy: 'cache-and-network',
  });
  const fills = nodesOf(query.data?.positionFills) as readonly LiveFillFragment[];
  return (
    <div className="flex flex-col gap-4">
      <ChartFrame
        title={t('prices', { account: account.label })}
        startWith="M15"
        priceKey={priceKey}
        tickSize={tickSize}
        fills={fills}
        lines={[]}
        labelOf={(interval) => t('label', { symbol, interval })}
        whenEmpty={(again) => <NoPrices symbol={symbol} priceKey={priceKey} onPrice={again} />}
      />
      <Fills {...{ query, symbol, tickSize }} />
    </div>
  );
}

/** Says that nothing is kept, and asks again when a price comes. */
function NoPrices({ symbol, priceKey, onPrice }: { symbol: string; priceKey: string; onPrice: () => void }) {
  const t = useTranslations('positions.symbolChart');
  const isKnown = usePrice(priceKey) !== undefined;
  const ask = useRef(onPrice);
  useEffect(() => {
    if (isKnown) ask.current();
  }, [isKnown]);
  return (
    <EmptyState
      icon={<ChartCandlestick aria-hidden />}
      title={t('noPrices', { symbol })}
      action={
        <Link to="/parameters" className={buttonClass('plain')}>
          {t('toParameters')}
        </Link>
      }
    >
      {t('noPricesBody')}
    </EmptyState>
  );
}

interface FillsProps {
  query: ReturnType<typeof useSymbolFillsQuery>;
  symbol: string;
  tickSize: string | undefined;
}

/** The marked fills. Each leads to its position. */
function Fills({ query, symbol, tickSize }: FillsProps) {
  const t = useTranslations('positions');
  const fills = nodesOf(query.data?.positionFills) as readonly LiveFillFragment[];
  const columns: Column<LiveFillFragment>[] = [
    { id: 'at', width: 160, header: t('fills.at'), cell: ({ filledAt }) => <Time at={filledAt} withDay /> },
    { id: 'side', width: 80, header: t('fills.side'), card: 'aside', cell: ({ side }) => <SideBadge side={side} /> },
    {
      ...{ id: 'qty', width: 140, align: 'end', header: t('fills.qty') },
      cell: ({ qty }) => <Quantity value={qty} asset={baseOf(symbol)} />,
    },
    {
      ...{ id: 'price', width: 120, align: 'end', header: t('fills.price') },
      cell: ({ price }) => <Price value={price} tickSize={tickSize} />,
    },
    {
      ...{ id: 'realized', width: 120, align: 'end', header: t('fills.realized') },
      cell: ({ side, realizedQuote }) => (side === 'SELL' ? <Money value={realizedQuote} result /> : ''),
    },
  ];
  const view = useListView('fills', { caption: t('fills.title'), columns });
  return (
    <Card title={t('symbolChart.fills')} flush actions={view.headButton}>
      {query.error && !query.data ? (
        <ErrorPanel error={query.error} onRetry={() => void query.refetch().catch(() => undefined)} />
      ) : (
        <DataTable
          {...view.table}
          rows={fills}
          rowKey={({ id }) => id}
          hrefOf={({ positionId }) => `/positions/${positionId}`}
          loading={!query.data}
          empty={<EmptyState title={t('symbolChart.noFills', { symbol })} />}
        />
      )}
      {query.data?.positionFills?.pageInfo.hasNextPage === true && (
        <p className="border-t border-line px-4 py-2 text-xs text-muted">
          {t('symbolChart.newest', { count: fills.length })}
        </p>
      )}
    </Card>
  );
}
