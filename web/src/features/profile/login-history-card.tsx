import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { useLoginHistoryQuery, type LoginHistoryQuery } from '../../gql/generated';
import { useGrowingList } from '../../lib/growing-query';
import { Badge } from '../../ui/badge';
import { Card } from '../../ui/card';
import { DataTable, type Column } from '../../ui/data-table';
import { EmptyState } from '../../ui/empty-state';
import { ErrorPanel } from '../../ui/error-panel';
import { useListView } from '../../ui/list-view';
import { LoadMore } from '../../ui/load-more';
import { Time } from '../../ui/time';
import { browserName } from '../../lib/browser-name';

const PAGE = 10;
type Attempt = LoginHistoryQuery['loginHistory']['edges'][number]['node'];

/** Every try to sign in as this user, also the refused ones. */
export function LoginHistoryCard() {
  const t = useTranslations('profile.logins');
  const query = useLoginHistoryQuery({ variables: { first: PAGE }, fetchPolicy: 'network-only' });
  const list = useGrowingList(query, {
    pageOf: (data) => data.loginHistory,
    withPage: (data, loginHistory) => ({ ...data, loginHistory }),
  });
  const columns = useMemo<Column<Attempt>[]>(
    () => [
      { id: 'at', width: 150, header: t('at'), cell: ({ createdAt }) => <Time at={createdAt} withDay /> },
      {
        ...{ id: 'result', width: 100, card: 'aside', header: t('result') },
        cell: ({ success }) => <Badge tone={success ? 'ok' : 'danger'}>{t(success ? 'ok' : 'failed')}</Badge>,
      },
      { id: 'ip', width: 120, header: t('ip'), cell: ({ ip }) => <span className="num">{ip ?? '—'}</span> },
      {
        ...{ id: 'agent', width: 160, drop: 1, header: t('agent') },
        cell: ({ userAgent }) => <span title={userAgent ?? undefined}>{browserName(userAgent)}</span>,
      },
    ],
    [t],
  );
  const view = useListView('logins', { caption: t('title'), columns });
  return (
    <Card title={t('title')} flush actions={view.headButton}>
      {query.error && !query.data ? (
        <ErrorPanel error={query.error} onRetry={() => void query.refetch().catch(() => undefined)} />
      ) : (
        <DataTable
          {...view.table}
          rows={list.rows as Attempt[]}
          rowKey={({ id }) => id}
          loading={!query.data}
          empty={<EmptyState title={t('empty')} />}
        />
      )}
      <LoadMore shown={list.rows.length} hasMore={list.hasMore} busy={list.loadingMore} onMore={list.loadMore} />
    </Card>
  );
}
