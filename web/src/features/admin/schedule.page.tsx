import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import {
  usePauseScheduledJobMutation,
  useResumeScheduledJobMutation,
  useRunScheduledJobMutation,
  useScheduledJobsQuery,
  type ScheduledJobRowFragment,
} from '../../gql/generated';
import { formatSpan } from '../../lib/format';
import { refusalOf } from '../../lib/submit';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { DataTable, type Column } from '../../ui/data-table';
import { ErrorPanel } from '../../ui/error-panel';
import { useListView } from '../../ui/list-view';
import { PageHeader } from '../../ui/page-header';
import { Age, Time } from '../../ui/time';
import { toast } from '../../ui/toast';
import { IntervalDialog } from './interval-dialog';
import { JobRunsDialog } from './job-runs-dialog';

const ASK_MS = 5_000;
type Row = ScheduledJobRowFragment;
type Dialog = { kind: 'pause' | 'interval' | 'history'; job: Row };

/** The name of a scheduled job in the reader's language; a job that is not known here keeps the server's name. */
export const useJobName = () => {
  const t = useTranslations('schedule.jobs');
  return ({ name }: Pick<Row, 'name'>): string => (t.has(name) ? t(name) : name);
};

/** What the installation does by itself, for administrators. */
export function SchedulePage() {
  const t = useTranslations('schedule');
  const nameOf = useJobName();
  const { data, error, refetch } = useScheduledJobsQuery({
    ...{ pollInterval: ASK_MS, fetchPolicy: 'cache-and-network', skipPollAttempt: () => document.hidden },
  });
  const [dialog, setDialog] = useState<Dialog>();
  const [pause] = usePauseScheduledJobMutation();
  const view = useListView('schedule', { caption: t('title'), columns: useColumns(setDialog) });
  const close = () => setDialog(undefined);
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} actions={view.columnsButton} />
      {error && (
        <div className="mb-4">
          <ErrorPanel error={error} onRetry={() => void refetch().catch(() => undefined)} />
        </div>
      )}
      <Card flush>
        <DataTable
          {...view.table}
          rows={data?.scheduledJobs ?? []}
          rowKey={({ id }) => id}
          loading={!data && !error}
          empty={null}
        />
      </Card>
      {dialog?.kind === 'pause' && (
        <ConfirmDialog
          open
          danger
          repeatable
          onClose={close}
          title={t('pauseTitle', { name: nameOf(dialog.job) })}
          description={dialog.job.isSafety ? t('pauseSafety') : t('pauseBody')}
          confirmLabel={t('pause')}
          onConfirm={() => pause({ variables: { input: { name: dialog.job.name } } })}
        />
      )}
      {dialog?.kind === 'interval' && <IntervalDialog job={dialog.job} name={nameOf(dialog.job)} onClose={close} />}
      {dialog?.kind === 'history' && <JobRunsDialog job={dialog.job} name={nameOf(dialog.job)} onClose={close} />}
    </>
  );
}

function JobButtons({ job, onDialog }: { job: Row; onDialog: (dialog: Dialog) => void }) {
  const t = useTranslations('schedule');
  const ui = useTranslations('ui.fault');
  const nameOf = useJobName();
  const [run, running] = useRunScheduledJobMutation();
  const [resume, resuming] = useResumeScheduledJobMutation();
  const variables = { input: { name: job.name } };
  const tell = async (work: Promise<unknown>, done?: string) => {
    try {
      await work;
      if (done) toast.success(done);
    } catch (error) {
      const { code, message } = refusalOf(error);
      toast.error(code === 'NETWORK' ? ui('NETWORK') : message);
    }
  };
  if (job.status === 'DISABLED') return null;
  return (
    <span className="inline-flex flex-wrap justify-end gap-1.5">
      <Button
        size="sm"
        busy={running.loading}
        disabled={job.isRunning}
        onClick={() => void tell(run({ variables }), t('started', { name: nameOf(job) }))}
      >
        {t('run')}
      </Button>
      {job.status === 'PAUSED' ? (
        <Button size="sm" tone="primary" busy={resuming.loading} onClick={() => void tell(resume({ variables }))}>
          {t('resume')}
        </Button>
      ) : (
        <Button size="sm" onClick={() => onDialog({ kind: 'pause', job })}>
          {t('pause')}
        </Button>
      )}
      <Button size="sm" onClick={() => onDialog({ kind: 'interval', job })}>
        {t('edit')}
      </Button>
      <Button size="sm" onClick={() => onDialog({ kind: 'history', job })}>
        {t('history')}
      </Button>
    </span>
  );
}

/** The next run of a job that runs once a day is shown with its date. */
const DAY_MS = 86_400_000;
const TONES = { ACTIVE: 'ok', PAUSED: 'warn', DISABLED: 'neutral' } as const;

const useColumns = (onDialog: (dialog: Dialog) => void): Column<Row>[] => {
  const t = useTranslations('schedule');
  const nameOf = useJobName();
  return useMemo(
    () => [
      {
        ...{ id: 'name', width: 220, header: t('name') },
        cell: (job) => <span title={job.name}>{nameOf(job)}</span>,
      },
      {
        ...{ id: 'state', width: 100, card: 'aside', header: t('state') },
        cell: ({ status, isRunning }) => (
          <Badge tone={isRunning ? 'accent' : TONES[status]}>{isRunning ? t('running') : t(`status.${status}`)}</Badge>
        ),
      },
      {
        ...{ id: 'interval', width: 80, align: 'end', header: t('interval') },
        cell: ({ intervalMs }) => <span className="num">{formatSpan(intervalMs)}</span>,
      },
      {
        ...{ id: 'last', width: 110, drop: 2, header: t('last') },
        cell: ({ lastStartedAt }) => (lastStartedAt ? <Age at={lastStartedAt} ago /> : t('never')),
      },
      {
        ...{ id: 'next', width: 130, drop: 1, header: t('next') },
        cell: ({ nextRunAt, intervalMs }) => (nextRunAt ? <Time at={nextRunAt} withDay={intervalMs >= DAY_MS} /> : '—'),
      },
      {
        ...{ id: 'actions', width: 390, align: 'end', card: 'action', header: t('actions'), hideHeader: true },
        cell: (job) => <JobButtons job={job} onDialog={onDialog} />,
      },
    ],
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the names follow the language as t does
    [t, onDialog],
  );
};
