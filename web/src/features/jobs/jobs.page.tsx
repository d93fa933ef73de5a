import { Activity } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useTranslations } from 'use-intl';
import { useTradeJobsQuery, type TradeJobsQuery } from '../../gql/generated';
import { chosenFilters, useFilterChoices } from '../../lib/filter-choices';
import { useGrowingList } from '../../lib/growing-query';
import { useLiveEvent } from '../../lib/live/events';
import { useTradeMode } from '../../lib/preferences';
import { useThrottledCall } from '../../lib/throttled-call';
import { useUrlFilters } from '../../lib/url-filters';
import { buttonClass } from '../../ui/button';
import { Card } from '../../ui/card';
import { ChoiceFilters } from '../../ui/choice-filters';
import { DataTable } from '../../ui/data-table';
import { EmptyState } from '../../ui/empty-state';
import { ErrorPanel } from '../../ui/error-panel';
import { FilterBar } from '../../ui/filter-bar';
import { useListView } from '../../ui/list-view';
import { LoadMore } from '../../ui/load-more';
import { MultiSelect } from '../../ui/multi-select';
import { PageHeader } from '../../ui/page-header';
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
  const groups = groupsIn(filters.values.status);
  const query = useTradeJobsQuery({
    variables: {
      first: PAGE,
      filter: {
        tradeMode,
        ...(groups.length > 0 ? { status: statusesOf(groups) } : {}),
        ...chosenFilters(filters.values),
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
  const view = useListView('jobs', { caption: t('caption'), columns: useJobColumns() });
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <JobFilters filters={filters} tools={view.tools} />
      {query.error && (
        <div className="mb-4">
          <ErrorPanel error={query.error} onRetry={() => void query.refetch().catch(() => undefined)} />
        </div>
      )}
      <Card flush>
        <DataTable
          {...view.table}
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

function JobFilters({ filters, tools }: { filters: Filters; tools: ReactNode }) {
  const t = useTranslations('jobs');
  const choices = useFilterChoices();
  return (
    <FilterBar isFiltered={filters.isFiltered} onClear={filters.clear} tools={tools}>
      <span className="w-44">
        <MultiSelect
          label={t('filterStatus')}
          options={STATUS_GROUP_NAMES.map((name) => ({ value: name, label: t(`status.${name}`) }))}
          chosen={groupsIn(filters.values.status)}
          onChange={(names) => filters.set({ status: names.join() })}
        />
      </span>
      <ChoiceFilters of={['symbol', 'account', 'source']} {...{ choices, filters }} />
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
