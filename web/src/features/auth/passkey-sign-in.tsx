import { useApolloClient } from '@apollo/client/react';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import {
  PasskeySignInOptionsDocument,
  useSignInWithPasskeyMutation,
  type SessionUserFragment,
} from '../../gql/generated';
import { faultOf } from '../../lib/graphql-error';
import { askPasskey, canUsePasskeys } from '../../lib/passkeys';
import { Button } from '../../ui/button';

interface PasskeySignInProps {
  disabled: boolean;
  onSignedIn: (user: SessionUserFragment) => Promise<void>;
}

/** Signs in with a passkey, without e-mail and password. Not shown where the browser cannot. */
export function PasskeySignIn({ disabled, onSignedIn }: PasskeySignInProps) {
  const t = useTranslations('auth');
  const client = useApolloClient();
  const [signIn] = useSignInWithPasskeyMutation();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  if (!canUsePasskeys()) return null;
  const prove = async (): Promise<void> => {
    const { data } = await client.query({ query: PasskeySignInOptionsDocument, fetchPolicy: 'no-cache' });
    const begun = data?.passkeySignInOptions;
    const response = begun && (await askPasskey(begun.options));
    if (!response) return setFault(t('passkeyStopped'));
    const answer = await signIn({ variables: { input: { response, state: begun.state } } });
    if (answer.data) await onSignedIn(answer.data.signInWithPasskey.user);
  };
  const onClick = async () => {
    setBusy(true);
    setFault(undefined);
    try {
      await prove();
    } catch (error) {
      const { code, message } = faultOf(error);
      const words = { NETWORK: t('network'), UNAUTHENTICATED: t('passkeyWrong') }[code];
      setFault(words ?? t('failed', { message }));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="mt-4 flex flex-col gap-3">
      <p className="text-center text-xs text-faint">{t('passkeyOr')}</p>
      <Button busy={busy} disabled={disabled} className="h-10! w-full" onClick={() => void onClick()}>
        <KeyRound className="size-4" aria-hidden />
        {t('passkey')}
      </Button>
      {fault && (
        <p role="alert" className="rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger">
          {fault}
        </p>
      )}
    </div>
  );
}
