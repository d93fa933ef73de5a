import { createClient, type Client } from 'graphql-ws';
import { connection, lastHeard } from './connection';

const KEEP_ALIVE_MS = 10_000;
const PONG_TIMEOUT_MS = 5_000;
const LONGEST_WAIT_MS = 15_000;
const UNAUTHORISED = new Set([4401, 4403]);

/** Waits longer after each failed try, with jitter so that a restarted server is not stormed by every page at once. */
const backOff = (retries: number): Promise<void> => {
  const ceiling = Math.min(LONGEST_WAIT_MS, 500 * 2 ** Math.min(retries, 10));
  return new Promise((resolve) => setTimeout(resolve, ceiling / 2 + (Math.random() * ceiling) / 2));
};

/**
 * The page's one websocket (graphql-transport-ws). It opens with the first subscription, pings every 10 s, drops a
 * silent connection 5 s later and comes back by itself. `onUnauthorised` is called when the session is no longer good.
 */
export const createSocket = (url: string, onUnauthorised: () => void): Client => {
  let socket: WebSocket | undefined;
  let pongTimer: ReturnType<typeof setTimeout> | undefined;
  const heard = () => (lastHeard.at = Date.now());
  return createClient({
    url,
    lazy: true,
    keepAlive: KEEP_ALIVE_MS,
    retryAttempts: Number.POSITIVE_INFINITY,
    retryWait: backOff,
    shouldRetry: () => true,
    on: {
      connected: (opened, _payload, wasRetry) => {
        socket = opened as WebSocket;
        heard();
        connection.set((old) => ({ state: 'live', since: Date.now(), returns: old.returns + (wasRetry ? 1 : 0) }));
      },
      message: heard,
      ping: (received) => {
        if (received) return;
        pongTimer = setTimeout(() => {
          if (socket?.readyState === WebSocket.OPEN) socket.close(4408, 'No answer to a ping');
        }, PONG_TIMEOUT_MS);
      },
      pong: (received) => {
        if (received) clearTimeout(pongTimer);
      },
      closed: (event) => {
        clearTimeout(pongTimer);
        connection.set((old) => ({ ...old, state: 'reconnecting', since: lastHeard.at || Date.now() }));
        if (UNAUTHORISED.has((event as CloseEvent).code)) onUnauthorised();
      },
    },
  });
};
