import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';

/** A graphql-ws client that sends the cookie as a browser does. It never reconnects. */
export const createLiveClient = (graphqlUrl: string, cookie: string): Client =>
  createClient({
    url: graphqlUrl.replace(/^http/, 'ws'),
    retryAttempts: 0,
    webSocketImpl: class extends WebSocket {
      constructor(address: string, protocols: string | string[]) {
        super(address, protocols, { headers: { cookie } });
      }
    },
  });

/** A bare socket of the protocol, for clients that do not keep to it. */
export const openLiveSocket = (graphqlUrl: string, cookie: string): WebSocket =>
  new WebSocket(graphqlUrl.replace(/^http/, 'ws'), 'graphql-transport-ws', { headers: { cookie } });
