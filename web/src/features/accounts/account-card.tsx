import { useTranslations } from 'use-intl';
import { useUpdateExchangeAccountMutation, type AccountRowFragment } from '../../gql/generated';
import { EXCHANGE_NAMES } from '../../lib/exchange-names';
import { Badge } from '../../ui/badge';
import { Card } from '../../ui/card';
import { DataTable, type Column } from '../../ui/data-table';
import { Money, Quantity } from '../../ui/money';
import { ModeBadge } from '../../ui/signal-badges';
import { Stat } from '../../ui/stat';
import { SwitchOffButton } from '../../ui/switch-off-button';
import { Age } from '../../ui/time';
import { PauseButton } from '../../actions/pause-button';

type BalanceRow = AccountRowFragment['balances'][number];

/** One account: what it is worth, what is free and what is locked in orders. */
export function AccountCard({ account }: { account: AccountRowFragment }) {
  const t = useTranslations('accounts');
  const common = useTranslations('common');
  const [update] = useUpdateExchangeAccountMutation();
  const { label } = account;
  const syncedAt = account.balances
    .flatMap(({ lastSyncAt }) => lastSyncAt ?? [])
    .toSorted()
    .at(-1);
  return (
    <Card
      flush
      title={
        <span className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          {label}
          <span className="font-normal text-muted">{EXCHANGE_NAMES[account.exchange]}</span>
          <ModeBadge mode={account.tradeMode} />
          {account.testnet && <Badge>{t('testnet')}</Badge>}
          {account.entriesPausedAt !== null && <Badge tone="warn">{t('entriesPaused')}</Badge>}
          {!account.isActive && <Badge tone="warn">{common('inactive')}</Badge>}
        </span>
      }
      actions={
        <>
          <PauseButton size="sm" account={{ id: account.id, label, isPaused: account.entriesPausedAt !== null }} />
          <SwitchOffButton
            isActive={account.isActive}
            words={{
              turnOn: t('turnOn'),
              turnOff: t('turnOff'),
              question: t('turnOffTitle', { account: label }),
              consequence: t('turnOffBody'),
              turnedOn: t('turnedOn', { account: label }),
              turnedOff: t('turnedOff', { account: label }),
            }}
            onChange={(isActive) => update({ variables: { input: { id: account.id, isActive } } })}
          />
        </>
      }
    >
      <dl className="flex items-start justify-between gap-4 px-4 py-3.5">
        <Stat
          large
          label={t('equity')}
          value={<Money value={account.equityUsd} asset="USDT" />}
          note={account.equityUsd === null ? t('equityMissing') : t('equityNote')}
        />
        {syncedAt && <Stat label={t('synced')} value={<Age at={syncedAt} ago />} />}
      </dl>
      <div className="border-t border-line">
        <BalanceTable label={label} balances={account.balances} />
      </div>
    </Card>
  );
}

function BalanceTable({ label, balances }: { label: string; balances: readonly BalanceRow[] }) {
  const t = useTranslations('accounts');
  const columns: Column<BalanceRow>[] = [
    { id: 'asset', header: t('asset'), width: 65, cell: (row) => row.asset },
    {
      id: 'free',
      header: t('free'),
      width: 130,
      card: 'wide',
      align: 'end',
      cell: (row) => <Quantity value={row.free} />,
    },
    {
      id: 'locked',
      header: t('locked'),
      width: 90,
      card: 'wide',
      align: 'end',
      cell: (row) => <Quantity value={row.locked} />,
    },
    {
      id: 'total',
      header: t('total'),
      width: 130,
      card: 'wide',
      align: 'end',
      cell: (row) => <Quantity value={row.total} />,
    },
    {
      id: 'value',
      header: t('value'),
      width: 125,
      align: 'end',
      card: 'aside',
      cell: (row) => <Money value={row.valueUsd} asset="USDT" />,
    },
  ];
  return (
    <DataTable
      caption={t('balances', { account: label })}
      columns={columns}
      rows={balances}
      rowKey={(row) => row.asset}
      empty={<p className="px-4 py-6 text-sm text-muted">{t('noBalances')}</p>}
    />
  );
}
