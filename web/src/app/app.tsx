import { ApolloProvider } from '@apollo/client/react';
import { RouterProvider } from 'react-router';
import { createApolloClient } from './apollo-client';
import { Messages } from './messages';
import { createRoutes, fetchTradingPages } from './routes';

const client = createApolloClient();
const router = createRoutes();

const IDLE_MS = 1_500;

/** Once the page has settled; what could not be fetched is asked for when it is shown. */
const fetchWhenIdle = () => setTimeout(() => void fetchTradingPages().catch(() => undefined), IDLE_MS);
if (document.readyState === 'complete') fetchWhenIdle();
else addEventListener('load', fetchWhenIdle, { once: true });

/** Everything the pages stand on: data, language, addresses. */
export function App() {
  return (
    <ApolloProvider client={client}>
      <Messages>
        <RouterProvider router={router} />
      </Messages>
    </ApolloProvider>
  );
}
