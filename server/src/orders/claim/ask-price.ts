import type { Context } from '../../context.js';
import type { Price } from '../../core/domain.js';
import { isFreshPrice } from '../../core/price/price-age.js';
import { priceKeyOf } from '../../core/price/price-key.js';
import type { AccountRef, Exchange } from '../../exchange/exchange.js';
import { withTimeout } from '../../infra/with-timeout.js';
import type { Venue } from './read-venue.js';

/** The longest time that an order waits for the exchange to report a price. */
const TIMEOUT_MS = 1_500;
/** While Redis delivers no prices, a price older than this may be outdated: we would not have received newer ones. */
const UNHEARD_MS = 3_000;
/** Orders within this time share one answer. */
const SHARED_MS = 500;

const asked = new WeakMap<Exchange, Map<string, { at: number; answer: Promise<Price | undefined> }>>();

function askOnce(exchange: Exchange, symbol: string): Promise<Price | undefined> {
  const bySymbol = asked.get(exchange) ?? new Map<string, { at: number; answer: Promise<Price | undefined> }>();
  asked.set(exchange, bySymbol);
  const known = bySymbol.get(symbol);
  if (known && performance.now() - known.at < SHARED_MS) return known.answer;
  const answer = exchange.price(symbol);
  bySymbol.set(symbol, { at: performance.now(), answer });
  return answer;
}

/**
 * Adds the exchange's own price to the venue when this process has no price that is fresh enough to decide with: the
 * feed runs in another process, and Redis between them may be down. Never rejects; without an answer the venue stays as
 * it is.
 */
export async function withPrice(
  {
    prices,
    clock,
    env,
    log,
    redis,
  }: Pick<Context, 'prices' | 'clock' | 'env' | 'log'> & Partial<Pick<Context, 'redis'>>,
  { account, symbol }: { account: AccountRef; symbol: string },
  venue: Venue,
): Promise<Venue> {
  const { exchange, market } = venue;
  if (!exchange || !market) return venue;
  const known = prices.get(priceKeyOf(account, symbol));
  const isHeard = redis?.isUp() ?? true;
  const limitMs = isHeard ? env.STALE_PRICE_MS : Math.min(UNHEARD_MS, env.STALE_PRICE_MS);
  if (known && isFreshPrice(known, clock.now(), limitMs)) return venue;
  try {
    const price = await withTimeout(askOnce(exchange, symbol), TIMEOUT_MS);
    return price ? { ...venue, price } : venue;
  } catch (err) {
    log.warn({ err, accountId: account.id, symbol }, 'the exchange did not report a price for the market');
    return venue;
  }
}
