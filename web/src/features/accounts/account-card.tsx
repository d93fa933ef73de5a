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

type BalanceRow = AccountRowFragment['balances'][number];

/** One account: what it is worth, what is free and what is locked in orders. */
export function AccountCard({ account }: { account: AccountRowFragment }) {
  const t = useTranslations('accounts');
  const common = useTranslations('common');
  const [update] = useUpdateExchangeAccountMutation();
  const { label } = account;
  return (
    <Card
      flush
      title={
        <span className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          {label}
          <span className="font-normal text-muted">{EXCHANGE_NAMES[account.exchange]}</span>
          <ModeBadge mode={account.tradeMode} />
          {account.testnet && <Badge>{t('testnet')}</Badge>}
          {!account.isActive && <Badge tone="warn">{common('inactive')}</Badge>}
        </span>
      }
      actions={
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
      }
    >
      <dl className="px-4 py-3.5">
        <Stat
          large
          label={t('equity')}
          value={<Money value={account.equityUsd} asset="USDT" />}
          note={account.equityUsd === null ? t('equityMissing') : t('equityNote')}
        />
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
    { id: 'asset', header: t('asset'), width: 70, cell: (row) => row.asset },
    { id: 'free', header: t('free'), width: 110, align: 'end', cell: (row) => <Quantity value={row.free} /> },
    { id: 'locked', header: t('locked'), width: 95, align: 'end', cell: (row) => <Quantity value={row.locked} /> },
    { id: 'total', header: t('total'), width: 110, align: 'end', cell: (row) => <Quantity value={row.total} /> },
    {
      id: 'value',
      header: t('value'),
      width: 115,
      align: 'end',
      card: 'aside',
      cell: (row) => <Money value={row.valueUsd} asset="USDT" />,
    },
    {
      id: 'synced',
      header: t('synced'),
      width: 85,
      align: 'end',
      cell: (row) => (row.lastSyncAt ? <Age at={row.lastSyncAt} /> : '—'),
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
