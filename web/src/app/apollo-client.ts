import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { CombinedGraphQLErrors, ServerError } from '@apollo/client/errors';
import { ErrorLink } from '@apollo/client/link/error';
import { OperationTypeNode } from 'graphql';
import { endedSession } from '../lib/ended-session';
import { MeDocument } from '../gql/generated';
import { LiveLink } from '../lib/live/live-link';
import { createSocket } from '../lib/live/socket';

const isSignedOut = (error: unknown) =>
  (CombinedGraphQLErrors.is(error) && error.errors.some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED')) ||
  (ServerError.is(error) && error.statusCode === 401);

/** A question that nobody answers is given up, so that it does not hold one of the browser's few connections. */
const QUERY_LIMIT_MS = 12_000;
/** What changes something waits longer; its dialog says after five seconds that there is no answer. */
const MUTATION_LIMIT_MS = 120_000;

const withTimeLimit: ApolloLink.RequestHandler = (operation, forward) => {
  const limit = operation.operationType === OperationTypeNode.QUERY ? QUERY_LIMIT_MS : MUTATION_LIMIT_MS;
  operation.setContext({ fetchOptions: { signal: AbortSignal.timeout(limit) } });
  return forward(operation);
};

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
      BulkAction: { fields: { accounts: { merge: false }, sold: { merge: false }, totals: { merge: false } } },
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
        if (!isSignedOut(error) || ['SignIn', 'SignOut'].includes(operation.operationName ?? '')) return;
        // The server looks at the session before it does anything: what was asked for was not done.
        if (operation.operationType === OperationTypeNode.MUTATION) endedSession.set({ duringAction: true });
        forgetSession();
      }),
      ApolloLink.split(
        ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
        new LiveLink(createSocket(socketUrl, forgetSession)),
        ApolloLink.from([new ApolloLink(withTimeLimit), new HttpLink({ uri: '/graphql', credentials: 'same-origin' })]),
      ),
    ]),
    defaultOptions: { watchQuery: { fetchPolicy: 'cache-and-network', nextFetchPolicy: 'cache-first' } },
  });
};
