import { CircleAlert, CircleCheck, CircleHelp, KeyRound, PlugZap } from 'lucide-react';
import { useState } from 'react';
import { toast } from '../../ui/toast';
import { useTranslations } from 'use-intl';
import { useRemoveAccountKeysMutation, useTestConnectionMutation, type AccountRowFragment } from '../../gql/generated';
import { useSubmit } from '../../lib/submit';
import { Button } from '../../ui/button';
import { Notice } from '../../ui/notice';
import { PasswordDialog } from '../../ui/password-again';
import { RefusalNotice } from '../../ui/refusal-notice';
import { ServerSentence } from '../../ui/server-sentence';
import { Age } from '../../ui/time';
import { ReplaceKeysDialog } from './replace-keys-dialog';

type Connection = NonNullable<AccountRowFragment['connection']>;

/** The API key of a real account: its rights according to the exchange, and the buttons to replace or remove it. */
export function ConnectionPanel({ account }: { account: AccountRowFragment }) {
  const t = useTranslations('accounts.connection');
  const keys = useTranslations('accounts.keys');
  const submit = useSubmit();
  const [test] = useTestConnectionMutation();
  const [removeKeys] = useRemoveAccountKeysMutation();
  const [open, setOpen] = useState<'replace' | 'remove'>();
  const { connection, hasKeys } = account;
  const close = () => setOpen(undefined);
  return (
    <section
      aria-label={t('title', { account: account.label })}
      className="flex flex-col gap-3 border-t border-line px-4 py-3.5"
    >
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2.5">
        <p className="flex items-center gap-2 text-sm">
          <KeyRound className="size-4 text-faint" aria-hidden />
          {hasKeys ? (
            <span>
              {keys('key')}{' '}
              <span className="font-mono">{account.apiKeyHint ? `••••${account.apiKeyHint}` : '••••'}</span>
            </span>
          ) : (
            <span className="font-semibold text-danger">{keys('none')}</span>
          )}
          {account.proxy && <span className="text-muted">{keys('through', { proxy: account.proxy })}</span>}
        </p>
        <span className="flex flex-wrap gap-2">
          <Button
            size="sm"
            busy={submit.busy}
            disabled={!hasKeys}
            onClick={() => void submit.run(() => test({ variables: { input: { accountId: account.id } } }))}
          >
            <PlugZap className="size-3.5" aria-hidden />
            {t('test')}
          </Button>
          <Button size="sm" onClick={() => setOpen('replace')}>
            {hasKeys ? keys('replace') : keys('add')}
          </Button>
          {hasKeys && (
            <Button size="sm" tone="quiet" onClick={() => setOpen('remove')}>
              {keys('remove')}
            </Button>
          )}
        </span>
      </div>
      <RefusalNotice refusal={submit.refusal} />
      <div aria-live="polite">{connection && <ConnectionResult connection={connection} />}</div>
      {!connection && hasKeys && <p className="text-xs text-muted">{t('untested')}</p>}
      {open === 'replace' && <ReplaceKeysDialog account={account} onClose={close} />}
      {open === 'remove' && (
        <PasswordDialog
          onClose={close}
          real={false}
          danger
          title={keys('removeTitle', { account: account.label })}
          description={keys('removeBody')}
          confirmLabel={keys('remove')}
          onConfirm={async (password) => {
            await removeKeys({ variables: { input: { accountId: account.id, password } } });
            toast.success(keys('removed', { account: account.label }));
          }}
        />
      )}
    </section>
  );
}

/** The result of the last connection test. */
function ConnectionResult({ connection }: { connection: Connection }) {
  const t = useTranslations('accounts.connection');
  const { ok, canRead, canTrade, canWithdraw, fault, exchangeCode } = connection;
  const asked = (
    <>
      {t('asked')} <Age at={connection.testedAt} ago />
    </>
  );
  if (!ok)
    return (
      <Notice tone="danger" title={t('failed')}>
        <p>{fault ? t(`fault.${fault}`) : connection.message && <ServerSentence message={connection.message} />}</p>
        <p className="mt-1 text-xs text-muted">
          {asked}
          {exchangeCode && ` · ${t('code', { code: exchangeCode })}`}
        </p>
      </Notice>
    );
  return (
    <div className="flex flex-col gap-2.5">
      {canWithdraw === true && (
        <Notice tone="danger" title={t('withdrawTitle')}>
          {t('withdrawBody')}
        </Notice>
      )}
      {!canTrade && <Notice tone="warn">{t('noTrade')}</Notice>}
      <ul className="flex flex-wrap gap-x-5 gap-y-1 text-sm">
        <Right may={canRead} wanted words={canRead ? t('mayRead') : t('mayNotRead')} />
        <Right may={canTrade} wanted words={canTrade ? t('mayTrade') : t('mayNotTrade')} />
        <Right
          may={canWithdraw}
          wanted={false}
          words={canWithdraw === null ? t('withdrawUnknown') : canWithdraw ? t('mayWithdraw') : t('mayNotWithdraw')}
        />
      </ul>
      <p className="num text-xs text-muted">
        {t('numbers', { latency: connection.latencyMs ?? 0, offset: Math.abs(connection.clockOffsetMs ?? 0) })} ·{' '}
        {asked}
      </p>
    </div>
  );
}

/** One right of a key: whether the key has it, and whether that is good. */
function Right({ may, wanted, words }: { may: boolean | null; wanted: boolean; words: string }) {
  const [Icon, tone] =
    may === null
      ? ([CircleHelp, 'text-muted'] as const)
      : may === wanted
        ? ([CircleCheck, 'text-ok'] as const)
        : ([CircleAlert, 'text-danger'] as const);
  return (
    <li className="flex items-center gap-1.5">
      <Icon className={`size-4 shrink-0 ${tone}`} aria-hidden />
      {words}
    </li>
  );
}
