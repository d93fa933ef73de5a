import { Plus, Send } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useWebhookEndpointsQuery, type EndpointRowFragment } from '../../gql/generated';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { DataTable, type Column } from '../../ui/data-table';
import { EmptyState } from '../../ui/empty-state';
import { ErrorPanel } from '../../ui/error-panel';
import { Notice } from '../../ui/notice';
import { useListView } from '../../ui/list-view';
import { PageHeader } from '../../ui/page-header';
import { Age } from '../../ui/time';
import { ChannelState } from './channel-state';
import { DeliveryLog } from './delivery-log';
import { EndpointActions } from './endpoint-actions';
import { EndpointDialog } from './endpoint-dialog';

/** The webhooks out of this person, with the log of one of them. */
export function EndpointsPage() {
  const t = useTranslations('endpoints');
  const { data, error, refetch } = useWebhookEndpointsQuery({ fetchPolicy: 'cache-and-network' });
  const [isCreating, setIsCreating] = useState(false);
  const [chosen, setChosen] = useState<string>();
  const view = useListView('endpoints', { caption: t('title'), columns: useColumns(setChosen) });
  const endpoints = data?.webhookEndpoints ?? [];
  const logged = endpoints.find(({ id }) => id === chosen) ?? endpoints[0];
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('description')}
        actions={
          <>
            {view.columnsButton}
            <Button tone="primary" onClick={() => setIsCreating(true)}>
              <Plus className="size-4" aria-hidden />
              {t('create')}
            </Button>
          </>
        }
      />
      <div className="flex min-w-0 flex-col gap-4">
        {endpoints.map((endpoint) => (
          <OffNotice key={endpoint.id} endpoint={endpoint} />
        ))}
        {error && <ErrorPanel error={error} onRetry={() => void refetch().catch(() => undefined)} />}
        <Card flush>
          <DataTable
            {...view.table}
            rows={endpoints}
            rowKey={({ id }) => id}
            loading={!data && !error}
            empty={
              !error && (
                <EmptyState icon={<Send aria-hidden />} title={t('empty')}>
                  {t('emptyBody')}
                </EmptyState>
              )
            }
          />
        </Card>
        {logged && (
          <DeliveryLog key={logged.id} channelId={logged.id} title={t('log', { label: logged.channel.label })} />
        )}
      </div>
      {isCreating && <EndpointDialog onClose={() => setIsCreating(false)} />}
    </>
  );
}

/** A webhook that was switched off by itself: why, and what becomes of its events. */
function OffNotice({ endpoint: { channel } }: { endpoint: EndpointRowFragment }) {
  const t = useTranslations('endpoints');
  const { label, disabledReason, isEnabled, lastError } = channel;
  if (isEnabled || disabledReason === null || disabledReason === 'BY_OWNER') return null;
  return (
    <Notice tone="danger" title={t(disabledReason === 'GONE' ? 'goneNotice' : 'offNotice', { label })}>
      {lastError && (
        <span lang="en" className="font-mono text-xs break-words">
          {lastError}
        </span>
      )}
    </Notice>
  );
}

const useColumns = (onLog: (id: string) => void): Column<EndpointRowFragment>[] => {
  const t = useTranslations('endpoints');
  const types = useTranslations('notifications.types');
  return useMemo(
    () => [
      {
        ...{ id: 'name', width: 220, header: t('name') },
        cell: ({ channel }) => (
          <>
            {channel.label} <span className="text-xs font-normal text-faint">{channel.addressHint}</span>
          </>
        ),
      },
      {
        ...{ id: 'state', width: 150, card: 'wide', header: t('state') },
        cell: ({ channel }) => <ChannelState channel={channel} />,
      },
      {
        ...{ id: 'events', width: 100, drop: 2, header: t('events') },
        cell: ({ events }) => (
          <span title={events.map((type) => types(type)).join(', ')}>{t('eventCount', { count: events.length })}</span>
        ),
      },
      {
        ...{ id: 'last', width: 120, drop: 1, header: t('last') },
        cell: ({ channel }) => (channel.lastSentAt ? <Age at={channel.lastSentAt} ago /> : t('never')),
      },
      {
        ...{ id: 'actions', width: 130, align: 'end', card: 'action', header: t('actions'), hideHeader: true },
        cell: (endpoint) => <EndpointActions endpoint={endpoint} onLog={() => onLog(endpoint.id)} />,
      },
    ],
    [t, types, onLog],
  );
};
