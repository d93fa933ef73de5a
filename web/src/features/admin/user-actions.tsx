import { Ellipsis } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import {
  useActivateUserMutation,
  useCreatePasswordResetLinkMutation,
  useDeactivateUserMutation,
  useResetUserTwoFactorMutation,
  useRevokeUserAccessMutation,
  useSetUserRolesMutation,
  type PersonRowFragment,
} from '../../gql/generated';
import { IconButton } from '../../ui/button';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { DropdownMenu, MenuItem, MenuSeparator } from '../../ui/dropdown-menu';
import { PasswordDialog } from '../../ui/password-again';
import { toast } from '../../ui/toast';
import { OneTimeLinkDialog, type OneTimeLink } from './invite-dialog';

type Action = 'reset' | 'revoke' | 'deactivate' | 'activate' | 'resetTwoFactor' | 'makeAdmin' | 'removeAdmin';

/** Locking somebody out needs a confirmation; whatever gives access needs the password of the administrator. */
const NEEDS_PASSWORD: ReadonlySet<Action> = new Set([
  'reset',
  'activate',
  'resetTwoFactor',
  'makeAdmin',
  'removeAdmin',
]);
const BODIES: Record<Action, string> = {
  ...{ reset: 'resetBody', revoke: 'revokeBody', deactivate: 'deactivateBody', activate: 'activateBody' },
  ...{ resetTwoFactor: 'resetTwoFactorBody', makeAdmin: 'rolesBody', removeAdmin: 'rolesBody' },
};

const useRunner = (person: PersonRowFragment, onLink: (made: OneTimeLink) => void) => {
  const t = useTranslations('users');
  const [makeLink] = useCreatePasswordResetLinkMutation({ fetchPolicy: 'no-cache' });
  const [revoke] = useRevokeUserAccessMutation();
  const [deactivate] = useDeactivateUserMutation();
  const [activate] = useActivateUserMutation();
  const [resetTwoFactor] = useResetUserTwoFactorMutation();
  const [setRoles] = useSetUserRolesMutation();
  const { id: userId, email } = person;
  return async (action: Action, password: string): Promise<void> => {
    const variables = { input: { userId } };
    const proven = { input: { userId, password } };
    if (action === 'reset') {
      const made = (await makeLink({ variables: proven })).data?.createPasswordResetLink;
      if (made) onLink({ email, link: made.link, expiresAt: made.expiresAt });
      return;
    }
    if (action === 'revoke') {
      const ended = (await revoke({ variables })).data?.revokeUserAccess;
      toast.success(t('revoked', { sessions: ended?.sessions ?? 0, tokens: ended?.tokens ?? 0, email }));
      return;
    }
    if (action === 'deactivate') await deactivate({ variables });
    else if (action === 'activate') await activate({ variables: proven });
    else if (action === 'resetTwoFactor') await resetTwoFactor({ variables: proven });
    else {
      const roles = action === 'makeAdmin' ? (['ADMIN', 'USER'] as const) : (['USER'] as const);
      await setRoles({ variables: { input: { userId, password, roles: [...roles] } } });
    }
    toast.success(t('done', { email }));
  };
};

/** What an administrator may do about one user. */
export function UserActions({ person, isSelf }: { person: PersonRowFragment; isSelf: boolean }) {
  const t = useTranslations('users');
  const [asking, setAsking] = useState<Action>();
  const [made, setMade] = useState<OneTimeLink>();
  const run = useRunner(person, setMade);
  const { email, isActive, hasTwoFactor, roles } = person;
  const item = (action: Action) => <MenuItem onSelect={() => setAsking(action)}>{t(action)}</MenuItem>;
  const close = () => setAsking(undefined);
  return (
    <>
      <DropdownMenu
        trigger={
          <IconButton size="sm" label={`${t('actions')}: ${email}`}>
            <Ellipsis aria-hidden />
          </IconButton>
        }
      >
        {item('reset')}
        {item('revoke')}
        {hasTwoFactor && item('resetTwoFactor')}
        {!isSelf && (
          <>
            <MenuSeparator />
            {item(roles.includes('ADMIN') ? 'removeAdmin' : 'makeAdmin')}
            {item(isActive ? 'deactivate' : 'activate')}
          </>
        )}
      </DropdownMenu>
      {asking &&
        (NEEDS_PASSWORD.has(asking) ? (
          <PasswordDialog
            real={false}
            onClose={close}
            title={t(`${asking}Title`, { email })}
            description={t(BODIES[asking])}
            confirmLabel={t(asking)}
            onConfirm={(password) => run(asking, password)}
          />
        ) : (
          <ConfirmDialog
            open
            danger
            repeatable
            onClose={close}
            title={t(`${asking}Title`, { email })}
            description={t(BODIES[asking])}
            confirmLabel={t(asking)}
            onConfirm={() => run(asking, '')}
          />
        ))}
      {made && <OneTimeLinkDialog made={made} onClose={() => setMade(undefined)} />}
    </>
  );
}
