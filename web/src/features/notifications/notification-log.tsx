import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useNotificationLogQuery, type NotificationLogQuery, type NotificationStatus } from '../../gql/generated';
import { useGrowingList } from '../../lib/growing-query';
import { Card } from '../../ui/card';
import { DataTable, type Column } from '../../ui/data-table';
import { EmptyState } from '../../ui/empty-state';
import { ErrorPanel } from '../../ui/error-panel';
import { Select } from '../../ui/input';
import { useListView } from '../../ui/list-view';
import { LoadMore } from '../../ui/load-more';
import { Time } from '../../ui/time';
import { DeliveryStatus } from './delivery-status';

const PAGE = 20;
const ASK_MS = 10_000;
const STATUSES: readonly NotificationStatus[] = ['PENDING', 'SENDING', 'SENT', 'UNKNOWN', 'FAILED'];
type Entry = NotificationLogQuery['notificationLog']['edges'][number]['node'];

/** What was sent to all users, without its text. */
export function NotificationLog() {
  const t = useTranslations('notifications.log');
  const common = useTranslations('common');
  const servers = useTranslations('notifications.servers');
  const [status, setStatus] = useState<NotificationStatus | ''>('');
  const query = useNotificationLogQuery({
    ...{ variables: { first: PAGE, filter: status ? { status: [status] } : null }, fetchPolicy: 'cache-and-network' },
    ...{ pollInterval: ASK_MS, skipPollAttempt: () => document.hidden },
  });
  const list = useGrowingList(query, {
    pageOf: (data) => data.notificationLog,
    withPage: (data, notificationLog) => ({ ...data, notificationLog }),
  });
  const rows = list.rows as Entry[];
  const view = useListView('notification-log', { caption: servers('log'), columns: useColumns() });
  return (
    <Card
      title={servers('log')}
      flush
      actions={
        <>
          <Select
            aria-label={t('filter')}
            value={status}
            onChange={(event) => setStatus(event.target.value as NotificationStatus | '')}
          >
            <option value="">{common('all')}</option>
            {STATUSES.map((one) => (
              <option key={one} value={one}>
                {t(`statuses.${one}`)}
              </option>
            ))}
          </Select>
          {view.columnsButton}
        </>
      }
    >
      {query.error && !query.data ? (
        <ErrorPanel error={query.error} onRetry={() => void query.refetch().catch(() => undefined)} />
      ) : (
        <>
          <DataTable
            {...view.table}
            rows={rows}
            rowKey={({ id }) => id}
            loading={!query.data}
            empty={<EmptyState title={t('empty')}>{servers('logBody')}</EmptyState>}
          />
          <LoadMore shown={rows.length} hasMore={list.hasMore} busy={list.loadingMore} onMore={list.loadMore} />
        </>
      )}
    </Card>
  );
}

const useColumns = (): Column<Entry>[] => {
  const t = useTranslations('notifications.log');
  const servers = useTranslations('notifications.servers');
  const kinds = useTranslations('notifications.kinds');
  const types = useTranslations('notifications.types');
  return useMemo(
    () => [
      { id: 'event', width: 150, header: t('event'), cell: ({ type }) => types(type) },
      {
        ...{ id: 'status', width: 120, card: 'aside', header: t('status') },
        cell: ({ status }) => <DeliveryStatus status={status} />,
      },
      { id: 'kind', width: 100, header: t('channel'), cell: ({ kind }) => kinds(kind) },
      { id: 'user', width: 190, header: servers('user'), cell: ({ email }) => email },
      { id: 'at', width: 140, header: t('at'), cell: ({ createdAt }) => <Time at={createdAt} withDay /> },
      {
        ...{ id: 'error', width: 220, drop: 1, card: 'wide', header: servers('error') },
        cell: ({ error, httpStatus }) => (
          <span lang="en" className="font-mono text-xs">
            {error ?? (httpStatus ? `HTTP ${httpStatus}` : '—')}
          </span>
        ),
      },
      {
        ...{ id: 'attempts', width: 90, align: 'end', drop: 2, header: t('attempts') },
        cell: ({ attempts }) => <span className="num">{attempts}</span>,
      },
    ],
    [t, servers, kinds, types],
  );
};
