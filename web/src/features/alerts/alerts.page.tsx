import { BellOff } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useAlertsQuery, type AlertRowFragment, type AlertSeverity } from '../../gql/generated';
import { useGrowingList } from '../../lib/growing-query';
import { useRefetchOnLive } from '../../lib/live/events';
import { oneOf, useUrlFilters } from '../../lib/url-filters';
import { Card } from '../../ui/card';
import { EmptyState } from '../../ui/empty-state';
import { ErrorPanel } from '../../ui/error-panel';
import { Field } from '../../ui/field';
import { Select } from '../../ui/input';
import { LoadMore } from '../../ui/load-more';
import { PageHeader } from '../../ui/page-header';
import { Segmented } from '../../ui/segmented';
import { Skeleton } from '../../ui/skeleton';
import { AlertItem } from './alert-item';

const PAGE = 50;
const LIVE = ['alert'] as const;
const FILTERS = ['show', 'severity'] as const;
const SHOWN = ['open', 'all'] as const;
const SEVERITIES: readonly AlertSeverity[] = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'];

/** The alerts of this user; administrators also see those of the installation. */
export function AlertsPage() {
  const t = useTranslations('alerts');
  const common = useTranslations('common');
  const filters = useUrlFilters(FILTERS);
  const show = oneOf(filters.values.show, SHOWN) ?? 'open';
  const severity = oneOf(filters.values.severity, SEVERITIES);
  const filter = { openOnly: show === 'open', ...(severity && { severity: [severity] }) };
  const query = useAlertsQuery({ variables: { first: PAGE, filter }, fetchPolicy: 'cache-and-network' });
  const list = useGrowingList(query, {
    pageOf: (data) => data.alerts,
    withPage: (data, alerts) => ({ ...data, alerts }),
  });
  useRefetchOnLive(LIVE, query.refetch);
  // One that was resolved here leaves the list of open ones at once.
  const rows = (list.rows as AlertRowFragment[]).filter(({ resolvedAt }) => show === 'all' || resolvedAt === null);
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <div className="mb-4 flex flex-wrap items-end gap-3">
        <Segmented
          label={t('show')}
          value={show}
          options={SHOWN.map((value) => ({ value, label: t(value) }))}
          onChange={(next) => filters.set({ show: next === 'open' ? '' : next })}
        />
        <Field label={t('severity')} hideLabel>
          <Select value={severity ?? ''} onChange={(event) => filters.set({ severity: event.target.value })}>
            <option value="">{`${t('severity')}: ${common('all')}`}</option>
            {SEVERITIES.map((one) => (
              <option key={one} value={one}>
                {t(`severities.${one}`)}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      {query.error && (
        <div className="mb-4">
          <ErrorPanel error={query.error} onRetry={() => void query.refetch().catch(() => undefined)} />
        </div>
      )}
      <Card flush>
        {!query.data && !query.error && <Skeleton className="m-4 h-40" />}
        {query.data && rows.length === 0 && (
          <EmptyState icon={<BellOff aria-hidden />} title={t(show === 'open' && !severity ? 'emptyOpen' : 'empty')}>
            {show === 'open' && !severity && t('emptyOpenBody')}
          </EmptyState>
        )}
        <ul aria-label={t('title')} className="divide-y divide-line/60 empty:hidden">
          {rows.map((alert) => (
            <AlertItem key={alert.id} alert={alert} />
          ))}
        </ul>
        <LoadMore shown={rows.length} hasMore={list.hasMore} busy={list.loadingMore} onMore={list.loadMore} />
      </Card>
      <p className="mt-3 text-xs text-faint">{t('hint')}</p>
    </>
  );
}
