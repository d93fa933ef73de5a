import { ApolloProvider } from '@apollo/client/react';
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LivePositionFragment } from '../../gql/generated';
import { emitLive } from '../../lib/live/events';
import { setPreferences } from '../../lib/preferences';
import { fakeServer } from '../../testing/fake-server';
import { renderPage } from '../../testing/render-page';
import { anOrder, aPosition } from '../../testing/rows';
import { PositionsPage } from './positions.page';

vi.setConfig({ testTimeout: 30_000 });

const BTC = aPosition({ qtyReserved: '0.1', sourceLabel: 'Breakout' });
const ORDER = { ...anOrder({ side: 'SELL' }), executedQty: '0', limitOrderExpiresAt: null };

const onPhone = (isPhone: boolean) =>
  vi.stubGlobal('matchMedia', (query: string) => ({
    matches: isPhone && query === '(max-width: 699px)',
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }));

beforeEach(() => {
  localStorage.clear();
  setPreferences({ tradeMode: 'SIMULATION' });
  onPhone(true);
});
afterEach(() => vi.unstubAllGlobals());

const answerOf = (position: LivePositionFragment, orders: readonly object[]) => ({
  data: { position: { ...position, openOrders: orders } },
});

async function show() {
  const server = fakeServer({
    OpenPositions: {
      data: {
        positions: {
          __typename: 'PositionConnection',
          edges: [{ __typename: 'PositionEdge', cursor: '7', node: BTC }],
          pageInfo: { __typename: 'PageInfo', hasNextPage: false, endCursor: null },
        },
      },
    },
    PositionSheet: answerOf(BTC, [ORDER]),
    Markets: { data: { markets: [] } },
    ViewSettings: { data: { viewSettings: [] } },
  });
  const view = await renderPage(
    <ApolloProvider client={server.client}>
      <PositionsPage />
    </ApolloProvider>,
  );
  return { ...view, server, user: userEvent.setup() };
}

const opener = () => screen.findByRole('button', { name: 'Actions of BTC/USDT' });
const sheet = () => screen.findByRole('dialog', { name: /^BTC\/USDT/ });
const isGone = () => waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());

async function openSheet() {
  const shown = await show();
  await shown.user.click(await opener());
  return { ...shown, box: within(await sheet()) };
}

describe('The sheet of a position on a phone', () => {
  it('has what its card shows, its orders and every action, and the card has one button for it', async () => {
    const { server, box } = await openSheet();
    const card = screen.getByRole('list', { name: 'Open positions' });
    expect(within(card).getAllByRole('button')).toHaveLength(1);
    for (const figure of ['Entry', 'Quantity', 'Realized', 'Source', 'Breakout', 'Main']) box.getByText(figure);
    for (const name of ['Edit exits', 'Add', 'Limit sell', 'Close position']) box.getByRole('button', { name });
    box.getByRole('switch');
    const orders = await box.findByRole('list', { name: /orders/i });
    within(orders).getByRole('button', { name: 'Cancel' });
    expect(box.getByRole('link', { name: 'Open the position' }).getAttribute('href')).toBe('/positions/7');
    expect(server.sent('PositionSheet')).toEqual([{ id: '7' }]);
  });

  it('closes by Escape and by a tap outside, and the focus returns to its button', async () => {
    const { user, router } = await openSheet();
    // jsdom does not move the focus into a dialog.
    fireEvent.keyDown(await sheet(), { key: 'Escape' });
    await isGone();
    expect(document.activeElement).toBe(await opener());
    await user.click(await opener());
    const box = await sheet();
    fireEvent.pointerDown(box);
    fireEvent.click(box);
    await isGone();
    expect(router.state.location.pathname).toBe('/');
    expect(document.activeElement).toBe(await opener());
  });

  it('closes by going back, and closing it leaves the page where it is, however often it is asked', async () => {
    const { router } = await openSheet();
    expect(router.state.location.state).toEqual({ sheet: '7' });
    await act(() => router.navigate(-1));
    await isGone();
    expect(router.state.location.pathname).toBe('/');
    fireEvent.click(await opener());
    const box = await sheet();
    // As some browsers do: the key and the request to cancel, for one press.
    fireEvent.keyDown(box, { key: 'Escape' });
    fireEvent(box, new Event('cancel', { cancelable: true }));
    await isGone();
    expect(router.state.location.pathname).toBe('/');
    expect(router.state.historyAction).toBe('POP');
  });

  it('leads to the page of the position in place of itself, so that back leads to the list', async () => {
    const { user, router, box } = await openSheet();
    await user.click(box.getByRole('link', { name: 'Open the position' }));
    await screen.findByText('elsewhere');
    expect(router.state.location.pathname).toBe('/positions/7');
    await act(() => router.navigate(-1));
    expect(router.state.location.state).toBeNull();
    await opener();
  });

  it('opens the dialogs of the page of the position, and stays while they come and go', async () => {
    const { user, box } = await openSheet();
    await user.click(box.getByRole('button', { name: 'Close position' }));
    expect(screen.getAllByRole('dialog')).toHaveLength(2);
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.getAllByRole('dialog')).toHaveLength(1));
    await sheet();
  });

  it('stays when the position closes, without its actions', async () => {
    const { server, box } = await openSheet();
    await box.findByRole('list', { name: /orders/i });
    const closed = { ...BTC, status: 'CLOSED' as const, closedAt: '2026-11-30T01:00:00Z', qtyRemaining: '0' };
    server.answer('PositionSheet', answerOf(closed, []));
    act(() => emitLive('position', closed));
    await waitFor(() => expect(box.queryByRole('button', { name: 'Close position' })).toBeNull());
    box.getByText('Closed');
    expect(box.queryByRole('list', { name: /orders/i })).toBeNull();
  });
});

it('on a wide screen a row has its sell button as before, and no sheet', async () => {
  onPhone(false);
  await show();
  await screen.findByRole('button', { name: 'Sell BTC/USDT' });
  expect(screen.queryByRole('button', { name: /^Actions/ })).toBeNull();
});
