import { Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useApiTokensQuery, useRevokeApiTokenMutation, type TokenRowFragment } from '../../gql/generated';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { DataTable, type Column } from '../../ui/data-table';
import { EmptyState } from '../../ui/empty-state';
import { ErrorPanel } from '../../ui/error-panel';
import { Time } from '../../ui/time';
import { toast } from '../../ui/toast';
import { CreateTokenDialog } from './create-token-dialog';

/** The tokens with which programs act for this user. */
export function TokensCard() {
  const t = useTranslations('profile.tokens');
  const { data, error, refetch } = useApiTokensQuery({ fetchPolicy: 'cache-and-network' });
  const [isCreating, setIsCreating] = useState(false);
  const [revoking, setRevoking] = useState<TokenRowFragment>();
  const [revoke] = useRevokeApiTokenMutation();
  const columns = useColumns(setRevoking);
  return (
    <Card
      title={t('title')}
      flush
      actions={
        <Button size="sm" onClick={() => setIsCreating(true)}>
          <Plus className="size-3.5" aria-hidden />
          {t('create')}
        </Button>
      }
    >
      {error && !data ? (
        <ErrorPanel error={error} onRetry={() => void refetch().catch(() => undefined)} />
      ) : (
        <DataTable
          caption={t('title')}
          columns={columns}
          rows={data?.apiTokens ?? []}
          rowKey={({ id }) => id}
          loading={!data}
          empty={<EmptyState title={t('empty')}>{t('body')}</EmptyState>}
        />
      )}
      {isCreating && (
        <CreateTokenDialog
          onClose={() => setIsCreating(false)}
          onCreated={() => void refetch().catch(() => undefined)}
        />
      )}
      <ConfirmDialog
        open={revoking !== undefined}
        onClose={() => setRevoking(undefined)}
        title={t('revokeTitle', { name: revoking?.name ?? '' })}
        description={t('revokeBody')}
        confirmLabel={t('revoke')}
        danger
        repeatable
        onConfirm={async () => {
          await revoke({ variables: { input: { tokenId: revoking?.id ?? '' } } });
          toast.success(t('revoked', { name: revoking?.name ?? '' }));
          await refetch();
        }}
      />
    </Card>
  );
}

const useColumns = (onRevoke: (token: TokenRowFragment) => void): Column<TokenRowFragment>[] => {
  const t = useTranslations('profile.tokens');
  return useMemo(
    () => [
      {
        ...{ id: 'name', width: 150, header: t('name') },
        cell: ({ name, hint }) => (
          <>
            {name} <span className="font-mono text-xs font-normal text-faint">…{hint}</span>
          </>
        ),
      },
      {
        ...{ id: 'scopes', width: 180, card: 'wide', header: t('scopes') },
        cell: ({ scopes }) => (
          <span className="inline-flex flex-wrap gap-1">
            {scopes.map((scope) => (
              <Badge key={scope} tone={scope === 'READ' ? 'neutral' : 'warn'}>
                {t(`scope.${scope}`)}
              </Badge>
            ))}
          </span>
        ),
      },
      {
        ...{ id: 'ips', width: 120, drop: 1, header: t('ips'), card: 'wide' },
        cell: ({ allowedIps }) => <span className="num">{allowedIps.join(', ') || '—'}</span>,
      },
      {
        ...{ id: 'lastUse', width: 150, header: t('lastUse') },
        cell: ({ lastUsedAt, lastUsedIp }) =>
          lastUsedAt ? (
            <span title={lastUsedIp ?? undefined}>
              <Time at={lastUsedAt} withDay />
            </span>
          ) : (
            t('neverUsed')
          ),
      },
      {
        ...{ id: 'ends', width: 140, drop: 2, header: t('ends') },
        cell: ({ expiresAt }) => (expiresAt ? <Time at={expiresAt} withDay /> : t('never')),
      },
      {
        ...{ id: 'revoke', width: 100, align: 'end', card: 'action', header: t('revoke'), hideHeader: true },
        cell: (token) => (
          <Button size="sm" onClick={() => onRevoke(token)}>
            {t('revoke')}
          </Button>
        ),
      },
    ],
    [t, onRevoke],
  );
};
