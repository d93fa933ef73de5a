import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useNotificationDeliveriesQuery, type NotificationStatus } from '../../gql/generated';
import { useGrowingList } from '../../lib/growing-query';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { DataTable, type Column } from '../../ui/data-table';
import { EmptyState } from '../../ui/empty-state';
import { ErrorPanel } from '../../ui/error-panel';
import { Select } from '../../ui/input';
import { useListView } from '../../ui/list-view';
import { LoadMore } from '../../ui/load-more';
import { Time } from '../../ui/time';
import { DeliverySheet } from './delivery-sheet';
import { DeliveryStatus, type Delivery } from './delivery-status';

const PAGE = 20;
const ASK_MS = 10_000;
const STATUSES: readonly NotificationStatus[] = ['PENDING', 'SENDING', 'SENT', 'UNKNOWN', 'FAILED'];

/** What was told through all channels, or through one, and what became of it. */
export function DeliveryLog({ channelId, title }: { channelId?: string; title?: string }) {
  const t = useTranslations('notifications.log');
  const [status, setStatus] = useState<NotificationStatus | ''>('');
  const filter = { ...(channelId && { channelId }), ...(status && { status: [status] }) };
  const query = useNotificationDeliveriesQuery({
    ...{ variables: { first: PAGE, filter }, fetchPolicy: 'cache-and-network', pollInterval: ASK_MS },
    skipPollAttempt: () => document.hidden,
  });
  const list = useGrowingList(query, {
    pageOf: (data) => data.notificationDeliveries,
    withPage: (data, notificationDeliveries) => ({ ...data, notificationDeliveries }),
  });
  const [shown, setShown] = useState<string>();
  const view = useListView('deliveries', { caption: t('title'), columns: useColumns(setShown) });
  const rows = list.rows as Delivery[];
  const entry = rows.find(({ id }) => id === shown);
  return (
    <Card
      title={title ?? t('title')}
      flush
      actions={
        <>
          <Select
            aria-label={t('filter')}
            value={status}
            onChange={(event) => setStatus(event.target.value as NotificationStatus | '')}
          >
            <AllStates />
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
            empty={<EmptyState title={t('empty')} />}
          />
          <LoadMore shown={rows.length} hasMore={list.hasMore} busy={list.loadingMore} onMore={list.loadMore} />
        </>
      )}
      {entry && <DeliverySheet delivery={entry} onClose={() => setShown(undefined)} />}
    </Card>
  );
}

function AllStates() {
  const t = useTranslations('common');
  return <option value="">{t('all')}</option>;
}

const useColumns = (onShow: (id: string) => void): Column<Delivery>[] => {
  const t = useTranslations('notifications.log');
  const types = useTranslations('notifications.types');
  return useMemo(
    () => [
      { id: 'event', width: 160, header: t('event'), cell: ({ event }) => types(event.type) },
      {
        ...{ id: 'status', width: 130, card: 'aside', header: t('status') },
        cell: ({ status }) => <DeliveryStatus status={status} />,
      },
      { id: 'channel', width: 140, header: t('channel'), cell: ({ channel }) => channel.label },
      { id: 'at', width: 140, header: t('at'), cell: ({ createdAt }) => <Time at={createdAt} withDay /> },
      {
        ...{ id: 'attempts', width: 90, align: 'end', drop: 1, header: t('attempts') },
        cell: ({ attempts }) => <span className="num">{attempts}</span>,
      },
      {
        ...{ id: 'actions', width: 90, align: 'end', card: 'action', header: t('actions'), hideHeader: true },
        cell: ({ id }) => (
          <Button size="sm" onClick={() => onShow(id)}>
            {t('details')}
          </Button>
        ),
      },
    ],
    [t, types, onShow],
  );
};
