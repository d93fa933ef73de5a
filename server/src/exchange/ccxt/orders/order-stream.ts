import type { Logger } from 'pino';
import { createPause } from '../../../infra/create-pause.js';
import { closeSockets } from '../session/close-sockets.js';
import { ExchangeFault } from '../../exchange-fault.js';
import type { RemoteAccount } from '../../exchange.js';
import { CallFault } from '../call-fault.js';
import type { CcxtApi, CcxtSocket } from '../session/ccxt-api.js';
import { textAt, type JsonObject, type UserStream } from '../dialects/dialect.js';
import type { Session } from '../session/session.js';
import { pushedOrder } from './snapshots.js';

export interface StreamTiming {
  /** How often it pings and checks whether the credentials changed. */
  beatMs?: number;
  /** After this time without any message, it reconnects. */
  silentMs?: number;
  backOffMs?: number;
  backOffMaxMs?: number;
}

export interface OrderStreamOptions {
  stream: UserStream;
  /** Returns the account's session; a new one after its credentials changed. */
  open(): Promise<Session>;
  listener: Parameters<NonNullable<RemoteAccount['watchOrders']>>[0];
  log: Logger;
  timing?: StreamTiming | undefined;
}

const BEAT_MS = 10_000;
const SILENT_MS = 30_000;
const BACK_OFF_MS = 1_000;
const BACK_OFF_MAX_MS = 30_000;

/**
 * The orders of an account as its exchange pushes them. Each is passed on with all its fills; fills that the messages
 * did not contain are requested. Any fault, silence or a change of credentials ends the connection. It reconnects after
 * a pause that grows with every short-lived connection. `onGap` is called after each subscription, after each failed
 * connection, and when an order could not be passed on completely.
 */
export function openOrderStream(options: OrderStreamOptions): { stop(): Promise<void> } {
  const { listener, log, timing = {} } = options;
  const { backOffMs = BACK_OFF_MS, backOffMaxMs = BACK_OFF_MAX_MS } = timing;
  const pause = createPause();
  const stopping = new AbortController();
  const { signal } = stopping;
  const teller = createTeller(listener, signal);
  const run = async (): Promise<void> => {
    for (let faults = 0; !signal.aborted;) {
      const startedAt = performance.now();
      const reason = await connect(options, { signal, tell: teller.tell }).catch((error: unknown) => error);
      if (signal.aborted) return;
      faults = performance.now() - startedAt >= backOffMaxMs ? 1 : faults + 1;
      if (faults === 1) log.warn({ why: whyOf(reason) }, 'the order stream of an account broke; reconnecting');
      // With jitter from 50 to 100 %, so that several accounts do not reconnect at the same time.
      await pause.wait(Math.min(backOffMaxMs, backOffMs * 2 ** Math.min(faults - 1, 10)) * (0.5 + Math.random() / 2));
      if (!signal.aborted && faults > 1) listener.onGap();
    }
  };
  const running = run();
  return {
    async stop() {
      stopping.abort();
      pause.wake();
      await running;
      await teller.idle();
    },
  };
}

/** Without the texts of ccxt, which repeat the request with its key and signature. */
const whyOf = (reason: unknown): string =>
  reason instanceof ExchangeFault ? reason.message : reason instanceof Error ? reason.name : 'it ended';

/** One connection, from connecting to its end. Resolves with the reason for the end. */
async function connect(
  { stream, open, listener, timing = {} }: OrderStreamOptions,
  { signal, tell }: { signal: AbortSignal; tell(session: Session, rows: readonly JsonObject[]): void },
): Promise<unknown> {
  const { beatMs = BEAT_MS, silentMs = SILENT_MS } = timing;
  let end = (_reason: unknown): void => undefined;
  const ended = new Promise<unknown>((resolve) => {
    end = resolve;
  });
  signal.addEventListener('abort', end, { once: true });
  let api: CcxtApi | undefined;
  let beating: NodeJS.Timeout | undefined;
  try {
    const session = await Promise.race([open(), ended.then(() => undefined)]);
    if (!session) return undefined;
    const { title } = session.dialect;
    const dialled = (api = await session.openStream());
    const read = stream.listen();
    let lastMessageAt = performance.now();
    let isReady = false;
    const receive = (message: unknown): void => {
      lastMessageAt = performance.now();
      const event = read(message);
      if (event?.kind === 'orders') return tell(session, event.rows);
      if (event?.kind === 'over') return end(new CallFault('silent', `${title} ended the subscription.`));
      if (event?.kind !== 'ready') return;
      isReady = true;
      listener.onGap();
    };
    const beat = async (): Promise<void> => {
      if (performance.now() - lastMessageAt > silentMs)
        throw new CallFault('silent', `${title} sent nothing for too long.`);
      if ((await open()) !== session) throw new CallFault('notSent', 'The credentials changed.');
      for (const client of Object.values(dialled.clients ?? {})) if (isReady) await client.send(stream.ping);
    };
    listenToSockets(dialled, { receive, end, isSubscribed: () => isReady });
    dialled.watchOrders?.().catch(end);
    beating = setInterval(() => void beat().catch(end), beatMs);
    return await ended;
  } finally {
    signal.removeEventListener('abort', end);
    clearInterval(beating);
    if (api) await closeSockets(api);
  }
}

/**
 * ccxt connects, signs in and subscribes. This listens to every message of its websocket, because ccxt's own promises
 * skip messages between two calls, and a call after the end would silently reconnect.
 */
function listenToSockets(
  api: CcxtApi,
  {
    receive,
    end,
    isSubscribed,
  }: { receive(message: unknown): void; end(reason: unknown): void; isSubscribed(): boolean },
): void {
  const { client: clientOf, handleMessage, onError, onClose } = api;
  const known = new Set<CcxtSocket>();
  api.client = (url) => {
    const client = clientOf.call(api, url);
    if (known.has(client)) return client;
    known.add(client);
    // ccxt leaves some of its promises unhandled. A rejected one would end the process.
    const { future: futureOf } = client;
    client.future = (messageHash) => {
      const future = futureOf.call(client, messageHash);
      future.catch(() => undefined);
      return future;
    };
    return client;
  };
  api.handleMessage = (client, message) => {
    const isForCcxt = !isSubscribed();
    try {
      receive(message);
    } catch (error) {
      end(error);
    }
    if (isForCcxt) handleMessage.call(api, client, message);
  };
  api.onError = (client, error) => {
    end(error);
    onError.call(api, client, error);
  };
  api.onClose = (client, event) => {
    end(new CallFault('silent', 'The connection was lost.'));
    onClose.call(api, client, event);
  };
}

/** Passes orders on one after the other. Of the waiting states of an order only the newest is kept. */
function createTeller(listener: OrderStreamOptions['listener'], signal: AbortSignal) {
  const waiting = new Map<string, { session: Session; row: JsonObject }>();
  let working: Promise<void> | undefined;
  const work = async (): Promise<void> => {
    for (const [id, { session, row }] of waiting) {
      waiting.delete(id);
      try {
        const order = await pushedOrder(session, row);
        if (signal.aborted) return;
        if (order) listener.onOrder(order);
      } catch {
        if (!signal.aborted) listener.onGap();
      }
    }
    working = undefined;
  };
  return {
    tell(session: Session, rows: readonly JsonObject[]): void {
      // On Binance, order ids are unique only within a market.
      for (const row of rows) waiting.set(`${textAt(row, 'symbol')} ${textAt(row, 'orderId')}`, { session, row });
      if (waiting.size > 0) working ??= work();
    },
    /** Resolves when no request is running any more. */
    idle: async (): Promise<void> => working,
  };
}
