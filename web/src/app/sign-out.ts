import { useApolloClient } from '@apollo/client/react';
import { useCallback } from 'react';
import { MeDocument, useSignOutMutation } from '../gql/generated';

/** Ends the session and forgets everything that was loaded under it. */
export const useSignOut = (): (() => Promise<void>) => {
  const client = useApolloClient();
  const [signOut] = useSignOutMutation();
  return useCallback(async () => {
    await signOut();
    await client.clearStore();
    client.writeQuery({ query: MeDocument, data: { me: null } });
  }, [client, signOut]);
};
