import type { Logger } from 'pino';
import { createPause } from '../../infra/create-pause.js';
import { closeSockets } from '../../exchange/ccxt/session/close-sockets.js';
import type { CcxtExchange, CcxtTicker } from './ccxt-exchange.js';

export interface TickerStreamOptions {
  exchange: CcxtExchange;
  log: Logger;
  /** Called with every ticker. A ticker of 'book' has a bid and an ask but no last price. */
  onTicker: (kind: 'ticker' | 'book', symbol: string, ticker: CcxtTicker) => void;
  /** The connection is opened again when nothing was received for this time. */
  silentMs?: number;
  /**
   * At most one subscription is sent per this interval. Binance closes connections that send more than five a second.
   */
  paceMs?: number;
  backOffMs?: number;
  backOffMaxMs?: number;
}

export interface TickerStream {
  /** The symbols to stream from now on. */
  follow(symbols: readonly string[]): void;
  stop(): Promise<void>;
}

/** One kind of message and how to subscribe to it. */
interface Channel {
  kind: 'ticker' | 'book';
  /** The name in ccxt's `has`. */
  method: 'watchTicker' | 'watchTickers' | 'watchBidsAsks';
  groupMax: number;
  watch(symbols: string[]): Promise<unknown>;
  unwatch?: (symbols: string[]) => Promise<unknown>;
  newest(symbol: string): CcxtTicker | undefined;
}

const SILENT_MS = 30_000;
const PACE_MS = 300;
const BACK_OFF_MS = 1_000;
const BACK_OFF_MAX_MS = 60_000;
/** Bybit accepts ten topics per request. */
const GROUP_MAX = 10;
/** Each symbol needs two streams, and a Binance connection carries 1,024. Symbols beyond the limit are polled. */
const SYMBOLS_MAX = 400;

/**
 * The exchanges where the best bid and ask are a separate stream. Elsewhere they come with the tickers or from the
 * poll.
 */
const BOOKS: ReadonlySet<string> = new Set(['binance', 'binanceus', 'bybit', 'okx']);

/**
 * Tickers by websocket, one subscription for each symbol and kind. Any fault ends the session: all connections are
 * closed and, after a pause, opened again. The pause grows with every short session. No other code opens connections,
 * so that an exchange that refuses us is asked less and less often.
 */
export function createTickerStream(options: TickerStreamOptions): TickerStream | undefined {
  const { exchange, log, backOffMs = BACK_OFF_MS, backOffMaxMs = BACK_OFF_MAX_MS } = options;
  const pause = createPause();
  if (channelsOf(exchange).length === 0) return undefined;
  let wanted: ReadonlySet<string> = new Set();
  let isStopped = false;
  let endSession: ((reason: unknown) => void) | undefined;
  let running: Promise<void> | undefined;

  const run = async (): Promise<void> => {
    await exchange.loadHttpProxyAgent(); // ccxt requires it before it connects to an address without TLS.
    for (let faults = 0; !isStopped;) {
      const channels = channelsOf(exchange);
      if (channels.length === 0) return;
      const startedAt = performance.now();
      const session = openSession(options, { channels, wanted: () => wanted });
      endSession = session.end;
      const reason = await session.ended;
      await closeSockets(exchange);
      if (isStopped) return;
      faults = performance.now() - startedAt >= backOffMaxMs ? 1 : faults + 1;
      if (faults === 1 && !isUnsupported(reason))
        log.warn({ err: reason, exchange: exchange.id }, 'the price stream broke; polling continues');
      // A random time between half and all of it, so that several installations do not connect at the same moment.
      await pause.wait(Math.min(backOffMaxMs, backOffMs * 2 ** Math.min(faults - 1, 10)) * (0.5 + Math.random() / 2));
    }
  };
  return {
    follow(symbols) {
      wanted = new Set(symbols.slice(0, SYMBOLS_MAX));
      if (wanted.size > 0 && !isStopped) {
        running ??= run().catch((err: unknown) => log.error({ err }, 'the price stream cannot run'));
      }
    },
    async stop() {
      isStopped = true;
      pause.wake();
      endSession?.(undefined);
      await running;
    },
  };
}

