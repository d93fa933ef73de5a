import { ApolloProvider } from '@apollo/client/react';
import { createApolloClient } from './apollo-client';
import { Messages } from './messages';
import { AppRoutes, fetchTradingPages } from './routes';

const client = createApolloClient();

const IDLE_MS = 1_500;
const AGAIN_MS = 10_000;

/** Loads the emergency pages once the page is idle, and tries again until they are loaded: the server may be restarting. */
function fetchLater(inMs: number): void {
  setTimeout(() => {
    fetchTradingPages().then(
      () => performance.mark('trading pages are here'),
      () => fetchLater(AGAIN_MS),
    );
  }, inMs);
}
if (document.readyState === 'complete') fetchLater(IDLE_MS);
else addEventListener('load', () => fetchLater(IDLE_MS), { once: true });

/** Everything that the pages need: data, language and routes. */
export function App() {
  return (
    <ApolloProvider client={client}>
      <Messages>
        <AppRoutes />
      </Messages>
    </ApolloProvider>
  );
}
