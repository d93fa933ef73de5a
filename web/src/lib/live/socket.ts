import { createClient, type Client } from 'graphql-ws';
import { connection, lastHeard } from './connection';
import { watchForSilence } from './silence';

/** The page also sends pings: an older server may send no heartbeats by itself. */
const KEEP_ALIVE_MS = 3_000;
/** A frozen server accepts a connection and then sends nothing. */
const OPENING_LIMIT_MS = 10_000;
const LONGEST_WAIT_MS = 5_000;
const UNAUTHORIZED = new Set([4401, 4403]);

/** Waits longer after each failed try. The jitter keeps all pages from reconnecting at the same moment. */
const backOff = (retries: number): Promise<void> => {
  const ceiling = Math.min(LONGEST_WAIT_MS, 500 * 2 ** Math.min(retries, 10));
  return new Promise((resolve) => setTimeout(resolve, ceiling / 2 + (Math.random() * ceiling) / 2));
};

const setLive = (wasRetry: boolean): void =>
  connection.set((old) => ({ state: 'live', since: Date.now(), returns: old.returns + (wasRetry ? 1 : 0) }));
const setSilent = (): void =>
  connection.set((old) => (old.state === 'live' ? { ...old, state: 'silent', since: lastHeard.at } : old));
/** Since the last heartbeat, not since the loss was noticed. */
const setReconnecting = (): void =>
  connection.set((old) =>
    old.state === 'reconnecting' ? old : { ...old, state: 'reconnecting', since: lastHeard.at || Date.now() },
  );

/**
 * The only websocket of the page (graphql-transport-ws). It opens with the first subscription and reconnects by itself.
 * The server sends a heartbeat every two seconds. A silent connection is closed here, without waiting for the server.
 * `onUnauthorized` is called when the session is no longer valid.
 */
export const createSocket = (url: string, onUnauthorized: () => void): Client => {
  let opening: ReturnType<typeof setTimeout> | undefined;
  let isOpen = false;
  const heard = () => {
    lastHeard.at = Date.now();
    // Delayed messages arrived after all: nothing is lost on a connection that was not closed.
    if (isOpen && connection.get().state === 'silent')
      connection.set((old) => ({ ...old, state: 'live', since: Date.now() }));
  };
  const giveUp = () => {
    setReconnecting();
    client.terminate();
  };
  const client = createClient({
    url,
    lazy: true,
    keepAlive: KEEP_ALIVE_MS,
    retryAttempts: Number.POSITIVE_INFINITY,
    retryWait: backOff,
    shouldRetry: () => true,
    on: {
      connecting: () => {
        clearTimeout(opening);
        opening = setTimeout(() => client.terminate(), OPENING_LIMIT_MS);
      },
      connected: (_opened, _payload, wasRetry) => {
        clearTimeout(opening);
        isOpen = true;
        heard();
        setLive(wasRetry);
      },
      message: heard,
      closed: (event) => {
        clearTimeout(opening);
        isOpen = false;
        setReconnecting();
        if (UNAUTHORIZED.has((event as CloseEvent).code)) onUnauthorized();
      },
    },
  });
  watchForSilence({ isOpen: () => isOpen, onSilent: setSilent, onLost: giveUp });
  return client;
};
