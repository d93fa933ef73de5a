import type { Clock } from '../../context.js';
import { priceKey } from '../../core/price/price-key.js';
import { DEMO_MARKETS, type DemoMarket } from '../../exchange/simulated/demo-markets.js';
import { priceOf, startDemoMarket, walkUntil, type DemoMarketOptions } from './demo-market.js';
import type { PriceBoard } from '../../ports.js';
import type { PriceFeed } from './price-feed.js';

const TICKS_PER_SECOND = 4;
const PULSE_MS = 50;

export interface DemoFeedOptions {
  clock: Clock;
  /** Returns the last known prices, so that a restart or a new leader continues from them. */
  prices: Pick<PriceBoard, 'get'>;
  seed: number;
  /** 1 = four prices a second for each symbol. */
  speed: number;
  volatility: number;
}

/** The demo market in real time. */
export function createDemoFeed({ clock, prices, seed, speed, volatility }: DemoFeedOptions): PriceFeed {
  let timer: NodeJS.Timeout | undefined;
  return {
    name: 'demo',
    start(emit) {
      const options: DemoMarketOptions = { ticksPerSecond: TICKS_PER_SECOND * speed, volatility };
      const [startedAt, begunAt] = [clock.now(), performance.now()];
      let states = startDemoMarket(DEMO_MARKETS, {
        // Prices continue from the last ones. Without the time in the seed, a restart would repeat the same moves.
        seed: seed ^ Math.floor(startedAt / 1000),
        at: startedAt,
        prices: Object.fromEntries(DEMO_MARKETS.flatMap(({ symbol }) => lastOf(prices, symbol))),
        ticksPerSecond: options.ticksPerSecond,
      });
      const pulse = () => {
        // The market runs on a monotonic clock; its prices carry the shared time.
        const now = startedAt + performance.now() - begunAt;
        const aheadMs = clock.now() - now;
        // After a suspended laptop or a stopped process, the market continues from now and does not replay the gap.
        states = states.map((state) => (now - state.nextAt > 1000 ? { ...state, nextAt: now } : state));
        const walked = walkUntil(states, DEMO_MARKETS, { ...options, until: now });
        states = walked.states;
        if (walked.prices.length > 0)
          emit(walked.prices.map((price) => ({ ...price, at: Math.round(price.at + aheadMs) })));
      };
      emit(states.map((state, index) => priceOf(state, DEMO_MARKETS[index] as DemoMarket, startedAt)));
      timer = setInterval(pulse, PULSE_MS);
    },
    async stop() {
      clearInterval(timer);
    },
  };
}

const lastOf = (prices: Pick<PriceBoard, 'get'>, symbol: string): [string, string][] => {
  const last = prices.get(priceKey('SIMULATION', symbol))?.last;
  return last === undefined ? [] : [[symbol, last]];
};
