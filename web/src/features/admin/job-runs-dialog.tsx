import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import {
  useScheduledJobRunsQuery,
  type ScheduledJobRowFragment,
  type ScheduledJobRunsQuery,
} from '../../gql/generated';
import { useFormat } from '../../lib/format';
import { useGrowingList } from '../../lib/growing-query';
import { Badge } from '../../ui/badge';
import { DataTable, type Column } from '../../ui/data-table';
import { Dialog } from '../../ui/dialog';
import { EmptyState } from '../../ui/empty-state';
import { ErrorPanel } from '../../ui/error-panel';
import { useListView } from '../../ui/list-view';
import { LoadMore } from '../../ui/load-more';
import { Time } from '../../ui/time';

const PAGE = 20;
const TONES = { SUCCESS: 'ok', FAILED: 'danger', TIMEOUT: 'warn', RUNNING: 'accent' } as const;
type Run = ScheduledJobRunsQuery['scheduledJobRuns']['edges'][number]['node'];

interface JobRunsDialogProps {
  job: ScheduledJobRowFragment;
  name: string;
  onClose: () => void;
}

/** The runs of one job, newest first. */
export function JobRunsDialog({ job, name, onClose }: JobRunsDialogProps) {
  const t = useTranslations('schedule');
  const query = useScheduledJobRunsQuery({ variables: { name: job.name, first: PAGE }, fetchPolicy: 'network-only' });
  const list = useGrowingList(query, {
    pageOf: (data) => data.scheduledJobRuns,
    withPage: (data, scheduledJobRuns) => ({ ...data, scheduledJobRuns }),
  });
  const view = useListView('schedule.runs', { caption: t('historyTitle', { name }), columns: useColumns() });
  return (
    <Dialog open onOpenChange={onClose} width="lg" title={t('historyTitle', { name })}>
      {query.error && !query.data ? (
        <ErrorPanel error={query.error} onRetry={() => void query.refetch().catch(() => undefined)} />
      ) : (
        <div className="-mx-5 -my-4">
          <div className="flex justify-end border-b border-line px-4 py-2">{view.columnsButton}</div>
          <DataTable
            {...view.table}
            rows={list.rows as Run[]}
            rowKey={({ id }) => id}
            loading={!query.data}
            empty={<EmptyState title={t('noRuns')} />}
          />
          <LoadMore shown={list.rows.length} hasMore={list.hasMore} busy={list.loadingMore} onMore={list.loadMore} />
        </div>
      )}
    </Dialog>
  );
}

const useColumns = (): Column<Run>[] => {
  const t = useTranslations('schedule');
  const format = useFormat();
  return useMemo(
    () => [
      { id: 'at', width: 150, header: t('at'), cell: ({ startedAt }) => <Time at={startedAt} withDay /> },
      {
        ...{ id: 'status', width: 110, card: 'aside', header: t('state') },
        cell: ({ status }) => <Badge tone={TONES[status]}>{t(`runStatus.${status}`)}</Badge>,
      },
      {
        ...{ id: 'took', width: 90, align: 'end', header: t('took') },
        cell: ({ durationMs }) => (
          <span className="num">{durationMs === null ? '—' : `${format.count(durationMs)} ms`}</span>
        ),
      },
      { id: 'by', width: 90, drop: 1, header: t('by'), cell: ({ trigger }) => t(`trigger.${trigger}`) },
      {
        ...{ id: 'result', width: 200, card: 'wide', header: t('result') },
        cell: ({ error, result }) => (
          <span lang="en" className="font-mono text-2xs" title={error ?? JSON.stringify(result)}>
            {error ?? JSON.stringify(result)}
          </span>
        ),
      },
    ],
    [t, format],
  );
};
