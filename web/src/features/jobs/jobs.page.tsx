import { Activity } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useTranslations } from 'use-intl';
import { useJobAccountsQuery, useJobSourcesQuery, useTradeJobsQuery, type TradeJobsQuery } from '../../gql/generated';
import { useWholeList } from '../../lib/whole-list';
import { useGrowingList } from '../../lib/growing-query';
import { useLiveEvent } from '../../lib/live/events';
import { useMarkets } from '../../lib/live/open-positions';
import { useTradeMode } from '../../lib/preferences';
import { useThrottledCall } from '../../lib/throttled-call';
import { chosenColumns, resizeColumn } from '../../lib/views/table-view';
import { useTableView } from '../../lib/views/use-table-view';
import { severalOf, useUrlFilters } from '../../lib/url-filters';
import { buttonClass } from '../../ui/button';
import { Card } from '../../ui/card';
import { ColumnsButton } from '../../ui/columns-dialog';
import { DataTable } from '../../ui/data-table';
import { EmptyState } from '../../ui/empty-state';
import { ErrorPanel } from '../../ui/error-panel';
import { FilterBar } from '../../ui/filter-bar';
import { LoadMore } from '../../ui/load-more';
import { MultiSelect, withChosen } from '../../ui/multi-select';
import { PageHeader } from '../../ui/page-header';
import { SavedViews } from '../../ui/saved-views';
import { useJobColumns } from './job-columns';
import { groupsIn, isInGroups, STATUS_GROUP_NAMES, statusesOf } from './job-filter';

const PAGE = 30;
const RENEW_MS = 500;
const FILTERS = ['status', 'symbol', 'account', 'source'] as const;
type Filters = ReturnType<typeof useUrlFilters<(typeof FILTERS)[number]>>;

/** Every job of the chosen mode, newest first; the list updates by itself. */
export function JobsPage() {
  const t = useTranslations('jobs');
  const tradeMode = useTradeMode();
  const filters = useUrlFilters(FILTERS);
  const { symbol, account, source } = filters.values;
  const groups = groupsIn(filters.values.status);
  const query = useTradeJobsQuery({
    variables: {
      first: PAGE,
      filter: {
        tradeMode,
        ...(groups.length > 0 ? { status: statusesOf(groups) } : {}),
        ...(symbol ? { symbols: severalOf(symbol) } : {}),
        ...(account ? { accountIds: severalOf(account) } : {}),
        ...(source ? { sourceIds: severalOf(source) } : {}),
      },
    },
  });
  const list = useGrowingList(query, {
    pageOf: (data: TradeJobsQuery) => data.tradeJobs,
    withPage: (data, tradeJobs) => ({ ...data, tradeJobs }),
  });
  // Live events update known jobs in the cache; the list is read again only for new jobs.
  useLiveEvent('job', useThrottledCall(list.renew, RENEW_MS));
  const rows = list.rows.filter((job) => isInGroups(job.status, groups));
  const columns = useJobColumns();
  const [table, setTable] = useTableView('jobs');
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <JobFilters filters={filters}>
        <SavedViews view={table} onChange={setTable} />
        <ColumnsButton columns={columns} view={table} onChange={setTable} />
      </JobFilters>
      {query.error && (
        <div className="mb-4">
          <ErrorPanel error={query.error} onRetry={() => void query.refetch().catch(() => undefined)} />
        </div>
      )}
      <Card flush>
        <DataTable
          caption={t('caption')}
          columns={chosenColumns(columns, table)}
          onResize={table.isLocked ? undefined : (id, width) => setTable(resizeColumn(table, id, width))}
          rows={rows}
          rowKey={(job) => job.id}
          hrefOf={(job) => `/jobs/${job.id}`}
          loading={!query.data && query.loading}
          empty={!query.error && <NoJobs isFiltered={filters.isFiltered} />}
        />
        <LoadMore shown={rows.length} hasMore={list.hasMore} busy={list.loadingMore} onMore={list.loadMore} />
      </Card>
    </>
  );
}

function JobFilters({ filters, children }: { filters: Filters; children: ReactNode }) {
  const t = useTranslations('jobs');
  const tradeMode = useTradeMode();
  const accounts = useWholeList(useJobAccountsQuery({ variables: { tradeMode } }), 'exchangeAccounts');
  const sources = useWholeList(useJobSourcesQuery({ variables: { tradeMode } }), 'webhookSources');
  const symbols = [...useMarkets().keys()];
  const { status } = filters.values;
  const named = (rows: readonly { id: string; label: string }[] | undefined) =>
    (rows ?? []).map(({ id, label }) => ({ value: id, label }));
  const choices = [
    ['symbol', t('filterSymbol'), symbols.map((name) => ({ value: name, label: name }))],
    ['account', t('filterAccount'), named(accounts)],
    ['source', t('filterSource'), named(sources)],
  ] as const;
  return (
    <FilterBar isFiltered={filters.isFiltered} onClear={filters.clear}>
      <span className="w-44">
        <MultiSelect
          label={t('filterStatus')}
          options={STATUS_GROUP_NAMES.map((name) => ({ value: name, label: t(`status.${name}`) }))}
          chosen={groupsIn(status)}
          onChange={(names) => filters.set({ status: names.join() })}
        />
      </span>
      {choices.map(([name, label, options]) => (
        <span key={name} className="w-40">
          <MultiSelect
            label={label}
            options={withChosen(options, severalOf(filters.values[name]))}
            chosen={severalOf(filters.values[name])}
            onChange={(values) => filters.set({ [name]: values.join() })}
          />
        </span>
      ))}
      <span className="flex flex-1 justify-end gap-2.5">{children}</span>
    </FilterBar>
  );
}

function NoJobs({ isFiltered }: { isFiltered: boolean }) {
  const t = useTranslations('jobs');
  if (isFiltered) return <EmptyState icon={<Activity aria-hidden />} title={t('emptyFiltered')} />;
  return (
    <EmptyState
      icon={<Activity aria-hidden />}
      title={t('emptyTitle')}
      action={
        <>
          <Link to="/lab" className={buttonClass('primary')}>
            {t('toLab')}
          </Link>
          <Link to="/sources" className={buttonClass()}>
            {t('toSources')}
          </Link>
        </>
      }
    >
      {t('emptyBody')}
    </EmptyState>
  );
}
