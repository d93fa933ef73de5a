import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import {
  useEndOtherSessionsMutation,
  useEndSessionMutation,
  useSessionsQuery,
  type SessionRowFragment,
} from '../../gql/generated';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { DataTable, type Column } from '../../ui/data-table';
import { EmptyState } from '../../ui/empty-state';
import { ErrorPanel } from '../../ui/error-panel';
import { Time } from '../../ui/time';
import { toast } from '../../ui/toast';
import { browserName } from '../../lib/browser-name';

/** Every browser that is signed in as this user; each can be signed out here. */
export function SessionsCard() {
  const t = useTranslations('profile.sessions');
  const { data, error, refetch } = useSessionsQuery({ fetchPolicy: 'cache-and-network' });
  const [asking, setAsking] = useState<SessionRowFragment | 'others'>();
  const [end] = useEndSessionMutation();
  const [endOthers] = useEndOtherSessionsMutation();
  const columns = useColumns(setAsking);
  const confirm = async () => {
    if (asking === 'others') {
      const answer = await endOthers();
      toast.success(t('ended', { count: answer.data?.endOtherSessions.ended ?? 0 }));
    } else if (asking) await end({ variables: { input: { sessionId: asking.id } } });
    await refetch();
  };
  return (
    <Card
      title={t('title')}
      flush
      actions={
        <Button size="sm" onClick={() => setAsking('others')} disabled={(data?.sessions.length ?? 0) < 2}>
          {t('endAll')}
        </Button>
      }
    >
      {error && !data ? (
        <ErrorPanel error={error} onRetry={() => void refetch().catch(() => undefined)} />
      ) : (
        <DataTable
          caption={t('title')}
          columns={columns}
          rows={data?.sessions ?? []}
          rowKey={({ id }) => id}
          loading={!data}
          empty={<EmptyState title={t('empty')} />}
        />
      )}
      <ConfirmDialog
        open={asking !== undefined}
        onClose={() => setAsking(undefined)}
        title={t(asking === 'others' ? 'endAllTitle' : 'endTitle')}
        description={t('endBody')}
        confirmLabel={t(asking === 'others' ? 'endAll' : 'end')}
        danger
        repeatable
        onConfirm={confirm}
      />
    </Card>
  );
}

const useColumns = (onEnd: (session: SessionRowFragment) => void): Column<SessionRowFragment>[] => {
  const t = useTranslations('profile.sessions');
  return useMemo(
    () => [
      {
        ...{ id: 'agent', width: 190, header: t('agent') },
        cell: ({ userAgent, isCurrent }) => (
          <span title={userAgent ?? undefined} className="inline-flex items-center gap-2">
            {browserName(userAgent)}
            {isCurrent && <Badge tone="accent">{t('current')}</Badge>}
          </span>
        ),
      },
      { id: 'ip', width: 120, header: t('ip'), cell: ({ ip }) => <span className="num">{ip ?? '—'}</span> },
      { id: 'started', width: 150, header: t('started'), cell: ({ createdAt }) => <Time at={createdAt} withDay /> },
      { id: 'ends', width: 150, drop: 1, header: t('ends'), cell: ({ expiresAt }) => <Time at={expiresAt} withDay /> },
      {
        ...{ id: 'end', width: 110, align: 'end', card: 'action', header: t('end'), hideHeader: true },
        cell: (session) =>
          !session.isCurrent && (
            <Button size="sm" onClick={() => onEnd(session)}>
              {t('end')}
            </Button>
          ),
      },
    ],
    [t, onEnd],
  );
};
