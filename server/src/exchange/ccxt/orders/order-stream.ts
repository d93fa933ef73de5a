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
  /** How often it pings, and looks whether the credentials are still the same. */
  beatMs?: number;
  /** Dialled anew when nothing at all came for so long. */
  silentMs?: number;
  backOffMs?: number;
  backOffMaxMs?: number;
}

export interface OrderStreamOptions {
  stream: UserStream;
  /** The account's session: another one after its credentials changed. */
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
 * The orders of an account as its exchange pushes them. Each is told with all its fills; those that the messages did not
 * carry are asked for. Any fault, silence and other credentials end the connection; it is dialled anew after a pause
 * that grows with every one that did not last. Whoever listens hears of a gap as soon as a subscription stands, after
 * each dial that failed, and when an order could not be told completely.
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
      if (faults === 1) log.warn({ why: whyOf(reason) }, 'the stream of an account’s orders broke; it is dialled anew');
      // Between half and all of it, so that several accounts do not come in step.
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

/** Without the texts of ccxt: those repeat what was sent, with the key and its signature. */
const whyOf = (reason: unknown): string =>
  reason instanceof ExchangeFault ? reason.message : reason instanceof Error ? reason.name : 'it ended';

/** One connection, from the dial to its end. Resolves with the reason. */
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
    let heardAt = performance.now();
    let isReady = false;
    const hear = (message: unknown): void => {
      heardAt = performance.now();
      const said = read(message);
      if (said?.kind === 'orders') return tell(session, said.rows);
      if (said?.kind === 'over') return end(new CallFault('silent', `${title} ended the subscription.`));
      if (said?.kind !== 'ready') return;
      isReady = true;
      listener.onGap();
    };
    const beat = async (): Promise<void> => {
      if (performance.now() - heardAt > silentMs) throw new CallFault('silent', `${title} said nothing for too long.`);
      if ((await open()) !== session) throw new CallFault('notSent', 'The credentials changed.');
      for (const client of Object.values(dialled.clients ?? {})) if (isReady) await client.send(stream.ping);
    };
    overhear(dialled, { hear, end, isSubscribed: () => isReady });
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
 * Leaves dialling, signing in and subscribing to ccxt and hears all that its websocket says from then on, message by
 * message: what ccxt resolves leaves out what came between two calls, and a call after the end dials anew in silence.
 */
function overhear(
  api: CcxtApi,
  { hear, end, isSubscribed }: { hear(message: unknown): void; end(reason: unknown): void; isSubscribed(): boolean },
): void {
  const { client: clientOf, handleMessage, onError, onClose } = api;
  const known = new Set<CcxtSocket>();
  api.client = (url) => {
    const client = clientOf.call(api, url);
    if (known.has(client)) return client;
    known.add(client);
    // ccxt leaves some of its promises to nobody; a rejected one would end the process.
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
      hear(message);
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

/** Tells orders one after the other; of those that wait for it only the newest state of each. */
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
      // Binance numbers orders market by market.
      for (const row of rows) waiting.set(`${textAt(row, 'symbol')} ${textAt(row, 'orderId')}`, { session, row });
      if (waiting.size > 0) working ??= work();
    },
    /** When nothing is being asked for any more. */
    idle: async (): Promise<void> => working,
  };
}
