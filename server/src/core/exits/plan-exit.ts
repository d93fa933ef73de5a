import type { Market, TraceEntry } from '../domain.js';
import { d, floorToStep, max, min, roundMoney, sum, type D } from '../money/money.js';
import { profitPct } from '../position/pnl.js';
import { isDust } from '../position/position.js';
import { refuse, type Refusal } from '../reasons.js';
import { afterCoinFee, worstExitPrice } from '../plan/sizing.js';
import {
  decideExit,
  exitLevels,
  nextTrailingMax,
  profitPrice,
  stopPrice,
  trailingPrice,
  type Exit,
  type ExitLevels,
  type ExitReason,
  type WatchedPosition,
} from './triggers.js';

/** A sell that holds a reservation of the position, with the fields that an exit needs. */
export interface EarlierSell {
  jobId: number;
  origin: string;
  exitReason: ExitReason | null;
  idempotencyKey: string | null;
  orderType: 'MARKET' | 'LIMIT';
  qtySold: D;
  isLive: boolean;
  /** ms since 1970 */
  createdAt: number;
}

export interface ExitFacts {
  watched: WatchedPosition;
  status: 'OPEN' | 'CLOSED';
  qtyTotal: D;
  qtyRemaining: D;
  qtyReserved: D;
  /** The buy that opened it has ended, so it cannot grow any more. */
  isOpeningDone: boolean;
  /** The share of qtyTotal that each target sells, percent. */
  shares: ReadonlyMap<number, D>;
  /** Oldest first. */
  sells: readonly EarlierSell[];
  market: Market;
  /** What the sell would get, and when the feed saw it (ms since 1970). */
  price: D;
  now: number;
  /**
   * The maximum that the monitor knew when it saw the price; null = not armed at that moment. The database may be
   * behind, or ahead: it may hold a later, higher maximum that must not be compared with this price.
   */
  trailing: { max: D | null; version: number } | undefined;
  /** Sell only the free quantity now; limit sells keep the rest. */
  leaveResting: boolean;
}

/**
 * sell     a job for `quantity`; `skipped` says why it will not be sent
 * dust     after sales, the rest is below the market's minimum: the position closes
 * unsellable  the whole position is below the market's minimum: it stays open
 * cancel   limit sells of the owner hold the quantity: they are canceled first
 * wait     the last exits failed; the next attempt is at `until`
 * nothing  the exit condition is not met (any more), or another sell is already running
 */
export type ExitPlan =
  | {
      kind: 'sell';
      exit: Exit;
      quantity: D;
      quoteAmount: D;
      idempotencyKey: string;
      trailingMax: D | null;
      trace: TraceEntry[];
      skipped?: Refusal;
    }
  | { kind: 'dust'; exit: Exit }
  | { kind: 'unsellable'; exit: Exit; refusal: Refusal }
  | { kind: 'cancel'; jobIds: number[] }
  | { kind: 'wait'; until: number }
  | { kind: 'nothing' };

const PARTIAL: ExitReason = 'PARTIAL_TAKE_PROFIT';
/** A stop at a price of zero never triggers. */
const WHOLE_BPS = 10_000;
const RETRY_FIRST_MS = 1_000;
const RETRY_MAX_MS = 60_000;

/** Decides, with exact decimals and from locked rows, what to do about a price that reached a trigger. */
export function planExit(facts: ExitFacts): ExitPlan {
  const { price, now, market } = facts;
  if (facts.status !== 'OPEN' || facts.sells.some(isWholeExit)) return { kind: 'nothing' };
  const levels = followed(facts);
  const exit = decideExit(levels, price, now);
  if (!exit) return { kind: 'nothing' };
  const isPart = exit.reason === PARTIAL;
  const until = retryAt(facts.sells);
  if (until > now) return { kind: 'wait', until };
  const resting = facts.sells.filter((sell) => sell.isLive && sell.orderType === 'LIMIT').map(({ jobId }) => jobId);
  if (!isPart && resting.length > 0 && !facts.leaveResting) return { kind: 'cancel', jobIds: resting };
  const free = facts.qtyRemaining.sub(facts.qtyReserved);
  if (free.lte(0)) return { kind: 'nothing' };
  const wanted = isPart ? partOf(facts, levels, exit.ordinals, free) : free;
  const quantity = floorToStep(wanted, d(market.stepSize));
  const tooSmall = isDust(quantity, price, market);
  if (tooSmall && !isPart) {
    const isIdle = facts.qtyReserved.isZero() && facts.isOpeningDone;
    if (!isIdle) return { kind: 'nothing' };
    if (facts.qtyTotal.gt(facts.qtyRemaining)) return { kind: 'dust', exit };
    return { kind: 'unsellable', exit, refusal: belowMinimum(free, price, market) };
  }
  const trace = traceOf(levels, exit, price);
  trace.push({ name: 'quantity', value: quantity.toFixed(), source: `${free.toFixed()} ${market.base} not reserved` });
  return {
    ...{ kind: 'sell', exit, quantity, trace, quoteAmount: quantity.mul(price).toDecimalPlaces(18) },
    idempotencyKey: keyOf(facts, exit),
    trailingMax: levels.trailingMax,
    ...(tooSmall && { skipped: refuse('MIN_NOTIONAL_NOT_MET', 'This share is below what the market accepts.') }),
  };
}

