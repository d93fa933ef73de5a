import type { Logger } from 'pino';
import type { Clock } from '../../context.js';
import type { Price } from '../../core/domain.js';
import { createCcxtFeed, type CcxtFeedOptions } from './ccxt-feed.js';
import { createDemoFeed } from './demo-feed.js';
import type { PriceBoard } from '../../ports.js';
import { createReplayFeed } from './replay-feed.js';

/** A source of prices. `start` begins emitting, immediately if possible. After `stop` nothing more is emitted. */
export interface PriceFeed {
  /** 'demo', 'replay' or 'ccxt:binance'. */
  readonly name: string;
  start(emit: (prices: readonly Price[]) => void): void;
  stop(): Promise<void>;
}

export interface PriceFeedOptions {
  settings: {
    PRICE_FEED: string;
    DEMO_MARKET_SEED: number;
    DEMO_MARKET_SPEED: number;
    DEMO_MARKET_VOLATILITY: number;
    REPLAY_FILE?: string | undefined;
    REPLAY_SPEED?: number | undefined;
    EXCHANGE_API_URLS?: Partial<Record<string, string>> | undefined;
  };
  clock: Clock;
  log: Logger;
  prices: Pick<PriceBoard, 'get'>;
  /** The symbols to request from a real exchange. */
  symbols: () => Promise<readonly string[]>;
  /** Called with the exchange and the symbols that a feed of a real exchange follows, at each poll. */
  onSymbols?: NonNullable<CcxtFeedOptions['onSymbols']>;
  /** Replaces ccxt's addresses, for tests. */
  apiUrls?: Record<string, unknown>;
}

const AUTO_EXCHANGE = 'binance';
const AUTO_TIMEOUT_MS = 4_000;

/**
 * The feed that PRICE_FEED names. `auto` asks a real exchange once and uses the demo market when it does not answer.
 * The choice is kept: a switch between real and demo prices would fire stops and fill orders.
 */
export async function choosePriceFeed(options: PriceFeedOptions): Promise<PriceFeed> {
  const { settings, log } = options;
  const chosen = settings.PRICE_FEED === 'auto' ? await tryPublicPrices(options) : named(options, settings.PRICE_FEED);
  log.info({ feed: chosen.name, setting: settings.PRICE_FEED }, 'prices come from this feed');
  return chosen;
}

const publicPrices = (options: PriceFeedOptions & { timeoutMs?: number }, exchangeId: string) =>
  createCcxtFeed({
    ...options,
    exchangeId,
    origin: options.settings.EXCHANGE_API_URLS?.[`${exchangeId.toUpperCase()}_SPOT`],
  });

function named(options: PriceFeedOptions, name: string): PriceFeed {
  const { settings, clock, prices, log } = options;
  if (name.startsWith('ccxt:')) return publicPrices(options, name.slice('ccxt:'.length));
  if (name === 'replay') {
    const { REPLAY_FILE, REPLAY_SPEED = 1 } = settings;
    if (!REPLAY_FILE) throw new Error('a replay needs REPLAY_FILE');
    return createReplayFeed({ file: REPLAY_FILE, speed: REPLAY_SPEED, clock, log });
  }
  return createDemoFeed({
    clock,
    prices,
    seed: settings.DEMO_MARKET_SEED,
    speed: settings.DEMO_MARKET_SPEED,
    volatility: settings.DEMO_MARKET_VOLATILITY,
  });
}

async function tryPublicPrices(options: PriceFeedOptions): Promise<PriceFeed> {
  const { log } = options;
  const feed = publicPrices({ ...options, timeoutMs: AUTO_TIMEOUT_MS }, AUTO_EXCHANGE);
  try {
    await feed.probe();
    return feed;
  } catch (err) {
    log.info({ reason: err instanceof Error ? err.message : String(err) }, 'no public prices; using the demo market');
    await feed.stop();
    return named(options, 'demo');
  }
}
