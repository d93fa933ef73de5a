import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { useQueuesQuery, type QueuesQuery } from '../../gql/generated';
import { useFormat } from '../../lib/format';
import { Badge } from '../../ui/badge';
import { Card } from '../../ui/card';
import { DataTable, type Column } from '../../ui/data-table';
import { ErrorPanel } from '../../ui/error-panel';
import { useListView } from '../../ui/list-view';

const ASK_MS = 10_000;
const COUNTS = ['waiting', 'active', 'delayed', 'failed', 'completed'] as const;
type Queue = QueuesQuery['queues'][number];

/** The queues in Redis, which only carry wake-ups. */
export function QueuesCard() {
  const t = useTranslations('system.queues');
  const { data, error, refetch } = useQueuesQuery({
    ...{ pollInterval: ASK_MS, fetchPolicy: 'no-cache', skipPollAttempt: () => document.hidden },
  });
  const view = useListView('queues', { caption: t('title'), columns: useColumns() });
  return (
    <Card title={t('title')} flush actions={view.headButton}>
      {error && !data ? (
        <ErrorPanel error={error} onRetry={() => void refetch().catch(() => undefined)} />
      ) : (
        <DataTable {...view.table} rows={data?.queues ?? []} rowKey={({ name }) => name} loading={!data} empty={null} />
      )}
      <p className="px-4 py-3 text-xs text-faint">{t('hint')}</p>
    </Card>
  );
}

const useColumns = (): Column<Queue>[] => {
  const t = useTranslations('system.queues');
  const format = useFormat();
  return useMemo(
    () => [
      {
        ...{ id: 'name', width: 190, header: t('name') },
        cell: ({ name, isReachable }) => (
          <>
            <span className="font-mono text-xs">{name}</span> {!isReachable && <Badge tone="danger">{t('away')}</Badge>}
          </>
        ),
      },
      ...COUNTS.map((count): Column<Queue> => ({
        ...{ id: count, width: 100, align: 'end', header: t(count) },
        cell: (queue) => <span className="num">{queue[count] === null ? '—' : format.count(queue[count])}</span>,
      })),
    ],
    [t, format],
  );
};
