import type { Context } from '../context.js';
import { closeAlert, openAlert } from '../operations/alert-writes.store.js';

const LOOK_MS = 5_000;
const keyOf = (symbol: string): string => `STALE_PRICES:${symbol}`;

/**
 * Raises STALE_PRICES for symbols that are watched and whose price is too old to fire anything (or never came, once we
 * have waited as long for it), and ends it when a fresh one is there.
 */
export function watchPriceAges(
  ctx: Pick<Context, 'db' | 'clock' | 'log' | 'env' | 'prices'>,
  watched: () => readonly string[],
): { stop(): Promise<void> } {
  const startedAt = ctx.clock.now();
  const limitMs = ctx.env.STALE_PRICE_MS;
  /** What we know to be open; undefined at first, when an earlier process may have left some. */
  const stale = new Map<string, boolean>();
  let looking: Promise<void> | undefined;

  const look = async (): Promise<void> => {
    const now = ctx.clock.now();
    const symbols = watched();
    for (const symbol of new Set([...symbols, ...stale.keys()])) {
      const at = ctx.prices.get(symbol)?.at;
      const isStale = symbols.includes(symbol) && now - (at ?? startedAt) > limitMs;
      if (stale.get(symbol) === isStale) continue;
      const openKey = keyOf(symbol);
      if (isStale) {
        const message = `${symbol}: ${at === undefined ? 'no price has come' : `the last price is from ${new Date(at).toISOString()}`}. Exits of its positions wait until prices come again.`;
        await openAlert(ctx.db, { type: 'STALE_PRICES', severity: 'critical', message, openKey, userId: null });
        ctx.log.error({ symbol, at }, 'prices are stale, no trigger of this symbol fires');
      } else await closeAlert(ctx.db, { openKey, now });
      if (symbols.includes(symbol)) stale.set(symbol, isStale);
      else stale.delete(symbol);
    }
  };
  const timer = setInterval(() => {
    looking ??= look()
      .catch((err: unknown) => ctx.log.warn({ err }, 'the ages of prices could not be told'))
      .finally(() => {
        looking = undefined;
      });
  }, LOOK_MS);
  return {
    async stop() {
      clearInterval(timer);
      await looking;
    },
  };
}
