import { ApiError, networkError, type AnsweredError } from './api-error.js';
import { LiveCursor } from './generated.js';
import type { Operation } from './operation.js';
import { watch, type Watched, type WatchOptions } from './watch.js';

export interface ClientOptions {
  /** The address of the server, such as https://trade.example.org. */
  url: string;
  /** An API token (`mvc_…`). */
  token: string;
  /** How long to wait for an answer; the default is 30 s. */
  timeoutMs?: number;
}

/** Variables may be left out when none has to be given. */
export type Given<V> = Record<never, never> extends V ? [variables?: V] : [variables: V];

export interface Client {
  /**
   * Runs a query or mutation and returns its data. Without an answer it is sent again for a while: queries, and mutations
   * with an idempotency key, which are one request however often they are sent. Throws an ApiError for any error of the answer. What a trading rule
   * refuses is data: look at `__typename` for `Refused`.
   */
  run<D, V>(operation: Operation<D, V>, ...variables: Given<V>): Promise<D>;
  /**
   * The events of a subscription, one by one, each once and in order, across any cut of the connection: after a cut it
   * subscribes with the cursor of the last event. It starts at `after`, or now. It throws an ApiError when the session or
   * token has ended, when the cursor is too old, and when the subscription itself is refused; everything else it survives.
   */
  watch<D extends object, V>(
    operation: Operation<D, V>,
    variables?: Omit<NonNullable<V>, 'after'>,
    options?: WatchOptions,
  ): AsyncGenerator<Watched<D>, void, void>;
}

const TIMEOUT_MS = 30_000;

/** The waits before a request without an answer is sent again. */
const RETRY_AFTER_MS = [200, 500, 1_000, 2_000, 4_000];

const isRepeatable = (text: string, variables: unknown): boolean =>
  text.startsWith('query') ||
  (variables as { input?: { idempotencyKey?: unknown } })?.input?.idempotencyKey !== undefined;

/** Sends again while there is no answer. */
async function persist<T>(send: () => Promise<T>, waitsMs: readonly number[]): Promise<T> {
  for (const waitMs of waitsMs) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'NETWORK') throw error;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
  return send();
}

/** A client of one server with one API token. It holds no connection while nothing is watched. */
export function createClient({ url, token, timeoutMs = TIMEOUT_MS }: ClientOptions): Client {
  const address = `${url.replace(/\/+$/, '')}/graphql`;
  const authorization = `Bearer ${token}`;
  const run: Client['run'] = async <D, V>({ name, text }: Operation<D, V>, ...[variables]: Given<V>) => {
    const body = JSON.stringify({ operationName: name, query: text, variables });
    const headers = { authorization, 'content-type': 'application/json', accept: 'application/graphql-response+json' };
    const send = () => post(address, { headers, body, signal: AbortSignal.timeout(timeoutMs) });
    const { data, errors } = await persist(send, isRepeatable(text, variables) ? RETRY_AFTER_MS : []);
    if (errors?.length || !data) throw new ApiError(errors ?? []);
    return data as D;
  };
  const newestCursor = async (): Promise<string> => (await run(LiveCursor)).liveCursor;
  return {
    run,
    watch: (operation, variables, options = {}) =>
      watch(operation, { ...options, variables, newestCursor, address: address.replace(/^http/, 'ws'), authorization }),
  };
}

interface Answer {
  data?: unknown;
  errors?: AnsweredError[];
}

async function post(address: string, init: RequestInit): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(address, { method: 'POST', ...init });
  } catch (cause) {
    throw networkError(`${address} did not answer.`, cause);
  }
  try {
    return JSON.parse(await response.text()) as Answer;
  } catch (cause) {
    throw networkError(`The server answered ${response.status} without JSON.`, cause);
  }
}
