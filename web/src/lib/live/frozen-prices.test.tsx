import { ApolloProvider } from '@apollo/client/react';
import { act, renderHook, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { fakeServer } from '../../testing/fake-server';
import { renderPage } from '../../testing/render-page';
import { freezePrices, frozenPrices, useMovingPrices } from './frozen-prices';
import { LivePrice } from './live-cells';
import { PriceStore, priceStore } from './price-store';

vi.setConfig({ testTimeout: 30_000 });

afterEach(() => freezePrices(false));

const tick = (last: string) => priceStore.accept([{ key: 'BTC/USDT', last, ageMs: 0 } as never], Date.now());
const painted = () => act(() => new Promise<void>((resolve) => requestAnimationFrame(() => resolve())));

it('frozen prices keep still and are dimmed, and the newest one is there as soon as they move again', async () => {
  await renderPage(
    <ApolloProvider client={fakeServer({}).client}>
      <LivePrice priceKey="BTC/USDT" tickSize="1" />
    </ApolloProvider>,
  );
  tick('100');
  await painted();
  expect(screen.getByText('100').closest('[data-stale]')).toBeNull();
  act(() => freezePrices(true));
  tick('101');
  tick('102');
  await painted();
  expect(screen.getByText('100').closest('[data-stale]')).not.toBeNull();
  // What is about to be traded is not kept still.
  expect(priceStore.newest('BTC/USDT')?.last).toBe('102');
  act(() => freezePrices(false));
  await painted();
  expect(screen.getByText('102').closest('[data-stale]')).toBeNull();
});

it('a dialog that trades lets the prices move again', () => {
  act(() => freezePrices(true));
  expect(frozenPrices.get()).toBeGreaterThan(0);
  renderHook(() => useMovingPrices());
  expect(frozenPrices.get()).toBe(0);
});

it('a store of its own paints when it is told that it may', () => {
  let isStill = true;
  const store = new PriceStore(
    (paint) => paint(),
    () => isStill,
  );
  store.accept([{ key: 'A/B', last: '1', ageMs: 0 } as never], 1);
  expect(store.get('A/B')).toBeUndefined();
  isStill = false;
  store.schedule();
  expect(store.get('A/B')?.last).toBe('1');
});
