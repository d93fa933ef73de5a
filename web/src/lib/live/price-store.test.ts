import { expect, it, vi } from 'vitest';
import { PriceStore } from './price-store';

const tick = (key: string, last: string, ageMs = 0) => ({ __typename: 'Price' as const, key, last, ageMs });

const setUp = () => {
  const frames: (() => void)[] = [];
  const page = { hidden: false };
  const store = new PriceStore(
    (paint) => frames.push(paint),
    () => page.hidden,
  );
  const paint = () => frames.splice(0).forEach((frame) => frame());
  return { store, paint, page, frames };
};

it('many ticks before a frame are one paint with the newest price', () => {
  const { store, paint, frames } = setUp();
  const moved = vi.fn();
  store.subscribe('BTC/USDT', moved);
  for (let price = 1; price <= 50; price += 1) store.accept([tick('BTC/USDT', String(price))], 1000 + price);
  expect(frames).toHaveLength(1);
  expect(store.get('BTC/USDT')).toBeUndefined();
  paint();
  expect(moved).toHaveBeenCalledTimes(1);
  expect(store.get('BTC/USDT')?.last).toBe('50');
});

it('a symbol has a separate price at each venue', () => {
  const { store, paint } = setUp();
  const real = vi.fn();
  store.subscribe('BINANCE_SPOT:BTC/USDT', real);
  store.accept([tick('BTC/USDT', '5')], 1000);
  paint();
  expect(real).not.toHaveBeenCalled();
  expect(store.get('BINANCE_SPOT:BTC/USDT')).toBeUndefined();
  store.accept([tick('BINANCE_SPOT:BTC/USDT', '7')], 1000);
  paint();
  expect(real).toHaveBeenCalledTimes(1);
  expect([store.get('BTC/USDT')?.last, store.get('BINANCE_SPOT:BTC/USDT')?.last]).toEqual(['5', '7']);
});

it('only the rows of a symbol that moved are told', () => {
  const { store, paint } = setUp();
  const [btc, eth] = [vi.fn(), vi.fn()];
  store.subscribe('BTC/USDT', btc);
  const leave = store.subscribe('ETH/USDT', eth);
  store.accept([tick('BTC/USDT', '1')], 1000);
  paint();
  leave();
  store.accept([tick('ETH/USDT', '1')], 1000);
  paint();
  expect(btc).toHaveBeenCalledTimes(1);
  expect(eth).not.toHaveBeenCalled();
});

it('an older price never replaces a newer one', () => {
  const { store, paint } = setUp();
  store.accept([tick('BTC/USDT', '2', 10)], 2000);
  store.accept([tick('BTC/USDT', '1', 500)], 2001);
  paint();
  expect(store.get('BTC/USDT')).toMatchObject({ last: '2', seenAt: 1990 });
});

it('a hidden tab paints nothing until it is looked at again', () => {
  const { store, paint, page, frames } = setUp();
  page.hidden = true;
  store.accept([tick('BTC/USDT', '7')], 1000);
  expect(frames).toHaveLength(0);
  expect(store.newestAt('REAL')).toBe(0);
  expect(store.newestAt('SIMULATION')).toBe(1000);
  page.hidden = false;
  store.schedule();
  paint();
  expect(store.get('BTC/USDT')?.last).toBe('7');
});
