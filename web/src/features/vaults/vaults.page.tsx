import { Plus, Vault as VaultIcon } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { useTranslations } from 'use-intl';
import { useVaultsQuery, type VaultRowFragment } from '../../gql/generated';
import { useWholeList } from '../../lib/whole-list';
import { useTradeMode } from '../../lib/preferences';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { EmptyState } from '../../ui/empty-state';
import { ErrorPanel } from '../../ui/error-panel';
import { PageHeader } from '../../ui/page-header';
import { Skeleton } from '../../ui/skeleton';
import { ModeBadge } from '../../ui/signal-badges';
import { MoveDialog, type MoveKind } from './move-dialog';
import { useReloadOnTrade } from './reload-on-trade';
import { VaultBalances } from './vault-balances';
import { VaultDialog } from './vault-dialog';

/** The vaults of the chosen mode and what is available in them. */
export function VaultsPage() {
  const t = useTranslations('vaults');
  const tradeMode = useTradeMode();
  const [creating, setCreating] = useState(false);
  const query = useVaultsQuery({ variables: { tradeMode } });
  const { error, loading, refetch } = query;
  const reload = () => void refetch().catch(() => undefined);
  useReloadOnTrade(reload);
  const vaults = useWholeList(query, 'vaults');
  const createButton = (
    <Button tone="primary" onClick={() => setCreating(true)}>
      <Plus className="size-4" aria-hidden />
      {t('create')}
    </Button>
  );
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} actions={createButton} />
      {error && (
        <div className="mb-4">
          <ErrorPanel error={error} onRetry={reload} />
        </div>
      )}
      {!vaults && loading && (
        <div aria-busy className="grid gap-4 lg:grid-cols-2">
          <Skeleton className="h-64 rounded-card" />
          <Skeleton className="h-64 rounded-card" />
        </div>
      )}
      {vaults?.length === 0 && (
        <Card>
          <EmptyState icon={<VaultIcon aria-hidden />} title={t('emptyTitle')} action={createButton}>
            {tradeMode === 'REAL' ? t('emptyReal') : t('emptyBody')}
          </EmptyState>
        </Card>
      )}
      <div className="grid items-start gap-4 lg:grid-cols-2">
        {vaults?.map((vault) => (
          <VaultCard key={vault.id} vault={vault} />
        ))}
      </div>
      {creating && <VaultDialog tradeMode={tradeMode} onClose={() => setCreating(false)} />}
    </>
  );
}

function VaultCard({ vault }: { vault: VaultRowFragment }) {
  const t = useTranslations('vaults');
  const common = useTranslations('common');
  const [move, setMove] = useState<MoveKind>();
  return (
    <Card
      flush
      title={
        <span className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <Link
            to={`/vaults/${vault.id}`}
            className="inline-flex items-center rounded hover:text-accent phone:min-h-11"
          >
            {vault.name}
          </Link>
          <ModeBadge mode={vault.tradeMode} />
          {!vault.isActive && <Badge tone="warn">{common('inactive')}</Badge>}
        </span>
      }
      actions={
        <>
          <Button size="sm" disabled={!vault.isActive} onClick={() => setMove('deposit')}>
            {t('deposit')}
          </Button>
          <Button size="sm" disabled={vault.balances.length === 0} onClick={() => setMove('withdraw')}>
            {t('withdraw')}
          </Button>
        </>
      }
    >
      {vault.description && <p className="border-b border-line px-4 py-2.5 text-sm text-muted">{vault.description}</p>}
      <VaultBalances vault={vault} />
      {move && <MoveDialog kind={move} vault={vault} onClose={() => setMove(undefined)} />}
    </Card>
  );
}
