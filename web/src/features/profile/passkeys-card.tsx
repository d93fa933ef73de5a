import { Pencil, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import {
  PasskeysDocument,
  usePasskeysQuery,
  useRemovePasskeyMutation,
  type PasskeyRowFragment,
} from '../../gql/generated';
import { useFormat } from '../../lib/format';
import { canUsePasskeys } from '../../lib/passkeys';
import { Badge } from '../../ui/badge';
import { Button, IconButton } from '../../ui/button';
import { Card } from '../../ui/card';
import { ErrorPanel } from '../../ui/error-panel';
import { PasswordDialog } from '../../ui/password-again';
import { Skeleton } from '../../ui/skeleton';
import { toast } from '../../ui/toast';
import { AddPasskeyDialog } from './add-passkey-dialog';
import { RenamePasskeyDialog } from './rename-passkey-dialog';

/** The passkeys of this user: add, rename, remove. */
export function PasskeysCard() {
  const t = useTranslations('profile.passkeys');
  const { data, error, refetch } = usePasskeysQuery({ fetchPolicy: 'cache-and-network' });
  const [isAdding, setIsAdding] = useState(false);
  const isAble = canUsePasskeys();
  return (
    <Card
      title={t('title')}
      actions={
        isAble && (
          <Button size="sm" onClick={() => setIsAdding(true)}>
            <Plus className="size-3.5" aria-hidden />
            {t('add')}
          </Button>
        )
      }
    >
      <p className="text-sm text-muted">{t('body')}</p>
      {!isAble && <p className="mt-2 text-xs text-faint">{t('unable')}</p>}
      <div className="mt-3">
        {error && !data && <ErrorPanel error={error} onRetry={() => void refetch().catch(() => undefined)} />}
        {!data && !error && <Skeleton className="h-10 w-full" />}
        {data?.passkeys.length === 0 && <p className="text-sm text-faint">{t('empty')}</p>}
        <ul className="flex flex-col gap-2">
          {data?.passkeys.map((passkey) => (
            <PasskeyItem key={passkey.id} passkey={passkey} />
          ))}
        </ul>
      </div>
      {isAdding && <AddPasskeyDialog onClose={() => setIsAdding(false)} />}
    </Card>
  );
}

function PasskeyItem({ passkey }: { passkey: PasskeyRowFragment }) {
  const t = useTranslations('profile.passkeys');
  const format = useFormat();
  const [asks, setAsks] = useState<'rename' | 'remove'>();
  const [remove] = useRemovePasskeyMutation({ refetchQueries: [PasskeysDocument], awaitRefetchQueries: true });
  const { id, name, createdAt, lastUsedAt, isBackedUp } = passkey;
  const close = () => setAsks(undefined);
  return (
    <li className="flex items-start gap-1.5">
      <div className="min-w-0 flex-1">
        <p className="text-sm font-semibold break-words">
          {name} {isBackedUp && <Badge>{t('backedUp')}</Badge>}
        </p>
        <p className="num text-xs text-faint">
          {t('since', { at: format.dayTime(createdAt) })},{' '}
          {lastUsedAt ? t('lastUse', { at: format.dayTime(lastUsedAt) }) : t('unused')}
        </p>
      </div>
      <IconButton size="sm" label={t('renameOf', { name })} onClick={() => setAsks('rename')}>
        <Pencil aria-hidden />
      </IconButton>
      <IconButton size="sm" label={t('removeOf', { name })} onClick={() => setAsks('remove')}>
        <Trash2 aria-hidden />
      </IconButton>
      {asks === 'rename' && <RenamePasskeyDialog passkey={passkey} onClose={close} />}
      {asks === 'remove' && (
        <PasswordDialog
          {...{ real: false, danger: true, onClose: close }}
          title={t('removeTitle', { name })}
          description={t('removeBody')}
          confirmLabel={t('remove')}
          onConfirm={async (password) => {
            await remove({ variables: { input: { passkeyId: id, password } } });
            toast.success(t('removed', { name }));
          }}
        />
      )}
    </li>
  );
}
