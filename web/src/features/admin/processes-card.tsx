import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { useProcessReportsQuery } from '../../gql/generated';
import { useNow } from '../../lib/clock';
import { useFormat } from '../../lib/format';
import { Badge } from '../../ui/badge';
import { Card } from '../../ui/card';
import { DataTable, type Column } from '../../ui/data-table';
import { EmptyState } from '../../ui/empty-state';
import { ErrorPanel } from '../../ui/error-panel';
import { useListView } from '../../ui/list-view';
import { Age } from '../../ui/time';
import { hostOf, newestReports, stateOf, type Report } from './newest-reports';

const ASK_MS = 10_000;
const TONES = { RUNNING: 'ok', STOPPED: 'neutral', ERROR: 'danger', SILENT: 'warn' } as const;

/** The processes of the installation and how they are. */
export function ProcessesCard() {
  const t = useTranslations('system.processes');
  const { data, error, refetch } = useProcessReportsQuery({
    ...{ pollInterval: ASK_MS, fetchPolicy: 'cache-and-network', skipPollAttempt: () => document.hidden },
  });
  const rows = useMemo(() => newestReports(data?.monitoringLogs.edges.map(({ node }) => node) ?? []), [data]);
  const view = useListView('processes', { caption: t('title'), columns: useColumns() });
  return (
    <Card title={t('title')} flush actions={view.headButton}>
      {error && !data ? (
        <ErrorPanel error={error} onRetry={() => void refetch().catch(() => undefined)} />
      ) : (
        <DataTable
          {...view.table}
          rows={rows}
          rowKey={({ id }) => id}
          loading={!data}
          empty={<EmptyState title={t('empty')} />}
        />
      )}
      <p className="border-t border-line/60 px-4 py-2 text-xs text-faint">{t('hint')}</p>
    </Card>
  );
}

function ProcessState({ report }: { report: Report }) {
  const t = useTranslations('system.processes.status');
  const state = stateOf(report, useNow());
  return <Badge tone={TONES[state]}>{t(state)}</Badge>;
}

const useColumns = (): Column<Report>[] => {
  const t = useTranslations('system.processes');
  const format = useFormat();
  return useMemo(() => {
    const share = (value: string | null) => (
      <span className="num">{value === null ? '—' : `${format.decimal(value, { maxFraction: 1 })}%`}</span>
    );
    return [
      { id: 'role', width: 170, header: t('role'), cell: ({ service }) => t(`services.${service}`) },
      {
        ...{ id: 'state', width: 120, card: 'aside', header: t('state') },
        cell: (report) => <ProcessState report={report} />,
      },
      {
        ...{ id: 'process', width: 160, drop: 1, header: t('process') },
        cell: (report) => <span className="num">{[hostOf(report), report.processId].filter(Boolean).join(' ')}</span>,
      },
      { id: 'cpu', width: 90, align: 'end', header: t('cpu'), cell: ({ cpuPct }) => share(cpuPct) },
      { id: 'memory', width: 90, align: 'end', header: t('memory'), cell: ({ memoryPct }) => share(memoryPct) },
      { id: 'at', width: 110, align: 'end', header: t('at'), cell: ({ at }) => <Age at={at} ago /> },
    ];
  }, [t, format]);
};
