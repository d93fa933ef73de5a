import { createClient as createSocketClient, type Client as SocketClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { ApiError, networkError, type AnsweredError } from './api-error.js';
import type { Operation } from './operation.js';

export interface WatchOptions {
  /** Events after this cursor; omitted = from now on. */
  after?: string;
  /** Ends the watch: it returns without an error. */
  signal?: AbortSignal;
  /** Called after each cut, before it connects again. */
  onCut?: (error: ApiError) => void;
}

/** What a watch yields: the value of the subscription's field, such as `{ cursor, job }`. */
export type Watched<D extends object> = D[keyof D];

interface Watch extends WatchOptions {
  variables: object | undefined;
  newestCursor: () => Promise<string>;
  /** ws://…/graphql */
  address: string;
  authorization: string;
}

const SHORTEST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;
/** A connection that is silent for longer than this is dead: the server answers every ping. */
const PING_EVERY_MS = 10_000;
const PONG_WITHIN_MS = 5_000;
/** Errors after which the same subscription can succeed. CURSOR_TOO_OLD is not one: events would be missing. */
const PASSING = new Set(['NETWORK', 'SUBSCRIPTION_OVERFLOW', 'RATE_LIMITED', 'TIMEOUT', 'INTERNAL']);
/** Close codes that mean that there is no valid session or token. */
const UNAUTHORIZED = new Map([
  [4401, 'UNAUTHENTICATED'],
  [4403, 'PASSWORD_CHANGE_REQUIRED'],
]);

/** See `Client.watch`. */
export async function* watch<D extends object, V>(
  { text }: Operation<D, V>,
  { signal, onCut, newestCursor, ...options }: Watch,
): AsyncGenerator<Watched<D>, void, void> {
  const hasCursor = /\bcursor\b/.test(text);
  // The cursor first, then the subscription behind it: nothing can fall between.
  let { after } = options;
  let failures = 0;
  while (!signal?.aborted) {
    const socket = openSocket(options);
    const stop = () => void socket.dispose();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      // Asked at each try: the answer also says whether the token is still valid, which a refused socket does not.
      const newest = await newestCursor();
      if (hasCursor) after ??= newest;
      const variables = { ...options.variables, ...(hasCursor && { after }) };
      for await (const { data, errors } of socket.iterate<D>({ query: text, variables })) {
        if (errors?.length) throw new ApiError(errors as readonly AnsweredError[]);
        const [event] = Object.values(data ?? {}) as Watched<D>[];
        if (event === undefined || event === null) continue;
        failures = 0;
        yield event;
        // Only now: an event that was not taken is sent again.
        after = (event as { cursor?: string }).cursor ?? after;
      }
      if (!signal?.aborted) throw networkError('The server ended the subscription.');
    } catch (cause) {
      const error = errorOf(cause);
      if (signal?.aborted) return;
      if (!PASSING.has(error.code)) throw error;
      onCut?.(error);
      await pause(error.retryAfterMs ?? waitAfter(failures), signal);
      failures += 1;
    } finally {
      signal?.removeEventListener('abort', stop);
      await socket.dispose();
    }
  }
}

/** A socket of its own for each try: graphql-ws would send the first `after` again. */
function openSocket({ address, authorization }: Pick<Watch, 'address' | 'authorization'>): SocketClient {
  let silent: NodeJS.Timeout | undefined;
  const client = createSocketClient({
    url: address,
    retryAttempts: 0,
    keepAlive: PING_EVERY_MS,
    webSocketImpl: class extends WebSocket {
      constructor(url: string, protocols: string | string[]) {
        super(url, protocols, { headers: { authorization } });
      }
    },
    on: {
      ping: (wasReceived) => {
        if (!wasReceived) silent = setTimeout(() => client.terminate(), PONG_WITHIN_MS);
      },
      pong: (wasReceived) => {
        if (wasReceived) clearTimeout(silent);
      },
      closed: () => clearTimeout(silent),
    },
  });
  return client;
}

function errorOf(cause: unknown): ApiError {
  if (cause instanceof ApiError) return cause;
  if (Array.isArray(cause)) return new ApiError(cause as AnsweredError[]);
  const { code: closeCode, message = 'The connection was cut.' } = (cause ?? {}) as {
    code?: unknown;
    message?: string;
  };
  const code = UNAUTHORIZED.get(Number(closeCode));
  if (code) return new ApiError([{ message: 'The session or token is not valid any more.', extensions: { code } }]);
  return networkError(message || 'The connection was cut.', cause);
}

/** Twice as long after each failure, with jitter, so that many clients do not come back at the same moment. */
function waitAfter(failures: number): number {
  const ceiling = Math.min(LONGEST_WAIT_MS, SHORTEST_WAIT_MS * 2 ** Math.min(failures, 10));
  return ceiling / 2 + (Math.random() * ceiling) / 2;
}

const pause = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
