import { Link } from 'react-router';
import { useTranslations } from 'use-intl';
import { PauseButton } from '../../actions/pause-button';
import { useUpdateExchangeAccountMutation, type AccountRowFragment } from '../../gql/generated';
import { useNow } from '../../lib/clock';
import { EXCHANGE_NAMES } from '../../lib/exchange-names';
import { ServerFigure } from '../../lib/live/stale';
import { Badge } from '../../ui/badge';
import { buttonClass } from '../../ui/button';
import { Card } from '../../ui/card';
import { Money } from '../../ui/money';
import { Notice } from '../../ui/notice';
import { ModeBadge } from '../../ui/signal-badges';
import { Stat } from '../../ui/stat';
import { SwitchOffButton } from '../../ui/switch-off-button';
import { Age } from '../../ui/time';
import { BalanceTable } from './balance-table';
import { ConnectionPanel } from './connection-panel';

/** After this age, three readings were missed, and the server does not size orders by such a balance. */
const STALE_MS = 15 * 60_000;

/** One account: its value, what is free and what is locked in orders; for a real account also its key. */
export function AccountCard({ account, hidesSmall }: { account: AccountRowFragment; hidesSmall: boolean }) {
  const t = useTranslations('accounts');
  const common = useTranslations('common');
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
          {account.entriesPauseReason && (
            <Badge tone="warn">{t(`entriesPausedBy.${account.entriesPauseReason}`)}</Badge>
          )}
          {!account.isActive && <Badge tone="warn">{common('inactive')}</Badge>}
        </span>
      }
      actions={<AccountActions account={account} />}
    >
      <AccountWorth account={account} />
      {!account.isSimulation && <ConnectionPanel account={account} />}
      <div className="border-t border-line">
        <BalanceTable label={label} balances={account.balances} hidesSmall={hidesSmall} />
      </div>
      <div className="flex justify-end border-t border-line px-4 py-2">
        <Link to={`/why?source=none&account=${account.id}`} className={buttonClass('quiet', 'sm')}>
          {t('whyNot')}
        </Link>
      </div>
    </Card>
  );
}

function AccountActions({ account }: { account: AccountRowFragment }) {
  const t = useTranslations('accounts');
  const [update] = useUpdateExchangeAccountMutation();
  const { id, label, isSimulation } = account;
  return (
    <>
      <PauseButton size="sm" account={{ id, label, isPaused: account.entriesPausedAt !== null }} />
      <SwitchOffButton
        guarded
        isActive={account.isActive}
        words={{
          turnOn: t('turnOn'),
          turnOff: t('turnOff'),
          question: t('turnOffTitle', { account: label }),
          consequence: t('turnOffBody'),
          turnedOn: t('turnedOn', { account: label }),
          turnedOff: t('turnedOff', { account: label }),
        }}
        armed={
          isSimulation
            ? undefined
            : { question: t('turnOnTitle', { account: label }), consequence: t('turnOnBody', { account: label }) }
        }
        onChange={(isActive, password) =>
          update({ variables: { input: { id, isActive, password: password ?? null } } })
        }
      />
    </>
  );
}

function AccountWorth({ account }: { account: AccountRowFragment }) {
  const t = useTranslations('accounts');
  const faults = useTranslations('accounts.connection');
  const now = useNow();
  const readAt = asOf(account);
  const isOld = !account.isSimulation && readAt !== undefined && now - new Date(readAt).getTime() > STALE_MS;
  return (
    <>
      <dl className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2.5 px-4 py-3.5">
        <Stat
          large
          className="grow"
          label={t('equity')}
          value={
            <ServerFigure>
              <Money value={account.equityUsd} asset="USDT" />
            </ServerFigure>
          }
          note={account.equityUsd === null ? t('equityMissing') : t('equityNote')}
        />
        {readAt && (
          <Stat
            className="min-w-28"
            label={t('asOf')}
            value={
              <span className={isOld ? 'text-warn' : undefined}>
                <Age at={readAt} ago />
              </span>
            }
            note={isOld ? t('old') : undefined}
          />
        )}
      </dl>
      {account.balancesFault && (
        <div className="px-4 pb-3.5">
          <Notice tone="warn" title={t('notRead')}>
            {faults(`fault.${account.balancesFault}`)}
          </Notice>
        </div>
      )}
    </>
  );
}

/** When the balances were read; for a simulation account, when they last changed. */
function asOf(account: AccountRowFragment): string | undefined {
  if (!account.isSimulation) return account.balancesSyncedAt ?? undefined;
  return account.balances
    .flatMap(({ lastSyncAt }) => lastSyncAt ?? [])
    .toSorted()
    .at(-1);
}
