import { ScrollText } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useAuditLogQuery, useMeQuery, type AuditLogQuery } from '../../gql/generated';
import { useGrowingList } from '../../lib/growing-query';
import { useTradeMode } from '../../lib/preferences';
import { useUrlFilters } from '../../lib/url-filters';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { CodeBlock } from '../../ui/code-block';
import { DataTable, type Column } from '../../ui/data-table';
import { Sheet } from '../../ui/dialog';
import { EmptyState } from '../../ui/empty-state';
import { ErrorPanel } from '../../ui/error-panel';
import { ExportLink } from '../../ui/export-link';
import { Facts } from '../../ui/facts';
import { Field } from '../../ui/field';
import { FilterBar } from '../../ui/filter-bar';
import { FilterInput } from '../../ui/filter-input';
import { Input } from '../../ui/input';
import { useListView } from '../../ui/list-view';
import { LoadMore } from '../../ui/load-more';
import { PageHeader } from '../../ui/page-header';
import { Time } from '../../ui/time';
import { VerifyAudit } from './verify-audit';

const PAGE = 50;
const FILTERS = ['action', 'entity', 'from', 'to'] as const;
type Entry = AuditLogQuery['auditLog']['edges'][number]['node'];

/** The start of a day of this computer as an instant; undefined while it is not a date. */
const startOf = (day: string, plusDays = 0): string | undefined => {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  return /^\d{4}-\d{2}-\d{2}$/.test(day) ? new Date(year, month - 1, date + plusDays).toISOString() : undefined;
};

/** Who did what, with search; administrators see everything about users. */
export function AuditPage() {
  const t = useTranslations('audit');
  const isAdmin = useMeQuery({ fetchPolicy: 'cache-only' }).data?.me?.roles.includes('ADMIN') ?? false;
  const tradeMode = useTradeMode();
  const filters = useUrlFilters(FILTERS);
  const { action, entity, from, to } = filters.values;
  const dates = useMemo(() => ({ from: startOf(from), to: startOf(to, 1) }), [from, to]);
  const filter = {
    ...(action && { action }),
    ...(entity && { entity }),
    ...(dates.from && { from: dates.from }),
    ...(dates.to && { to: dates.to }),
  };
  const query = useAuditLogQuery({ variables: { first: PAGE, filter }, fetchPolicy: 'cache-and-network' });
  const list = useGrowingList(query, {
    pageOf: (data) => data.auditLog,
    withPage: (data, auditLog) => ({ ...data, auditLog }),
  });
  const [shown, setShown] = useState<Entry>();
  const view = useListView('audit', { caption: t('title'), columns: useColumns(setShown) });
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t(isAdmin ? 'descriptionAdmin' : 'description')}
        actions={<ExportLink list="audit-log" filter={{ tradeMode, ...dates }} />}
      />
      {isAdmin && <VerifyAudit />}
      <FilterBar isFiltered={filters.isFiltered} onClear={filters.clear} tools={view.tools}>
        <Field label={t('filterAction')}>
          <FilterInput
            data-filter
            placeholder={t('filterActionHint')}
            value={action}
            onChange={(next) => filters.set({ action: next.trim() })}
          />
        </Field>
        <Field label={t('filterEntity')}>
          <FilterInput
            placeholder={t('filterEntityHint')}
            value={entity}
            onChange={(next) => filters.set({ entity: next.trim() })}
          />
        </Field>
        <Field label={t('from')}>
          <Input type="date" value={from} onChange={(event) => filters.set({ from: event.target.value })} />
        </Field>
        <Field label={t('to')}>
          <Input type="date" value={to} onChange={(event) => filters.set({ to: event.target.value })} />
        </Field>
      </FilterBar>
      {query.error && (
        <div className="mb-4">
          <ErrorPanel error={query.error} onRetry={() => void query.refetch().catch(() => undefined)} />
        </div>
      )}
      <Card flush>
        <DataTable
          {...view.table}
          rows={list.rows as Entry[]}
          rowKey={({ id }) => id}
          loading={!query.data && !query.error}
          empty={!query.error && <EmptyState icon={<ScrollText aria-hidden />} title={t('empty')} />}
        />
        <LoadMore shown={list.rows.length} hasMore={list.hasMore} busy={list.loadingMore} onMore={list.loadMore} />
      </Card>
      {shown && <EntrySheet entry={shown} onClose={() => setShown(undefined)} />}
    </>
  );
}

function EntrySheet({ entry, onClose }: { entry: Entry; onClose: () => void }) {
  const t = useTranslations('audit');
  return (
    <Sheet open onOpenChange={onClose} title={t('entry', { id: entry.id })}>
      <Facts
        facts={[
          [t('at'), <Time key="at" at={entry.createdAt} withDay />],
          [t('actor'), entry.actor ?? t('nobody')],
          [t('action'), <code key="action">{entry.action}</code>],
          [t('entity'), <code key="entity">{[entry.entity, entry.entityId].filter(Boolean).join(' ')}</code>],
          [t('ip'), entry.ip],
          [t('agent'), entry.userAgent],
          [t('request'), entry.requestId && <code key="request">{entry.requestId}</code>],
        ]}
      />
      <p className="mt-4 mb-1.5 text-xs text-muted">{t('changes')}</p>
      <CodeBlock code={JSON.stringify(entry.changes, null, 2)} label={t('changes')} />
    </Sheet>
  );
}

const useColumns = (onShow: (entry: Entry) => void): Column<Entry>[] => {
  const t = useTranslations('audit');
  return useMemo(
    () => [
      { id: 'at', width: 160, header: t('at'), cell: ({ createdAt }) => <Time at={createdAt} withDay /> },
      {
        ...{ id: 'action', width: 200, header: t('action') },
        cell: ({ action }) => (
          <code lang="en" className="text-xs">
            {action}
          </code>
        ),
      },
      {
        ...{ id: 'entity', width: 160, header: t('entity') },
        cell: ({ entity, entityId }) => (
          <code lang="en" className="text-xs">
            {[entity, entityId].filter(Boolean).join(' ')}
          </code>
        ),
      },
      { id: 'actor', width: 180, drop: 2, header: t('actor'), cell: ({ actor }) => actor ?? t('nobody') },
      {
        ...{ id: 'ip', width: 120, drop: 1, header: t('ip') },
        cell: ({ ip }) => <span className="num">{ip ?? '—'}</span>,
      },
      {
        ...{ id: 'details', width: 100, align: 'end', card: 'action', header: t('details'), hideHeader: true },
        cell: (entry) => (
          <Button size="sm" onClick={() => onShow(entry)}>
            {t('details')}
          </Button>
        ),
      },
    ],
    [t, onShow],
  );
};
