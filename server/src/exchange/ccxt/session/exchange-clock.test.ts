import { afterEach, describe, expect, it, vi } from 'vitest';
import { openRealExchange } from '../../../testing/worlds/real-exchange.js';
import { createExchangeClock } from './exchange-clock.js';

let stop: (() => Promise<void>) | undefined;
afterEach(() => stop?.());

describe("The exchange's clock", () => {
  it('is measured again after a slow answer, and the fastest answer counts', async () => {
    let lateMs = 0;
    const elapsed = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => elapsed() + lateMs);
    const clock = createExchangeClock({ now: () => Date.now() + lateMs });
    let asked = 0;
    const { latencyMs } = await clock.measure(async () => {
      asked += 1;
      const time = Date.now() + lateMs + 60_000;
      // The way back takes all of the time, so half of it would be wrong by 350 ms.
      if (asked === 1) lateMs += 700;
      return time;
    });
    expect(asked).toBe(2);
    expect(latencyMs).toBeLessThan(500);
    expect(Math.abs(clock.offsetMs() - 60_000)).toBeLessThan(300);
  });

  it.each(['binance', 'bybit'] as const)(
    'of %s is measured again when a request was refused for its timestamp',
    async (dialect) => {
      const real = await openRealExchange({ dialect, balances: { USDT: '100' } });
      stop = real.stop;
      await real.exchange.market('BTC/USDT');
      real.fake.drift(60_000);
      await expect(real.exchange.balances()).rejects.toThrow();
      expect(await real.exchange.balances()).toEqual([{ asset: 'USDT', free: '100', locked: '0' }]);
      real.fake.drift(0);
      await expect(real.exchange.findOrder({ clientOrderId: 'xClock1', symbol: 'BTC/USDT' })).rejects.toThrow();
      expect(await real.exchange.findOrder({ clientOrderId: 'xClock1', symbol: 'BTC/USDT' })).toBeUndefined();
    },
  );
});
