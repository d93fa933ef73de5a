import type { Logger } from 'pino';
import type { Market } from '../../../core/domain.js';
import { d } from '../../../core/money/money.js';
import type { CcxtMarket } from '../dialects/dialect.js';

/** A spot market with the exchange's name, and our form of it while it can be traded. */
export interface KnownMarket {
  wire: CcxtMarket;
  market?: Market;
}

/** The spot markets of an exchange, by our symbol. */
export interface MarketBook {
  /** Rejects when they cannot be read. */
  load(): Promise<void>;
  /** The markets of the last reading. They are read again in the background after an hour. */
  all(): ReadonlyMap<string, KnownMarket>;
  /**
   * Reads the markets again in the background, at most once a minute, because the exchange seems to have changed its
   * filters.
   */
  refresh(): void;
}

const READ_EVERY_MS = 60 * 60_000;
const READ_AGAIN_MS = 60_000;

export function createMarketBook(
  /** Reads the markets; the result is at most `maxAgeMs` old. */
  read: (maxAgeMs: number) => Promise<Record<string, CcxtMarket>>,
  log: Logger,
): MarketBook {
  let bySymbol: ReadonlyMap<string, KnownMarket> = new Map();
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;
  const load = async () => {
    const ageMs = performance.now() - readAt;
    const startedAt = performance.now();
    bySymbol = known(Object.values(await read(Math.min(ageMs, READ_EVERY_MS))));
    readAt = startedAt;
  };
  const refreshAfter = (ms: number) => {
    if (performance.now() - readAt < ms) return;
    reading ??= load()
      .catch((err: unknown) => log.warn({ err }, 'the markets of an exchange could not be read again'))
      .finally(() => {
        reading = undefined;
      });
  };
  return {
    load,
    all() {
      refreshAfter(READ_EVERY_MS);
      return bySymbol;
    },
    refresh: () => refreshAfter(READ_AGAIN_MS),
  };
}

function known(wires: CcxtMarket[]): ReadonlyMap<string, KnownMarket> {
  const bySymbol = new Map<string, KnownMarket>();
  for (const wire of wires) {
    if (wire.spot !== true || wire.symbol !== `${wire.base}/${wire.quote}`) continue;
    const market = marketOf(wire);
    bySymbol.set(wire.symbol, { wire, ...(market && { market }) });
  }
  return bySymbol;
}

const positive = (text: string | undefined): string | undefined => {
  const value = text === undefined ? undefined : d(text);
  return value?.gt(0) ? value.toFixed() : undefined;
};

/** undefined when it cannot be traded: suspended, or without the steps that an order must keep. */
function marketOf({ symbol, base, quote, active, precision, limits }: CcxtMarket): Market | undefined {
  const tickSize = positive(precision.price);
  const stepSize = positive(precision.amount);
  if (active === false || !tickSize || !stepSize) return undefined;
  // If an exchange names no minimum, the smallest quantity is one step and any value is accepted.
  const minQty = positive(limits.amount?.min) ?? stepSize;
  return { symbol, base, quote, tickSize, stepSize, minQty, minNotional: positive(limits.cost?.min) ?? '0' };
}
