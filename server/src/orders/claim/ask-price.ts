import type { Context } from '../../context.js';
import type { Price } from '../../core/domain.js';
import { isFreshPrice } from '../../core/price/price-age.js';
import { priceKeyOf } from '../../core/price/price-key.js';
import type { AccountRef, Exchange } from '../../exchange/exchange.js';
import { withTimeout } from '../../infra/with-timeout.js';
import type { Venue } from './read-venue.js';

/** An order waits no longer than that for the exchange to say what its market stands at. */
const TIMEOUT_MS = 1_500;
/** While Redis carries no prices, one that is older than that may have been followed by others we did not hear of. */
const UNHEARD_MS = 3_000;
/** Orders of one moment share an answer. */
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
 * The venue with the exchange's own price where this process has heard none that may decide anything: its feed is in
 * another process, and Redis between them may be away. Never rejects; without an answer the venue stays as it is.
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
    log.warn({ err, accountId: account.id, symbol }, 'the exchange did not say what its market stands at');
    return venue;
  }
}