const belowMinimum = (qty: D, price: D, { base, quote, minQty, minNotional }: Market): Refusal =>
  refuse(
    'EXIT_BELOW_MINIMUM',
    `${qty.toFixed()} ${base} are worth ${roundMoney(qty.mul(price)).toFixed()} ${quote} at ${price.toFixed()}; the market ` +
      `sells from ${minQty} ${base} and ${minNotional} ${quote} on.`,
  );

const isWholeExit = (sell: EarlierSell): boolean =>
  sell.isLive && sell.origin === 'TRIGGER' && sell.exitReason !== PARTIAL;

/** The levels at this price: with the maximum that the monitor saw, else with the stored one. */
function followed({ watched, trailing, price }: ExitFacts): ExitLevels {
  const isCurrent = trailing?.version === watched.trailingVersion;
  const levels = exitLevels(isCurrent ? { ...watched, trailingMax: trailing.max } : watched);
  return { ...levels, trailingMax: nextTrailingMax(levels, price) };
}

/** After exits that sold nothing, the next one waits, longer each time. */
function retryAt(sells: readonly EarlierSell[]): number {
  const ours = sells.filter(({ origin }) => origin === 'TRIGGER');
  const lastGood = ours.findLastIndex((sell) => sell.isLive || sell.qtySold.gt(0));
  const failed = ours.slice(lastGood + 1);
  const last = failed.at(-1);
  return last ? last.createdAt + Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** (failed.length - 1)) : 0;
}

/** The shares of the targets; or the whole free quantity when the rest could not be sold at its stop. */
function partOf(facts: ExitFacts, levels: ExitLevels, ordinals: readonly number[], free: D): D {
  const { shares, qtyTotal, market, price } = facts;
  const share = sum(ordinals.map((ordinal) => shares.get(ordinal) ?? d('0')));
  const wanted = min(free, qtyTotal.mul(share).div(d('100')));
  const rest = afterCoinFee(free.sub(wanted));
  return isDust(rest, stopOfRest(facts, levels, price), market) ? free : wanted;
}

/**
 * The worst price for the rest after a target: the higher of its stops, or the worst price assumed for an entry without
 * one.
 */
function stopOfRest({ watched }: ExitFacts, { trailingBps, trailingMax }: ExitLevels, price: D): D {
  const { entryPrice, stopBps } = exitLevels({ ...watched, hasTakenPart: true });
  const stops = [
    ...(stopBps !== null && stopBps < WHOLE_BPS ? [stopPrice(entryPrice, stopBps)] : []),
    ...(trailingBps !== null && trailingMax !== null ? [trailingPrice(trailingMax, trailingBps)] : []),
  ];
  const [first = worstExitPrice(price), ...others] = stops;
  return min(price, others.reduce(max, first));
}

/** One exit per reason at a time. The next one, after a failure or for coins bought since, gets the next number. */
function keyOf({ watched, sells }: ExitFacts, { reason, ordinals }: Exit): string {
  const stem = ['trigger', watched.id, reason, ...(ordinals.length > 0 ? [ordinals.join('-')] : [])].join(':');
  const earlier = sells.filter(({ idempotencyKey }) => idempotencyKey?.startsWith(`${stem}:`)).length;
  return `${stem}:${earlier + 1}`;
}

function traceOf(levels: ExitLevels, exit: Exit, price: D): TraceEntry[] {
  const pct = (bps: number): string => d(String(bps)).div(d('100')).toFixed();
  const { entryPrice, stopBps, trailingBps, trailingMax, takeProfitBps } = levels;
  const trace: TraceEntry[] = [
    { name: 'price', value: price.toFixed(), source: 'the tick that fired' },
    { name: 'opening price', value: entryPrice.toFixed(), source: `position ${levels.id}` },
  ];
  if (entryPrice.gt(0)) {
    trace.push({
      name: 'profit',
      value: `${profitPct(entryPrice, price).toFixed(4)} %`,
      source: 'price and opening price',
    });
  }
  if (stopBps !== null) {
    trace.push({ name: 'stop loss', value: stopPrice(entryPrice, stopBps).toFixed(), source: `${pct(-stopBps)} %` });
  }
  if (trailingBps !== null && trailingMax !== null) {
    const source = `${pct(trailingBps)} % below ${trailingMax.toFixed()}`;
    trace.push({ name: 'trailing stop', value: trailingPrice(trailingMax, trailingBps).toFixed(), source });
  }
  if (takeProfitBps !== null) {
    const value = profitPrice(entryPrice, takeProfitBps).toFixed();
    trace.push({ name: 'take profit', value, source: `${pct(takeProfitBps)} %, at least the minimum profit` });
  }
  const targets = exit.ordinals.length > 0 ? `targets ${exit.ordinals.join(', ')}` : 'the rules of triggers';
  trace.push({ name: 'decision', value: exit.reason, source: targets });
  return trace;
}
