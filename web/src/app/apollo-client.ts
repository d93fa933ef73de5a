import { ApolloClient, ApolloLink, InMemoryCache } from '@apollo/client';
import { CombinedGraphQLErrors, ServerError } from '@apollo/client/errors';
import { ErrorLink } from '@apollo/client/link/error';
import { OperationTypeNode } from 'graphql';
import { endedSession } from '../lib/ended-session';
import { MeDocument } from '../gql/generated';
import { HttpLink } from '../lib/http-link';
import { LiveLink } from '../lib/live/live-link';
import { createSocket } from '../lib/live/socket';

const isSignedOut = (error: unknown) =>
  (CombinedGraphQLErrors.is(error) && error.errors.some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED')) ||
  (ServerError.is(error) && error.statusCode === 401);

/** The page's Apollo client: HTTP for queries and mutations, the live socket for subscriptions, the session in a cookie. */
export const createApolloClient = (): ApolloClient => {
  const cache = new InMemoryCache({
    typePolicies: {
      // Balances are replaced together with their account or vault, and never merged by asset.
      Balance: { keyFields: false },
      VaultBalance: { keyFields: false },
      // Two queries may ask for different levels of one position, so they are merged.
      ExitLevels: { keyFields: false, merge: true },
      ExchangeAccount: { fields: { balances: { merge: false } } },
      BulkAction: { fields: { accounts: { merge: false }, sold: { merge: false }, totals: { merge: false } } },
      Vault: { fields: { balances: { merge: false } } },
    },
  });
  // Clearing the user shows the sign-in page, which remembers the current address.
  const forgetSession = () => cache.writeQuery({ query: MeDocument, data: { me: null } });
  const socketUrl = `${location.protocol.replace('http', 'ws')}//${location.host}/graphql`;
  return new ApolloClient({
    cache,
    link: ApolloLink.from([
      new ErrorLink(({ error, operation }) => {
        if (!isSignedOut(error) || ['SignIn', 'SignOut'].includes(operation.operationName ?? '')) return;
        // The server checks the session first, so the operation was not carried out.
        if (operation.operationType === OperationTypeNode.MUTATION) endedSession.set({ duringAction: true });
        forgetSession();
      }),
      ApolloLink.split(
        ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
        new LiveLink(createSocket(socketUrl, forgetSession)),
        new HttpLink(),
      ),
    ]),
    defaultOptions: { watchQuery: { fetchPolicy: 'cache-and-network', nextFetchPolicy: 'cache-first' } },
  });
};
