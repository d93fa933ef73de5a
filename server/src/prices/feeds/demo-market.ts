import type { Price } from '../../core/domain.js';
import { d } from '../../core/money/money.js';
import type { DemoMarket } from '../../exchange/simulated/demo-markets.js';

/** One symbol's walk. Prices are whole numbers of ticks, so every price is a multiple of the tick size. */
export interface WalkState {
  symbol: string;
  /** State of the random generator: 32 bits. */
  random: number;
  priceTicks: number;
  /** ms since 1970 of the next price. */
  nextAt: number;
}

export interface DemoMarketOptions {
  /** Prices per second for each symbol. */
  ticksPerSecond: number;
  /** 1 = moves about as much as the real markets, scaled up a little so that one minute shows some movement. */
  volatility: number;
}

/** The data of a market that its walk needs. */
export type WalkMarket = Pick<DemoMarket, 'symbol' | 'tickSize' | 'basePrice'>;

const SECONDS_PER_YEAR = 31_557_600;
/** 60 % a year is ordinary for these assets; four times that is lively. */
const SIGMA_PER_YEAR = 2.4;
/** The share of the distance to the base price that is corrected per second: half of it in about two hours. */
const PULL_PER_SECOND = 0.0001;
const JUMPS_PER_SECOND = 1 / 120;
const JUMP_SHARE_MIN = 0.002;
const JUMP_SHARE_MAX = 0.012;
/** Whatever the settings, a walk stays within these multiples of its base price. So it is always positive. */
const LOWEST_SHARE = 0.1;
const HIGHEST_SHARE = 10;
/** Half the spread, as a share of the price. */
const HALF_SPREAD_SHARE = 0.00005;

/**
 * Starts the walks at `prices` (decimals by symbol) where known, otherwise at the base price, staggered over one tick
 * interval.
 */
export function startDemoMarket(
  markets: readonly WalkMarket[],
  {
    seed,
    at,
    prices = {},
    ticksPerSecond,
  }: { seed: number; at: number; prices?: Record<string, string> } & Pick<DemoMarketOptions, 'ticksPerSecond'>,
): WalkState[] {
  return markets.map((market, index) => ({
    symbol: market.symbol,
    random: hash(`${seed}:${market.symbol}`),
    priceTicks: inTicks(prices[market.symbol] ?? market.basePrice, market),
    nextAt: at + Math.round((index * 1000) / ticksPerSecond / markets.length),
  }));
}

/**
 * One step of a walk: a geometric Brownian motion drawn back to the base price, with jumps. Pure; the same state gives
 * the same step on every machine of the same JavaScript engine.
 */
export function stepWalk(
  state: WalkState,
  market: WalkMarket,
  { ticksPerSecond, volatility }: DemoMarketOptions,
): WalkState {
  const seconds = 1 / ticksPerSecond;
  const [random, draws] = drawFour(state.random);
  const base = inTicks(market.basePrice, market);
  const pull = Math.log(base / state.priceTicks) * Math.min(1, PULL_PER_SECOND * seconds);
  const drift = volatility * SIGMA_PER_YEAR * Math.sqrt(seconds / SECONDS_PER_YEAR) * gaussian(draws[0], draws[1]);
  const isJump = draws[2] < JUMPS_PER_SECOND * seconds;
  const jumpShare = JUMP_SHARE_MIN + draws[3] * (JUMP_SHARE_MAX - JUMP_SHARE_MIN);
  const jump = isJump ? volatility * (draws[2] < (JUMPS_PER_SECOND * seconds) / 2 ? jumpShare : -jumpShare) : 0;
  const moved = state.priceTicks * Math.exp(pull + drift + jump);
  const bounded = Math.min(Math.max(moved, base * LOWEST_SHARE), base * HIGHEST_SHARE);
  return {
    ...state,
    random,
    priceTicks: Math.max(2, Math.round(bounded)),
    nextAt: state.nextAt + 1000 / ticksPerSecond,
  };
}

/** All prices up to and including `until`, in the order of their time. */
export function walkUntil(
  states: readonly WalkState[],
  markets: readonly WalkMarket[],
  { until, ...options }: DemoMarketOptions & { until: number },
): { states: WalkState[]; prices: Price[] } {
  const prices: Price[] = [];
  const moved = states.map((state, index) => {
    const market = markets[index] as WalkMarket;
    let current = state;
    while (current.nextAt <= until) {
      const at = Math.round(current.nextAt);
      current = stepWalk(current, market, options);
      prices.push(priceOf(current, market, at));
    }
    return current;
  });
  return { states: moved, prices: prices.sort((a, b) => a.at - b.at) };
}

/** The current state of the walk as a price: last in the middle, bid and ask at least one tick away. */
export function priceOf({ symbol, priceTicks }: WalkState, market: WalkMarket, at: number): Price {
  const spread = Math.min(priceTicks - 1, Math.max(1, Math.round(priceTicks * HALF_SPREAD_SHARE)));
  const text = (ticks: number) => d(String(ticks)).mul(market.tickSize).toFixed();
  return {
    symbol,
    last: text(priceTicks),
    bid: text(priceTicks - spread),
    ask: text(priceTicks + spread),
    at,
    source: 'demo',
  };
}

const ticksByMarket = new WeakMap<WalkMarket, number>();

function inTicks(price: string, market: WalkMarket): number {
  const isBase = price === market.basePrice;
  const known = isBase ? ticksByMarket.get(market) : undefined;
  if (known !== undefined) return known;
  const ticks = Math.max(2, Number(d(price).div(market.tickSize).round().toFixed()));
  if (isBase) ticksByMarket.set(market, ticks);
  return ticks;
}

/** Box and Muller's transform of two uniform draws. */
const gaussian = (a: number, b: number): number =>
  Math.sqrt(-2 * Math.log(Math.max(a, Number.EPSILON))) * Math.cos(2 * Math.PI * b);

/** Four draws of mulberry32 (Tommy Ettinger, public domain), each in [0, 1), and the state after them. */
function drawFour(state: number): [number, [number, number, number, number]] {
  const draws: [number, number, number, number] = [0, 0, 0, 0];
  let a = state;
  for (let index = 0; index < 4; index++) {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    draws[index] = ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }
  return [a, draws];
}

/** FNV-1a of the text: each symbol has its own generator, so that an additional market changes no other walk. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value | 0;
}
