import { useApolloClient } from '@apollo/client/react';
import { useNavigate } from 'react-router';
import { MeDocument, type SessionUserFragment } from '../gql/generated';
import { endedSession } from './ended-session';

/** Goes on as the user who signed in, to the page that was asked for. */
export const useEnter = (next: string) => {
  const client = useApolloClient();
  const navigate = useNavigate();
  return async (user: SessionUserFragment): Promise<void> => {
    // Data that another user loaded in this tab must not be shown.
    await client.clearStore();
    endedSession.set({ duringAction: false });
    client.writeQuery({ query: MeDocument, data: { me: user } });
    await navigate(user.mustChangePassword ? '/change-password' : next, { replace: true });
  };
};
