import { BellRing, Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useNotificationChannelsQuery, type ChannelRowFragment } from '../../gql/generated';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { DataTable, type Column } from '../../ui/data-table';
import { EmptyState } from '../../ui/empty-state';
import { ErrorPanel } from '../../ui/error-panel';
import { Age } from '../../ui/time';
import { ChannelActions } from './channel-actions';
import { ChannelState } from './channel-state';
import { ConnectDialog } from './connect-dialog';

/** The channels of this person: connect, test, rename, switch, remove. */
export function ChannelsCard() {
  const t = useTranslations('notifications.channels');
  const { data, error, refetch } = useNotificationChannelsQuery({ fetchPolicy: 'cache-and-network' });
  const [isConnecting, setIsConnecting] = useState(false);
  const columns = useColumns();
  return (
    <Card
      title={t('title')}
      flush
      actions={
        <Button size="sm" onClick={() => setIsConnecting(true)}>
          <Plus className="size-3.5" aria-hidden />
          {t('connect')}
        </Button>
      }
    >
      {error && !data ? (
        <ErrorPanel error={error} onRetry={() => void refetch().catch(() => undefined)} />
      ) : (
        <DataTable
          caption={t('title')}
          columns={columns}
          rows={data?.notificationChannels ?? []}
          rowKey={({ id }) => id}
          loading={!data}
          empty={
            <EmptyState icon={<BellRing aria-hidden />} title={t('empty')}>
              {t('emptyBody')}
            </EmptyState>
          }
        />
      )}
      {isConnecting && <ConnectDialog onClose={() => setIsConnecting(false)} />}
    </Card>
  );
}

const useColumns = (): Column<ChannelRowFragment>[] => {
  const t = useTranslations('notifications.channels');
  const kinds = useTranslations('notifications.kinds');
  return useMemo(
    () => [
      {
        ...{ id: 'name', width: 170, header: t('name') },
        cell: ({ label, addressHint }) => (
          <>
            {label} <span className="text-xs font-normal text-faint">{addressHint}</span>
          </>
        ),
      },
      { id: 'kind', width: 80, drop: 1, header: t('kind'), cell: ({ kind }) => kinds(kind) },
      {
        ...{ id: 'state', width: 130, card: 'wide', header: t('state') },
        cell: (channel) => <ChannelState channel={channel} />,
      },
      {
        ...{ id: 'last', width: 110, drop: 2, header: t('last') },
        cell: ({ lastSentAt }) => (lastSentAt ? <Age at={lastSentAt} ago /> : t('never')),
      },
      {
        ...{ id: 'actions', width: 120, align: 'end', card: 'action', header: t('actions'), hideHeader: true },
        cell: (channel) => <ChannelActions channel={channel} />,
      },
    ],
    [t, kinds],
  );
};
