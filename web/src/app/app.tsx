import { ApolloProvider } from '@apollo/client/react';
import { RouterProvider } from 'react-router/dom';
import { createApolloClient } from './apollo-client';
import { Messages } from './messages';
import { createRoutes } from './routes';

const client = createApolloClient();
const router = createRoutes();

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
