import { useApolloClient } from '@apollo/client/react';
import { useCallback } from 'react';
import { useNavigate } from 'react-router';
import { MeDocument, useSignOutMutation } from '../gql/generated';

/** Ends the session, clears the loaded data and shows the sign-in page. */
export const useSignOut = (): (() => Promise<void>) => {
  const client = useApolloClient();
  const navigate = useNavigate();
  const [signOut] = useSignOutMutation();
  return useCallback(async () => {
    // Whoever uses this browser next must not read what this user is told. It never keeps anybody signed in.
    await import('../lib/push-device').then((module) => module.turnOffDevice(client)).catch(() => undefined);
    await signOut();
    // Clearing the store also ends its watchers, so they would not notice the sign-out by themselves.
    await client.clearStore();
    client.writeQuery({ query: MeDocument, data: { me: null } });
    await navigate('/sign-in', { replace: true });
  }, [client, navigate, signOut]);
};
