import { useApolloClient } from '@apollo/client/react';
import { useCallback } from 'react';
import { useNavigate } from 'react-router';
import { MeDocument, useSignOutMutation } from '../gql/generated';

/** Ends the session, forgets everything that was loaded under it and shows the sign-in page. */
export const useSignOut = (): (() => Promise<void>) => {
  const client = useApolloClient();
  const navigate = useNavigate();
  const [signOut] = useSignOutMutation();
  return useCallback(async () => {
    await signOut();
    // Clearing the store also ends what watches it: nothing on this page learns that nobody is signed in any more.
    await client.clearStore();
    client.writeQuery({ query: MeDocument, data: { me: null } });
    await navigate('/sign-in', { replace: true });
  }, [client, navigate, signOut]);
};
