import type { RateLimits, WireAnswer } from '../world.js';

const MINUTE_MS = 60_000;
const TEN_SECONDS_MS = 10_000;
/** After this many requests following a 429, the address is banned. */
const PATIENCE = 20;
const BAN_MS = 120_000;

export function tooManyRequests(retryAfterSec: number, isBan: boolean, now: number): WireAnswer {
  const headers = { 'retry-after': String(retryAfterSec) };
  const until = `until ${now + retryAfterSec * 1000}`;
  const msg = isBan
    ? `Way too much request weight used; IP banned ${until}. Please use WebSocket Streams for live updates to avoid bans.`
    : 'Too much request weight used; current limit is 6000 request weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API.';
  return { status: isBan ? 418 : 429, body: { code: -1003, msg }, headers };
}

/**
 * Counts in windows that begin at full minutes, as Binance does: weight by address, orders by key. Without a weight
 * limit, nothing is counted or reported.
 */
export interface BinanceMeter {
  count(hit: { ip: string; apiKey: string; weight: number; isOrder: boolean }): {
    headers: Record<string, string>;
    refusal?: WireAnswer;
  };
}

export function createBinanceMeter(
  limits: Pick<RateLimits, 'weightPerMinute' | 'ordersPer10s' | 'counts'>,
  now: () => number,
): BinanceMeter {
  const used = new Map<string, { window: number; count: number }>();
  const banned = new Map<string, number>();
  const add = (key: string, windowMs: number, amount: number): number => {
    const window = Math.floor(now() / windowMs);
    const found = used.get(key);
    const count = (found?.window === window ? found.count : 0) + amount;
    used.set(key, { window, count });
    return count;
  };
  const secondsLeft = (windowMs: number): number => Math.ceil((windowMs - (now() % windowMs)) / 1000);
  return {
    count({ ip, apiKey, weight, isOrder }) {
      if (limits.counts === false || !Number.isFinite(limits.weightPerMinute)) return { headers: {} };
      const bannedFor = (banned.get(ip) ?? 0) - now();
      if (bannedFor > 0) {
        return { headers: {}, refusal: tooManyRequests(Math.ceil(bannedFor / 1000), true, now()) };
      }
      const weightUsed = add(`weight ${ip}`, MINUTE_MS, weight);
      const orders = isOrder ? add(`orders ${apiKey}`, TEN_SECONDS_MS, 1) : undefined;
      const headers = {
        'x-mbx-used-weight': String(weightUsed),
        'x-mbx-used-weight-1m': String(weightUsed),
        ...(orders !== undefined && { 'x-mbx-order-count-10s': String(orders) }),
      };
      if (weightUsed > limits.weightPerMinute) {
        if (add(`late ${ip}`, MINUTE_MS, 1) > PATIENCE) banned.set(ip, now() + BAN_MS);
        return { headers, refusal: tooManyRequests(secondsLeft(MINUTE_MS), false, now()) };
      }
      if (orders !== undefined && orders > limits.ordersPer10s) {
        const msg = `Too many new orders; current limit is ${limits.ordersPer10s} orders per 10 SECOND.`;
        const retry = { 'retry-after': String(secondsLeft(TEN_SECONDS_MS)) };
        return { headers, refusal: { status: 429, body: { code: -1015, msg }, headers: retry } };
      }
      return { headers };
    },
  };
}
