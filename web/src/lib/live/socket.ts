import { createClient, type Client } from 'graphql-ws';
import { connection, lastHeard } from './connection';
import { watchForSilence } from './silence';

/** The page asks by itself, too: a server from before may give no sign of life unasked. */
const KEEP_ALIVE_MS = 3_000;
/** A server that is stopped accepts a connection and then says nothing. */
const OPENING_LIMIT_MS = 10_000;
const LONGEST_WAIT_MS = 5_000;
const UNAUTHORIZED = new Set([4401, 4403]);

/** Waits longer after each failed try, with jitter so that a restarted server is not stormed by every page at once. */
const backOff = (retries: number): Promise<void> => {
  const ceiling = Math.min(LONGEST_WAIT_MS, 500 * 2 ** Math.min(retries, 10));
  return new Promise((resolve) => setTimeout(resolve, ceiling / 2 + (Math.random() * ceiling) / 2));
};

const setLive = (wasRetry: boolean): void =>
  connection.set((old) => ({ state: 'live', since: Date.now(), returns: old.returns + (wasRetry ? 1 : 0) }));
const setSilent = (): void =>
  connection.set((old) => (old.state === 'live' ? { ...old, state: 'silent', since: lastHeard.at } : old));
/** From the last sign of life on, not from when its end was noticed. */
const setReconnecting = (): void =>
  connection.set((old) =>
    old.state === 'reconnecting' ? old : { ...old, state: 'reconnecting', since: lastHeard.at || Date.now() },
  );

/**
 * The page's one websocket (graphql-transport-ws). It opens with the first subscription and comes back by itself. The
 * server gives a sign of life every two seconds; a silent connection is given up here, without waiting for the other
 * side to agree. `onUnauthorized` is called when the session is no longer good.
 */
export const createSocket = (url: string, onUnauthorized: () => void): Client => {
  let opening: ReturnType<typeof setTimeout> | undefined;
  let isOpen = false;
  const heard = () => {
    lastHeard.at = Date.now();
    // What was held up arrived after all: nothing is lost on a connection that was never closed.
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
