import { DatabaseBackup } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { useBackupsQuery, useRunScheduledJobMutation, type BackupsQuery } from '../../gql/generated';
import { useFormat } from '../../lib/format';
import { refusalOf } from '../../lib/submit';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { DataTable, type Column } from '../../ui/data-table';
import { EmptyState } from '../../ui/empty-state';
import { ErrorPanel } from '../../ui/error-panel';
import { toast } from '../../ui/toast';

const ASK_MS = 10_000;
const MB = 1_000_000;
type Backup = BackupsQuery['backups'][number];

/** The backups of this machine, and the button that makes one now. */
export function BackupsCard() {
  const t = useTranslations('system.backups');
  const ui = useTranslations('ui.fault');
  const { data, error, refetch } = useBackupsQuery({
    ...{ pollInterval: ASK_MS, fetchPolicy: 'cache-and-network', skipPollAttempt: () => document.hidden },
  });
  const [run, { loading }] = useRunScheduledJobMutation();
  const columns = useColumns();
  const backUp = async () => {
    try {
      await run({ variables: { input: { name: 'database_backup' } } });
      toast.success(t('started'));
    } catch (fault) {
      const { code, message } = refusalOf(fault);
      toast.error(code === 'NETWORK' ? ui('NETWORK') : message);
    }
  };
  return (
    <Card
      title={t('title')}
      flush
      actions={
        <Button size="sm" busy={loading} onClick={() => void backUp()}>
          <DatabaseBackup className="size-3.5" aria-hidden />
          {t('now')}
        </Button>
      }
    >
      {error && !data ? (
        <ErrorPanel error={error} onRetry={() => void refetch().catch(() => undefined)} />
      ) : (
        <DataTable
          caption={t('title')}
          columns={columns}
          rows={data?.backups ?? []}
          rowKey={({ name }) => name}
          loading={!data}
          empty={
            <EmptyState icon={<DatabaseBackup aria-hidden />} title={t('empty')}>
              {t('emptyBody')}
            </EmptyState>
          }
        />
      )}
    </Card>
  );
}

const useColumns = (): Column<Backup>[] => {
  const t = useTranslations('system.backups');
  const format = useFormat();
  return useMemo(
    () => [
      {
        ...{ id: 'name', width: 280, header: t('name') },
        cell: ({ name }) => <span className="font-mono text-xs break-all">{name}</span>,
      },
      {
        ...{ id: 'marks', width: 220, card: 'wide', header: t('marks') },
        cell: ({ isEncrypted, isRestorePoint }) => (
          <span className="inline-flex flex-wrap gap-1">
            <Badge tone={isEncrypted ? 'ok' : 'warn'}>{t(isEncrypted ? 'encrypted' : 'plain')}</Badge>
            {isRestorePoint && <Badge>{t('restorePoint')}</Badge>}
          </span>
        ),
      },
      {
        ...{ id: 'size', width: 100, align: 'end', header: t('size') },
        cell: ({ bytes }) => <span className="num">{`${format.decimal((bytes / MB).toFixed(2))} MB`}</span>,
      },
    ],
    [t, format],
  );
};
