import { SearchX } from 'lucide-react';
import { useState } from 'react';
import { useParams } from 'react-router';
import { useTranslations } from 'use-intl';
import { useUpdateVaultMutation, useVaultQuery, type VaultRowFragment } from '../../gql/generated';
import { useFormat } from '../../lib/format';
import { BackLink } from '../../ui/back-link';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { EmptyState } from '../../ui/empty-state';
import { ErrorPanel } from '../../ui/error-panel';
import { Notice } from '../../ui/notice';
import { PageHeader } from '../../ui/page-header';
import { ModeBadge } from '../../ui/signal-badges';
import { Skeleton } from '../../ui/skeleton';
import { SwitchOffButton } from '../../ui/switch-off-button';
import { MoveDialog, type MoveKind } from './move-dialog';
import { useReloadOnTrade } from './reload-on-trade';
import { VaultBalances } from './vault-balances';
import { VaultDialog } from './vault-dialog';
import { VaultTransactions } from './vault-transactions';

/** One vault: its balances, its transactions, and the actions on it. */
export function VaultPage() {
  const t = useTranslations('vaults');
  const format = useFormat();
  const { id = '' } = useParams();
  const { data, error, loading, refetch } = useVaultQuery({ variables: { id } });
  const reload = () => void refetch().catch(() => undefined);
  useReloadOnTrade(reload);
  const vault = data?.vault;
  const back = <BackLink to="/vaults">{t('back')}</BackLink>;
  if (vault === null)
    return (
      <>
        <PageHeader title={t('notFound')} back={back} />
        <EmptyState icon={<SearchX aria-hidden />} title={t('notFound')}>
          {t('notFoundBody')}
        </EmptyState>
      </>
    );
  return (
    <>
      {vault ? <VaultHeader vault={vault} back={back} /> : <PageHeader title={t('title')} back={back} />}
      <div className="flex flex-col gap-4">
        {error && <ErrorPanel error={error} onRetry={reload} />}
        {vault?.shortfalls.map((short) => (
          <Notice key={short.asset} tone="warn" title={t('uncoveredTitle', { asset: short.asset })}>
            {t('uncoveredBody', {
              allocated: format.decimal(short.allocated),
              held: format.decimal(short.held),
              asset: short.asset,
            })}
          </Notice>
        ))}
        <Card flush title={t('balances')}>
          {vault ? <VaultBalances vault={vault} /> : loading && <Skeleton className="m-4 h-20" />}
        </Card>
        {vault && <VaultTransactions vaultId={vault.id} name={vault.name} />}
      </div>
    </>
  );
}

function VaultHeader({ vault, back }: { vault: VaultRowFragment; back: React.ReactNode }) {
  const t = useTranslations('vaults');
  const common = useTranslations('common');
  const [move, setMove] = useState<MoveKind>();
  const [editing, setEditing] = useState(false);
  const [update] = useUpdateVaultMutation();
  const named = { vault: vault.name };
  return (
    <>
      <PageHeader
        title={vault.name}
        description={vault.description}
        back={back}
        marks={
          <>
            <ModeBadge mode={vault.tradeMode} />
            {!vault.isActive && <Badge tone="warn">{common('inactive')}</Badge>}
          </>
        }
        actions={
          <>
            <SwitchOffButton
              size="md"
              isActive={vault.isActive}
              words={{
                turnOn: t('turnOn'),
                turnOff: t('turnOff'),
                question: t('turnOffTitle', named),
                consequence: t('turnOffBody'),
                turnedOn: t('turnedOn', named),
                turnedOff: t('turnedOff', named),
              }}
              onChange={(isActive) => update({ variables: { input: { id: vault.id, isActive } } })}
            />
            <Button onClick={() => setEditing(true)}>{t('edit')}</Button>
            <Button disabled={vault.balances.length === 0} onClick={() => setMove('withdraw')}>
              {t('withdraw')}
            </Button>
            <Button tone="primary" disabled={!vault.isActive} onClick={() => setMove('deposit')}>
              {t('deposit')}
            </Button>
          </>
        }
      />
      {move && <MoveDialog kind={move} vault={vault} onClose={() => setMove(undefined)} />}
      {editing && <VaultDialog tradeMode={vault.tradeMode} vault={vault} onClose={() => setEditing(false)} />}
    </>
  );
}
