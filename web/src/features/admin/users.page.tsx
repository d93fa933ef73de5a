import { UserPlus } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useMeQuery, usePeopleQuery, type PersonRowFragment } from '../../gql/generated';
import { useGrowingList } from '../../lib/growing-query';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { DataTable, type Column } from '../../ui/data-table';
import { ErrorPanel } from '../../ui/error-panel';
import { useListView } from '../../ui/list-view';
import { LoadMore } from '../../ui/load-more';
import { PageHeader } from '../../ui/page-header';
import { Time } from '../../ui/time';
import { InviteDialog } from './invite-dialog';
import { UserActions } from './user-actions';

const PAGE = 50;

/** Every user of the installation, for administrators. */
export function UsersPage() {
  const t = useTranslations('users');
  const query = usePeopleQuery({ variables: { first: PAGE }, fetchPolicy: 'cache-and-network' });
  const list = useGrowingList(query, { pageOf: (data) => data.users, withPage: (data, users) => ({ ...data, users }) });
  const [isInviting, setIsInviting] = useState(false);
  const renew = () => void query.refetch().catch(() => undefined);
  const view = useListView('users', { caption: t('caption'), columns: useColumns() });
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('description')}
        actions={
          <>
            {view.columnsButton}
            <Button tone="primary" onClick={() => setIsInviting(true)}>
              <UserPlus className="size-4" aria-hidden />
              {t('invite')}
            </Button>
          </>
        }
      />
      {query.error && (
        <div className="mb-4">
          <ErrorPanel error={query.error} onRetry={renew} />
        </div>
      )}
      <Card flush>
        <DataTable
          {...view.table}
          rows={list.rows as PersonRowFragment[]}
          rowKey={({ id }) => id}
          loading={!query.data && !query.error}
          empty={null}
        />
        <LoadMore shown={list.rows.length} hasMore={list.hasMore} busy={list.loadingMore} onMore={list.loadMore} />
      </Card>
      {isInviting && <InviteDialog onClose={() => setIsInviting(false)} onInvited={renew} />}
    </>
  );
}

const useColumns = (): Column<PersonRowFragment>[] => {
  const t = useTranslations('users');
  const ownId = useMeQuery({ fetchPolicy: 'cache-only' }).data?.me?.id;
  return useMemo(
    () => [
      {
        ...{ id: 'name', width: 210, header: t('name') },
        cell: ({ id, email, fullName }) => (
          <span className="inline-flex items-center gap-2" title={fullName ?? undefined}>
            {email} {id === ownId && <Badge tone="accent">{t('you')}</Badge>}
          </span>
        ),
      },
      {
        ...{ id: 'roles', width: 120, header: t('roles') },
        cell: ({ roles }) => roles.map((role) => t(`role.${role}`)).join(', '),
      },
      {
        ...{ id: 'state', width: 160, header: t('state') },
        cell: ({ isActive, mustChangePassword }) => (
          <>
            <Badge tone={isActive ? 'ok' : 'neutral'}>{t(isActive ? 'active' : 'off')}</Badge>{' '}
            {mustChangePassword && <span className="text-xs text-muted">{t('mustChange')}</span>}
          </>
        ),
      },
      {
        ...{ id: 'twoFactor', width: 110, drop: 2, header: t('twoFactor') },
        cell: ({ hasTwoFactor }) => t(hasTwoFactor ? 'on' : 'none'),
      },
      {
        ...{ id: 'lastSignIn', width: 150, drop: 1, header: t('lastSignIn') },
        cell: ({ lastSignInAt }) => (lastSignInAt ? <Time at={lastSignInAt} withDay /> : t('never')),
      },
      {
        ...{ id: 'actions', width: 70, align: 'end', card: 'action', header: t('actions'), hideHeader: true },
        cell: (person) => <UserActions person={person} isSelf={person.id === ownId} />,
      },
    ],
    [t, ownId],
  );
};
