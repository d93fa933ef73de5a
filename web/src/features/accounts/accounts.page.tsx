import { CircleDollarSign, Landmark, Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { RealTradingNotice } from '../../actions/real-trading-notice';
import { useExchangeAccountsQuery } from '../../gql/generated';
import { useWholeList } from '../../lib/whole-list';
import { useTradeMode } from '../../lib/preferences';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { EmptyState } from '../../ui/empty-state';
import { ErrorPanel } from '../../ui/error-panel';
import { PageHeader } from '../../ui/page-header';
import { Skeleton } from '../../ui/skeleton';
import { useThrottledCall } from '../../lib/throttled-call';
import { useLiveEvent } from '../../lib/live/events';
import { switchView } from '../../lib/views/table-view';
import { useTableView } from '../../lib/views/use-table-view';
import { Checkbox } from '../../ui/switch';
import { AccountCard } from './account-card';
import { CreateAccountDialog } from './create-account-dialog';
import { CreateRealAccountDialog } from './create-real-account-dialog';
import { SMALL_BELOW } from './small-balances';

const REFRESH_MS = 2_000;

/** The accounts of the chosen mode with their balances. */
export function AccountsPage() {
  const t = useTranslations('accounts');
  const tradeMode = useTradeMode();
  const [creating, setCreating] = useState(false);
  const query = useExchangeAccountsQuery({ variables: { tradeMode } });
  const { error, loading, refetch } = query;
  const reload = () => void refetch().catch(() => undefined);
  // A fill changes balances, so they are read again, at most every two seconds.
  useLiveEvent('fill', useThrottledCall(reload, REFRESH_MS));
  const accounts = useWholeList(query, 'exchangeAccounts');
  const [view, setView] = useTableView('balances');
  const hidesSmall = view.hidesSmall ?? false;
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t(tradeMode === 'REAL' ? 'descriptionReal' : 'description')}
        actions={
          <Button tone="primary" onClick={() => setCreating(true)}>
            <Plus className="size-4" aria-hidden />
            {t(tradeMode === 'REAL' ? 'createReal' : 'create')}
          </Button>
        }
      />
      <RealTradingNotice />
      {error && (
        <div className="mb-4">
          <ErrorPanel error={error} onRetry={reload} />
        </div>
      )}
      {!accounts && loading && (
        <div aria-busy className="grid gap-4 lg:grid-cols-2">
          <Skeleton className="h-80 rounded-card" />
          <Skeleton className="h-80 rounded-card" />
        </div>
      )}
      {accounts?.length === 0 && (
        <Card>
          {tradeMode === 'REAL' ? (
            <NoRealAccounts onCreate={() => setCreating(true)} />
          ) : (
            <NoAccounts onCreate={() => setCreating(true)} />
          )}
        </Card>
      )}
      {accounts && accounts.length > 0 && (
        <div className="mb-3 w-fit" title={t('hideSmallBody', { value: SMALL_BELOW })}>
          <Checkbox
            checked={hidesSmall}
            onChange={(event) => setView(switchView(view, 'hidesSmall', event.target.checked))}
          >
            {t('hideSmall')}
          </Checkbox>
        </div>
      )}
      <div className="grid items-start gap-4 lg:grid-cols-2">
        {accounts?.map((account) => (
          <AccountCard key={account.id} account={account} hidesSmall={hidesSmall} />
        ))}
      </div>
      {creating &&
        (tradeMode === 'REAL' ? (
          <CreateRealAccountDialog onClose={() => setCreating(false)} />
        ) : (
          <CreateAccountDialog onClose={() => setCreating(false)} />
        ))}
    </>
  );
}

function NoAccounts({ onCreate }: { onCreate: () => void }) {
  const t = useTranslations('accounts');
  return (
    <EmptyState
      icon={<Landmark aria-hidden />}
      title={t('emptyTitle')}
      action={
        <Button tone="primary" onClick={onCreate}>
          {t('create')}
        </Button>
      }
    >
      {t('emptyBody')}
    </EmptyState>
  );
}

function NoRealAccounts({ onCreate }: { onCreate: () => void }) {
  const t = useTranslations('accounts');
  return (
    <EmptyState
      icon={<CircleDollarSign aria-hidden />}
      title={t('emptyRealTitle')}
      action={
        <Button tone="primary" onClick={onCreate}>
          {t('createReal')}
        </Button>
      }
    >
      {t('emptyRealBody')}
    </EmptyState>
  );
}
