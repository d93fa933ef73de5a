import { ApolloProvider } from '@apollo/client/react';
import { act, screen } from '@testing-library/react';
import { beforeEach, expect, it, vi } from 'vitest';
import type { LiveJobFragment } from '../../gql/generated';
import { connection } from '../../lib/live/connection';
import { emitLive } from '../../lib/live/events';
import { setPreferences } from '../../lib/preferences';
import { fakeServer } from '../../testing/fake-server';
import { renderPage } from '../../testing/render-page';
import { aPosition } from '../../testing/rows';
import { toasts } from '../../ui/toast';
import { Toaster } from '../../ui/toaster';
import { PageNews } from './page-news';

beforeEach(() => {
  toasts.set([]);
  connection.set({ state: 'live', since: Date.now(), returns: 0 });
  setPreferences({ tradeMode: 'SIMULATION', newsExits: true });
});

const show = async (openCount = 0) => {
  const { client } = fakeServer();
  await renderPage(
    <ApolloProvider client={client}>
      <PageNews openCount={openCount} />
      <Toaster />
    </ApolloProvider>,
  );
};
const NOW = '2026-11-30T12:00:00.000Z';
const closed = (closeReason: 'STOP_LOSS' | 'TAKE_PROFIT', realizedPnl: string) =>
  aPosition({ status: 'CLOSED', closeReason, realizedPnl, closedAt: NOW, updatedAt: NOW });

it('a stop loss is spoken at once and leads to its position; a repetition of the event is not told again', async () => {
  await show();
  const position = closed('STOP_LOSS', '-4.1');
  act(() => {
    emitLive('position', position);
    emitLive('position', position);
  });
  const link = await screen.findByRole('link', { name: /closed: Stop loss, −4.1/ });
  expect(link.getAttribute('href')).toBe(`/positions/${position.id}`);
  expect(link.closest('[aria-live]')?.getAttribute('aria-live')).toBe('assertive');
  expect(screen.getAllByRole('link')).toHaveLength(1);
});

it('a target is told without interrupting a screen reader', async () => {
  await show();
  act(() => emitLive('position', closed('TAKE_PROFIT', '12.4')));
  const link = await screen.findByRole('link', { name: /closed: Take profit, \+12.4/ });
  expect(link.closest('[aria-live]')).toBeNull();
});

it('a refused order is told with its reason', async () => {
  await show();
  const job = {
    ...{ id: '7', tradeMode: 'SIMULATION', symbol: 'SOL/USDT', side: 'BUY', status: 'SKIPPED' },
    ...{ reasonCode: 'INSUFFICIENT_BALANCE', reasonMessage: 'Free: 3 USDT.' },
  } as LiveJobFragment;
  act(() => emitLive('job', job));
  expect(await screen.findByRole('link', { name: 'Buy SOL/USDT not done: Free: 3 USDT.' })).toBeTruthy();
});

it('a lost connection is told once, urgently while positions are open, and its return too', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  await show(2);
  act(() => connection.set({ state: 'reconnecting', since: Date.now(), returns: 0 }));
  await act(() => vi.advanceTimersByTimeAsync(3_000));
  expect(screen.queryByText(/No connection/)).toBeNull();
  await act(() => vi.advanceTimersByTimeAsync(2_000));
  const text = screen.getByText('No connection to the server. 2 positions are open: what you see may be old.');
  expect(text.closest('[aria-live]')?.getAttribute('aria-live')).toBe('assertive');
  act(() => connection.set({ state: 'live', since: Date.now(), returns: 1 }));
  expect(screen.getByText('Connected again. Everything was read anew.')).toBeTruthy();
  vi.useRealTimers();
});