function channelsOf(exchange: CcxtExchange): Channel[] {
  const channels: Channel[] = [];
  const { has } = exchange;
  // When ccxt's addresses were replaced by ones without streams, there is nothing to connect to.
  if (!(exchange.urls.api as { ws?: unknown } | undefined)?.ws) return channels;
  const newest = (symbol: string) => exchange.tickers[symbol];
  if (has.watchTickers === true) {
    const unwatch = has.unWatchTickers === true && { unwatch: (list: string[]) => exchange.unWatchTickers(list) };
    const watch = (list: string[]) => exchange.watchTickers(list);
    channels.push({ kind: 'ticker', method: 'watchTickers', groupMax: GROUP_MAX, watch, newest, ...unwatch });
  } else if (has.watchTicker === true) {
    const watch = ([symbol]: string[]) => exchange.watchTicker(symbol as string);
    channels.push({ kind: 'ticker', method: 'watchTicker', groupMax: 1, watch, newest });
  }
  if (channels.length > 0 && has.watchBidsAsks === true && BOOKS.has(exchange.id)) {
    const unwatch = has.unWatchBidsAsks === true && { unwatch: (list: string[]) => exchange.unWatchBidsAsks(list) };
    const watch = (list: string[]) => exchange.watchBidsAsks(list);
    const book = (symbol: string) => exchange.bidsasks[symbol];
    channels.push({ kind: 'book', method: 'watchBidsAsks', groupMax: GROUP_MAX, watch, newest: book, ...unwatch });
  }
  return channels;
}

const isUnsupported = (error: unknown): boolean => error instanceof Error && error.name === 'NotSupported';

interface Session {
  end(reason: unknown): void;
  /** Resolves with the reason for the end. */
  ended: Promise<unknown>;
}

/**
 * Subscribes group by group until every wanted symbol is streamed, and unsubscribes the symbols that are no longer
 * wanted.
 */
function openSession(
  { exchange, onTicker, silentMs = SILENT_MS, paceMs = PACE_MS }: TickerStreamOptions,
  { channels, wanted }: { channels: readonly Channel[]; wanted: () => ReadonlySet<string> },
): Session {
  let isOver = false;
  let lastMessageAt = performance.now();
  let finish: ((reason: unknown) => void) | undefined;
  const ended = new Promise<unknown>((resolve) => {
    finish = resolve;
  });
  const end = (reason: unknown): void => {
    isOver = true;
    clearInterval(beating);
    finish?.(reason);
  };
  const groups = new Map<Channel, Set<string>[]>(channels.map((channel) => [channel, []]));

  /** Waits for messages about any symbol of the group, one after the other. */
  const listen = async (channel: Channel, group: Set<string>): Promise<void> => {
    const told = new Map<string, CcxtTicker>();
    while (!isOver && group.size > 0) {
      try {
        await channel.watch([...group]);
      } catch (error) {
        // An unsubscribe by us is not a fault; the rest of the group is watched further.
        if (error instanceof Error && error.name === 'UnsubscribeError') continue;
        throw error;
      }
      if (isOver) return;
      lastMessageAt = performance.now();
      // Several messages may have arrived since; each message creates a new object.
      for (const symbol of group) {
        const ticker = channel.newest(symbol);
        if (!ticker || told.get(symbol) === ticker) continue;
        told.set(symbol, ticker);
        onTicker(channel.kind, symbol, ticker);
      }
    }
  };
  const beat = (): void => {
    if (performance.now() - lastMessageAt > silentMs) return end(new Error('no message arrived for too long'));
    for (const channel of channels) {
      const open = groups.get(channel) as Set<string>[];
      if (letGo(channel, open, wanted())) return;
      const followed = new Set(open.flatMap((group) => [...group]));
      const next = [...wanted()].filter((symbol) => !followed.has(symbol)).slice(0, channel.groupMax);
      if (next.length === 0) continue;
      const group = new Set(next);
      open.push(group);
      listen(channel, group).catch((error: unknown) => {
        // ccxt reports features for all markets of an exchange together. MEXC has such tickers, but not for spot.
        if (isUnsupported(error)) exchange.has[channel.method] = false;
        end(error);
      });
      return;
    }
  };
  const beating = setInterval(beat, paceMs);
  beat();
  return { end, ended };
}

/** Unsubscribes the unwanted symbols of the first group that has some. Returns whether a request was sent. */
function letGo(channel: Channel, open: Set<string>[], wanted: ReadonlySet<string>): boolean {
  const index = open.findIndex((group) => [...group].some((symbol) => !wanted.has(symbol)));
  const group = open[index];
  if (!group) return false;
  const gone = [...group].filter((symbol) => !wanted.has(symbol));
  for (const symbol of gone) group.delete(symbol);
  if (group.size === 0) open.splice(index, 1);
  // An exchange that does not confirm it continues to send messages that are not used.
  channel.unwatch?.(gone).catch(() => undefined);
  return channel.unwatch !== undefined;
}
