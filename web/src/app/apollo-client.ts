import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { CombinedGraphQLErrors, ServerError } from '@apollo/client/errors';
import { ErrorLink } from '@apollo/client/link/error';
import { OperationTypeNode } from 'graphql';
import { MeDocument } from '../gql/generated';
import { LiveLink } from '../lib/live/live-link';
import { createSocket } from '../lib/live/socket';

const isSignedOut = (error: unknown) =>
  (CombinedGraphQLErrors.is(error) && error.errors.some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED')) ||
  (ServerError.is(error) && error.statusCode === 401);

/** The page's Apollo client: HTTP for queries and mutations, the live socket for subscriptions, the session in a cookie. */
export const createApolloClient = (): ApolloClient => {
  const cache = new InMemoryCache({
    typePolicies: {
      // A balance belongs to its account or vault: it is replaced with it, never merged by asset.
      Balance: { keyFields: false },
      VaultBalance: { keyFields: false },
      // The levels belong to their position; two queries may ask for different ones of them.
      ExitLevels: { keyFields: false, merge: true },
      ExchangeAccount: { fields: { balances: { merge: false } } },
      Vault: { fields: { balances: { merge: false } } },
    },
  });
  // Forgetting who we are is what shows the sign-in page; it remembers the way back.
  const forgetSession = () => cache.writeQuery({ query: MeDocument, data: { me: null } });
  const socketUrl = `${location.protocol.replace('http', 'ws')}//${location.host}/graphql`;
  return new ApolloClient({
    cache,
    link: ApolloLink.from([
      new ErrorLink(({ error, operation }) => {
        if (isSignedOut(error) && operation.operationName !== 'SignIn') forgetSession();
      }),
      ApolloLink.split(
        ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
        new LiveLink(createSocket(socketUrl, forgetSession)),
        new HttpLink({ uri: '/graphql', credentials: 'same-origin' }),
      ),
    ]),
    defaultOptions: { watchQuery: { fetchPolicy: 'cache-and-network', nextFetchPolicy: 'cache-first' } },
  });
};
