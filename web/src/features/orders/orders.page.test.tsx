import { ApolloProvider } from '@apollo/client/react';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import { beforeEach, expect, it, vi } from 'vitest';
import { setPreferences } from '../../lib/preferences';
import { fakeServer, type FakeServer } from '../../testing/fake-server';
import { renderPage } from '../../testing/render-page';
import { anOrder } from '../../testing/rows';
import { OrdersPage } from './orders.page';

vi.setConfig({ testTimeout: 30_000 });

beforeEach(() => {
  localStorage.clear();
  setPreferences({ tradeMode: 'SIMULATION' });
});

const page = (type: string, nodes: readonly ({ id: string } & Record<string, unknown>)[]) => ({
  __typename: `${type}Connection`,
  edges: nodes.map((node) => ({ __typename: `${type}Edge`, cursor: node.id, node: { __typename: type, ...node } })),
  pageInfo: { __typename: 'PageInfo', hasNextPage: false, endCursor: null },
});
const rest = { executedQty: '0', limitOrderExpiresAt: null, distancePct: '-2', reservations: [] };
const main = { __typename: 'ExchangeAccount', id: '3', label: 'Main', tradeMode: 'REAL' };
const order = (id: string, part: Record<string, unknown>) => ({
  ...{ id, exchangeOrderId: id, side: 'BUY', orderType: 'LIMIT', status: 'NEW', quantity: '1', limitPrice: '10' },
  ...{ executedQty: '0', avgPrice: null, placedAt: '2026-11-30T00:00:00Z', dismissedAt: null, positionId: null },
  ...{ account: main, ...part },
});

async function show() {
  const server = fakeServer({
    LimitOrders: { data: { limitOrders: page('TradeJob', [{ ...anOrder(), ...rest }]) } },
    ExternalOrders: ({ filter }) => {
      const { includeDismissed } = filter as { includeDismissed?: boolean };
      const dismissed = order('2', { symbol: 'ADA/BRL', dismissedAt: '2026-11-30T01:00:00Z' });
      const all = [order('1', { symbol: 'SOL/BRL' }), ...(includeDismissed ? [dismissed] : [])];
      return { data: { externalOrders: page('ExternalOrder', all) } };
    },
    FilterChoices: {
      data: {
        exchangeAccounts: page('ExchangeAccount', [
          { id: '3', label: 'Main' },
          { id: '4', label: 'Second' },
        ]),
        webhookSources: page('WebhookSource', [{ id: '5', label: 'Room' }]),
      },
    },
    Markets: { data: { markets: [] } },
    ViewSettings: { data: { viewSettings: [] } },
  });
  const view = await renderPage(
    <ApolloProvider client={server.client}>
      <OrdersPage />
    </ApolloProvider>,
  );
  return { ...view, server, user: userEvent.setup() };
}

const bar = (name: string) => within(screen.getByRole('search', { name }));
const choose = async (user: UserEvent, [where, filter]: [string, RegExp], option: string) => {
  await user.click(bar(where).getByRole('button', { name: filter }));
  await user.click(await screen.findByRole('menuitemcheckbox', { name: option }));
  await user.keyboard('{Escape}');
};
const lastFilter = (server: FakeServer, operation: string) => server.sent(operation).at(-1)?.['filter'];

it('resting orders are filtered by several accounts, by symbol, source and side, and the address keeps it', async () => {
  const { server, router, user } = await show();
  await screen.findByRole('table', { name: 'Limit orders' });
  await choose(user, ['Filters', /^Account/], 'Main');
  await choose(user, ['Filters', /^Account/], 'Second');
  // The symbol of a row that is no known market can be chosen too.
  await choose(user, ['Filters', /^Symbol/], 'BTC/USDT');
  await choose(user, ['Filters', /^Source/], 'Room');
  await choose(user, ['Filters', /^Side/], 'Sell');
  await waitFor(() =>
    expect(lastFilter(server, 'LimitOrders')).toEqual({
      tradeMode: 'SIMULATION',
      ...{ accountIds: ['3', '4'], symbols: ['BTC/USDT'], sourceIds: ['5'], side: 'SELL' },
    }),
  );
  expect(Object.fromEntries(new URLSearchParams(router.state.location.search))).toEqual({
    ...{ account: '3,4', symbol: 'BTC/USDT', source: '5', side: 'SELL' },
  });
  await user.click(bar('Filters').getByRole('button', { name: /^Clear/ }));
  await waitFor(() => expect(router.state.location.search).toBe(''));
});

it('an empty list says whether nothing rests or nothing matches', async () => {
  const { server, user } = await show();
  await screen.findByRole('table', { name: 'Limit orders' });
  server.answer('LimitOrders', { data: { limitOrders: page('TradeJob', []) } });
  await choose(user, ['Filters', /^Side/], 'Sell');
  expect(await screen.findByText('Nothing matches the filters')).toBeTruthy();
  expect(screen.queryByText('No resting orders')).toBeNull();
});

it('orders from outside have filters of their own, and those that were dismissed can be seen again', async () => {
  setPreferences({ tradeMode: 'REAL' });
  const { server, router, user } = await show();
  const table = await screen.findByRole('table', { name: 'Placed outside mvcashnode' });
  const outside = 'Filters of orders from outside';
  await choose(user, [outside, /^Symbol/], 'SOL/BRL');
  await choose(user, [outside, /^Account/], 'Second');
  await user.click(bar(outside).getByRole('checkbox', { name: 'Also dismissed ones' }));
  await waitFor(() =>
    expect(lastFilter(server, 'ExternalOrders')).toEqual({
      ...{ tradeMode: 'REAL', symbols: ['SOL/BRL'], accountIds: ['4'], includeDismissed: true },
    }),
  );
  expect(lastFilter(server, 'LimitOrders')).toEqual({ tradeMode: 'REAL' });
  expect(router.state.location.search).toContain('external-account=4');
  const row = (await screen.findByText('ADA')).closest('tr') as HTMLElement;
  expect(row.textContent).toContain('Dismissed');
  expect(within(row).queryByRole('button', { name: 'Dismiss' })).toBeNull();
  expect(table).toBeTruthy();
});
