import { tradeModeOf, type OrderSide, type Price } from '../domain.js';
import { d, max, ZERO, type D } from '../money/money.js';
import { priceAge } from '../price/price-age.js';
import { refuse, type Refusal } from '../reasons.js';
import { checkSellable, reasonForNone, type SellablePosition } from './fifo.js';
import type { Note, PlanFacts, PlanParameter } from './plan.js';
import { checkLimitBand, checkSlippage } from './sizing.js';

/** The maximum age of a signal when its buy is decided, if the source sets no limit of its own. */
const BUY_WAIT_MAX_SEC = 600;

/** How old a signal may be when it is decided; Infinity = any age. */
export const signalAgeLimitSec = ({ signal, side }: Pick<PlanFacts, 'signal' | 'side'>): number =>
  signal.maxLagSec ?? (side === 'BUY' ? BUY_WAIT_MAX_SEC : Number.POSITIVE_INFINITY);

/** A rule that needs no numbers, named after the gate that shows it. */
interface StandingRule {
  gate:
    'ACCOUNT_ACTIVE' | 'ENTRIES_OPEN' | 'ACCOUNT_MODE' | 'EXCHANGE_OPEN' | 'VAULT_MODE' | 'VAULT_ACTIVE' | 'SIGNAL_AGE';
  check(facts: PlanFacts): Refusal | undefined;
}

/** The rules that need no numbers, in the order in which they refuse. */
export const STANDING_RULES: readonly StandingRule[] = [
  { gate: 'ACCOUNT_ACTIVE', check: ({ account }) => (account.isActive ? undefined : refuse('ACCOUNT_INACTIVE')) },
  {
    gate: 'ENTRIES_OPEN',
    check: ({ entriesPaused, side }) => (entriesPaused && side === 'BUY' ? refuse(entriesPaused) : undefined),
  },
  {
    gate: 'ACCOUNT_MODE',
    check: ({ tradeMode, account }) => (tradeMode === tradeModeOf(account) ? undefined : refuse('MODE_MISMATCH')),
  },
  { gate: 'EXCHANGE_OPEN', check: ({ exchangeRefusal }) => exchangeRefusal },
  {
    gate: 'VAULT_MODE',
    check: ({ vault, tradeMode }) => (vault && vault.tradeMode !== tradeMode ? refuse('MODE_MISMATCH') : undefined),
  },
  { gate: 'VAULT_ACTIVE', check: ({ vault }) => (vault && !vault.isActive ? refuse('VAULT_INACTIVE') : undefined) },
  { gate: 'SIGNAL_AGE', check: checkWait },
];

/** Checks the rules that need no numbers, so that a signal that breaks one is refused before it waits for anything. */
export function checkStanding(facts: PlanFacts): Refusal | undefined {
  for (const { check } of STANDING_RULES) {
    const refusal = check(facts);
    if (refusal) return refusal;
  }
  return undefined;
}

/**
 * The source's age limit also covers the wait in here. A source without a limit still must not buy on a signal that
 * waited out a long stop of the executors. A sell only ever reduces the risk.
 */
function checkWait(facts: PlanFacts): Refusal | undefined {
  const { signal, now } = facts;
  const limitSec = signalAgeLimitSec(facts);
  const waitedSec = Math.floor((now - signal.receivedAt) / 1_000);
  if (now - signal.receivedAt <= limitSec * 1_000) return undefined;
  return refuse('STALE_SIGNAL', `The signal came ${waitedSec} s ago; at most ${limitSec} s are allowed.`);
}

/** The market price for an order of this side, as decimal text: a buy pays the ask, a sell gets the bid. */
export const sidePrice = ({ ask, bid, last }: Price, side: OrderSide): string => (side === 'BUY' ? ask : bid) ?? last;

