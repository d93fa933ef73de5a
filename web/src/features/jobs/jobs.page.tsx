import { Activity } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useTranslations } from 'use-intl';
import { useJobAccountsQuery, useTradeJobsQuery, type TradeJobsQuery } from '../../gql/generated';
import { useWholeList } from '../../lib/whole-list';
import { useGrowingList } from '../../lib/growing-query';
import { useLiveEvent } from '../../lib/live/events';
import { useMarkets } from '../../lib/live/open-positions';
import { useTradeMode } from '../../lib/preferences';
import { useThrottledCall } from '../../lib/throttled-call';
import { chosenColumns, resizeColumn } from '../../lib/views/table-view';
import { useTableView } from '../../lib/views/use-table-view';
import { useUrlFilters } from '../../lib/url-filters';
import { buttonClass } from '../../ui/button';
import { Card } from '../../ui/card';
import { ColumnsButton } from '../../ui/columns-dialog';
import { DataTable } from '../../ui/data-table';
import { EmptyState } from '../../ui/empty-state';
import { ErrorPanel } from '../../ui/error-panel';
import { Field } from '../../ui/field';
import { FilterBar } from '../../ui/filter-bar';
import { Select } from '../../ui/input';
import { LoadMore } from '../../ui/load-more';
import { MultiSelect } from '../../ui/multi-select';
import { PageHeader } from '../../ui/page-header';
import { SavedViews } from '../../ui/saved-views';
import { useJobColumns } from './job-columns';
import { groupsIn, isInGroups, STATUS_GROUP_NAMES, statusesOf } from './job-filter';

const PAGE = 30;
const RENEW_MS = 500;
const FILTERS = ['status', 'symbol', 'account'] as const;
type Filters = ReturnType<typeof useUrlFilters<(typeof FILTERS)[number]>>;

/** Every job of the chosen mode, newest first; the list updates by itself. */
export function JobsPage() {
  const t = useTranslations('jobs');
  const tradeMode = useTradeMode();
  const filters = useUrlFilters(FILTERS);
  const { symbol, account } = filters.values;
  const groups = groupsIn(filters.values.status);
  const query = useTradeJobsQuery({
    variables: {
      first: PAGE,
      filter: {
        tradeMode,
        ...(groups.length > 0 ? { status: statusesOf(groups) } : {}),
        ...(symbol ? { symbol } : {}),
        ...(account ? { accountId: account } : {}),
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
  const common = useTranslations('common');
  const accounts = useWholeList(useJobAccountsQuery({ variables: { tradeMode: useTradeMode() } }), 'exchangeAccounts');
  const symbols = [...useMarkets().keys()];
  const { status, symbol, account } = filters.values;
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
      <Field label={t('filterSymbol')}>
        <Select value={symbol} onChange={(event) => filters.set({ symbol: event.target.value })}>
          <option value="">{common('all')}</option>
          {(symbol && !symbols.includes(symbol) ? [symbol, ...symbols] : symbols).map((name) => (
            <option key={name}>{name}</option>
          ))}
        </Select>
      </Field>
      <Field label={t('filterAccount')}>
        <Select
          key={accounts ? 'known' : 'waiting'}
          value={account}
          onChange={(event) => filters.set({ account: event.target.value })}
        >
          <option value="">{common('all')}</option>
          {accounts?.map(({ id, label }) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </Select>
      </Field>
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
