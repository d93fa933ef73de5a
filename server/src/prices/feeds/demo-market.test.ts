import { describe, expect, it } from 'vitest';
import { d } from '../../core/money/money.js';
import { DEMO_MARKETS, type DemoMarket } from '../../exchange/simulated/demo-markets.js';
import { priceOf, startDemoMarket, stepWalk, walkUntil, type WalkState } from './demo-market.js';

const T0 = Date.UTC(2026, 10, 24, 12);
const options = { ticksPerSecond: 4, volatility: 1 };
const start = (seed: number, prices?: Record<string, string>) =>
  startDemoMarket(DEMO_MARKETS, { seed, at: T0, ticksPerSecond: 4, ...(prices && { prices }) });
const run = (seed: number, seconds: number) =>
  walkUntil(start(seed), DEMO_MARKETS, { ...options, until: T0 + seconds * 1000 }).prices;

describe('The demo market', () => {
  it('gives the same prices for the same seed and others for another', () => {
    expect(run(7, 60)).toEqual(run(7, 60));
    expect(run(7, 60)).not.toEqual(run(8, 60));
  });

  it('gives the same prices however often it is asked in between', () => {
    let states = start(7);
    const pieces = [];
    for (let at = T0; at <= T0 + 10_000; at += 37) {
      const walked = walkUntil(states, DEMO_MARKETS, { ...options, until: at });
      states = walked.states;
      pieces.push(...walked.prices);
    }
    expect(pieces).toEqual(run(7, 10).slice(0, pieces.length));
    expect(pieces.length).toBeGreaterThan(250);
  });

  it('staggers its symbols: eight at four a second never come at the same moment', () => {
    const prices = run(7, 10);
    expect(new Set(prices.map(({ at }) => at)).size).toBe(prices.length);
    const perSymbol = prices.filter(({ symbol }) => symbol === 'BTC/USDT');
    expect(perSymbol.length).toBe(41);
  });

  it('quotes bid below last below ask, all multiples of the tick', () => {
    for (const { symbol, last, bid, ask } of run(3, 120)) {
      const tick = DEMO_MARKETS.find((market) => market.symbol === symbol)?.tickSize as string;
      expect(d(bid as string).lt(last) && d(last).lt(ask as string)).toBe(true);
      for (const price of [last, bid, ask])
        expect(
          d(price as string)
            .mod(tick)
            .isZero(),
        ).toBe(true);
    }
  });

  it.each([
    ['BTC/USDT', 1],
    ['DOGE/USDT', 1],
    ['DOGE/USDT', 1_000],
  ])('walks %s at volatility %d for a million steps without leaving its bounds', (symbol, volatility) => {
    const market = DEMO_MARKETS.find((each) => each.symbol === symbol) as DemoMarket;
    let state = start(11).find((each) => each.symbol === symbol) as WalkState;
    let lowest = Infinity;
    let highest = 0;
    for (let step = 0; step < 1_000_000; step++) {
      state = stepWalk(state, market, { ticksPerSecond: 4, volatility });
      lowest = Math.min(lowest, state.priceTicks);
      highest = Math.max(highest, state.priceTicks);
    }
    expect(Number.isSafeInteger(state.priceTicks)).toBe(true);
    const base = d(market.basePrice).div(market.tickSize);
    expect(d(String(lowest)).gte(base.mul('0.1').floor())).toBe(true);
    expect(d(String(highest)).lte(base.mul('10').ceil())).toBe(true);
    expect(highest).toBeGreaterThan(lowest);
    expect(d(priceOf(state, market, T0).bid as string).gt(0)).toBe(true);
  });

  it('continues from the given prices', () => {
    const [first] = start(7, { 'BTC/USDT': '42000.5' });
    expect(priceOf(first as WalkState, DEMO_MARKETS[0] as DemoMarket, T0).last).toBe('42000.5');
  });

  it('a more volatile market moves further', () => {
    const reach = (volatility: number) => {
      const { prices } = walkUntil(start(5), DEMO_MARKETS, { ticksPerSecond: 4, volatility, until: T0 + 60_000 });
      const btc = prices.filter(({ symbol }) => symbol === 'BTC/USDT').map(({ last }) => Number(last));
      return Math.max(...btc) - Math.min(...btc);
    };
    expect(reach(20)).toBeGreaterThan(reach(1) * 5);
  });

  it('makes more prices when it is sped up', () => {
    const { prices } = walkUntil(startDemoMarket(DEMO_MARKETS, { seed: 1, at: T0, ticksPerSecond: 40 }), DEMO_MARKETS, {
      ticksPerSecond: 40,
      volatility: 1,
      until: T0 + 1_000,
    });
    expect(prices.length).toBeGreaterThanOrEqual(8 * 40);
  });
});