/** The market price for an order of this side, if it may decide. */
export function currentPrice(
  { price, side, now, stalePriceMs, symbol }: PlanFacts,
  note: Note,
): { ok: true; value: D } | Refusal {
  if (!price) return refuse('PRICE_UNAVAILABLE', `No price is known for ${symbol}.`);
  const ageMs = priceAge(price.at, now);
  const text = sidePrice(price, side);
  const kind = side === 'BUY' ? 'ask' : 'bid';
  note(
    'price',
    text,
    `${price.source}, ${(kind === 'ask' ? price.ask : price.bid) === undefined ? 'last' : kind}, ${Number.isFinite(ageMs) ? `${ageMs} ms old` : 'from the future'}`,
  );
  if (ageMs === Number.POSITIVE_INFINITY)
    return refuse('PRICE_UNAVAILABLE', `The last price of ${symbol} is from the future: a clock is wrong.`);
  if (ageMs > stalePriceMs) return refuse('PRICE_UNAVAILABLE', `The last price of ${symbol} is ${ageMs} ms old.`);
  const value = d(text);
  return value.gt(0) ? { ok: true, value } : refuse('INVALID_PRICE');
}

/** Why there is nothing to sell at any price. */
export function nothingToSell(positions: readonly SellablePosition[]): Refusal | undefined {
  const refusals = positions.map((position) => checkSellable({ ...position, minProfitPct: null }, null));
  const all = refusals.filter((refusal) => refusal !== undefined);
  return all.length === positions.length ? reasonForNone(all) : undefined;
}

/**
 * A market sell of whole positions needs no current price: the entry price of the oldest is good enough as its value.
 * Positions with a minimum profit stay, the others are sold. Returns undefined when the price decides: for an amount to
 * sell, for a slippage limit, and when every position has a minimum profit.
 */
export function priceOfSell(
  { side, parameter, signal, positions }: PlanFacts,
  note: Note,
): { ok: true; value: D } | undefined {
  const oldest = positions.find((one) => !checkSellable(one, null));
  const decides =
    parameter &&
    (parameter.orderType === 'LIMIT' ||
      parameter.quoteAmountFixed !== null ||
      (parameter.slippageBps > 0 && signal.price !== null));
  if (side === 'BUY' || !oldest || decides || oldest.entryPrice.lte(0)) return undefined;
  note('price', oldest.entryPrice.toFixed(), `position ${oldest.id}, what was paid: for values only`);
  return { ok: true, value: oldest.entryPrice };
}

/** The slippage limit applies to market orders. A limit order never fills at a worse price than the signal's. */
export function checkPrice({ side, signal }: PlanFacts, parameter: PlanParameter, price: D): Refusal | undefined {
  const unread = signal.price === null ? signal.priceUnread : null;
  if (parameter.orderType === 'LIMIT') {
    if (unread !== null) return refuse('LIMIT_PRICE_MISSING', `A LIMIT order needs a price. ${unread}`);
    return checkLimitBand({ price, signalPrice: signal.price, bandPct: parameter.limitPriceBandPct });
  }
  // A limit that cannot be checked refuses entries only: a sell reduces the risk.
  if (side === 'BUY' && parameter.slippageBps > 0 && unread !== null) {
    return refuse('PRICE_UNREADABLE', `The slippage limit could not be checked: ${unread}`);
  }
  const isZeroALimit = parameter.request !== undefined;
  return checkSlippage(side, { ...parameter, price, signalPrice: signal.price, isZeroALimit });
}

/** An older balance sizes no order: three readings were missed. */
export const BALANCE_AGE_MAX_MS = 15 * 60_000;

/** The amount that a buy without a vault may use. For a real account: the last reading, less what was bought since. */
export function freeBalance(
  { freeBalance: known, now }: PlanFacts,
  quote: string,
  note: Note,
): { ok: true; value: D } | Refusal {
  const { free, readAt, spentSince } = known;
  const source = `account balance, ${quote}`;
  if (readAt === undefined) {
    note('available', d(free ?? '0').toFixed(), source);
    return { ok: true, value: d(free ?? '0') };
  }
  if (readAt === null) return refuse('BALANCE_STALE', 'The balance of the account was never read from the exchange.');
  const ageSec = Math.floor((now - readAt) / 1_000);
  if (now - readAt > BALANCE_AGE_MAX_MS)
    return refuse('BALANCE_STALE', `The balance of the account was last read ${ageSec} s ago; it sizes no order.`);
  const left = max(d(free ?? '0').sub(d(spentSince)), ZERO);
  const since = d(spentSince).gt(0) ? `, less ${d(spentSince).toFixed()} of buys since` : '';
  note('available', left.toFixed(), `${source}, read ${ageSec} s ago${since}`);
  return { ok: true, value: left };
}
