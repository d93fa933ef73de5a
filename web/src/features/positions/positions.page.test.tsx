import { ApolloProvider } from '@apollo/client/react';
import { act, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it, vi } from 'vitest';
import type { LivePositionFragment } from '../../gql/generated';
import { priceStore } from '../../lib/live/price-store';
import { setPreferences } from '../../lib/preferences';
import { fakeServer } from '../../testing/fake-server';
import { renderPage } from '../../testing/render-page';
import { aPosition } from '../../testing/rows';
import { PositionsPage } from './positions.page';

vi.setConfig({ testTimeout: 30_000 });

beforeEach(() => {
  localStorage.clear();
  setPreferences({ tradeMode: 'SIMULATION' });
});

const BTC = aPosition({ realizedPnl: '12.5', feesQuote: '3', qtyReserved: '0.1', slEnabled: true, slPct: '5' });
const ETH = aPosition({
  ...{ id: '8', symbol: 'ETH/USDT', priceKey: 'ETH/USDT', entryPrice: '4000', costQuote: '2000' },
  account: { __typename: 'ExchangeAccount', id: '4', label: 'Second' },
});

async function show(positions: readonly LivePositionFragment[], answers: Parameters<typeof fakeServer>[0] = {}) {
  const server = fakeServer({
    ...answers,
    OpenPositions: {
      data: {
        positions: {
          __typename: 'PositionConnection',
          edges: positions.map((node) => ({ __typename: 'PositionEdge', cursor: node.id, node })),
          pageInfo: { __typename: 'PageInfo', hasNextPage: false, endCursor: null },
        },
      },
    },
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

const prices = () =>
  act(async () => {
    priceStore.accept(
      [
        { __typename: 'Price', key: 'BTC/USDT', last: '110000', ageMs: 0 },
        { __typename: 'Price', key: 'ETH/USDT', last: '3800', ageMs: 0 },
      ] as never,
      Date.now(),
    );
    await new Promise<void>((resolve) => requestAnimationFrame(() => resolve()));
  });

const heading = (name: string) => screen.getByRole('columnheader', { name });
/** The text of a cell, by the heading of its column. */
const cell = (row: HTMLElement, name: string) => {
  const at = screen.getAllByRole('columnheader').indexOf(heading(name));
  return row.querySelectorAll('th, td')[at]?.textContent ?? '';
};
const rowOf = (symbol: string) => screen.getByRole('link', { name: new RegExp(symbol) }).closest('tr') as HTMLElement;

it('a position has its figures, each result apart from the other, and the columns say which price they use', async () => {
  await show([BTC, ETH]);
  await screen.findByRole('table', { name: 'Open positions' });
  await prices();
  const btc = rowOf('BTC');
  expect(['Quantity', 'Value', 'Entry', 'Price'].map((name) => cell(btc, name))).toEqual([
    ...['0.5', '55,000.00', '100,000.00', '110,000.00'],
  ]);
  expect([cell(btc, 'Unrealized'), cell(btc, 'Realized')]).toEqual(['▲+5,000.00', '▲+12.50']);
  expect(cell(btc, 'Unreal. %')).toBe('▲+10.00%');
  const help = (name: string) => within(heading(name)).getByRole('button').title;
  expect(help('Price')).toContain('The last traded price of the spot market. Spot has no mark price');
  expect(help('Unrealized')).toContain('The value at the last price, minus the cost including the fees of the buys.');
});

it('a position with open orders has a mark, and one without a stop has another', async () => {
  await show([BTC, ETH]);
  await screen.findByRole('table', { name: 'Open positions' });
  expect(within(rowOf('BTC')).getByRole('img', { name: 'Has open orders' })).toBeTruthy();
  expect(within(rowOf('ETH')).queryByRole('img', { name: 'Has open orders' })).toBeNull();
  expect(within(rowOf('ETH')).getByTestId('unprotected')).toBeTruthy();
});

it('the totals count the rows that are shown, and the address keeps filter and sorting', async () => {
  const { router, user } = await show([BTC, ETH]);
  const table = await screen.findByRole('table', { name: 'Open positions' });
  await prices();
  const totals = () => table.querySelector('tfoot')?.textContent ?? '';
  await vi.waitFor(() => expect(totals()).toContain('56,900.00'));
  expect(totals()).toContain('2 positions');
  await user.type(screen.getByRole('searchbox', { name: /^Symbol/ }), 'second');
  await vi.waitFor(() => expect(totals()).toContain('1 position'));
  await vi.waitFor(() => expect(totals()).toContain('1,900.00'));
  await user.click(within(heading('Entry')).getByRole('button'));
  await vi.waitFor(() => expect(router.state.location.search).toBe('?q=second&sort=-entry'));
  await user.click(screen.getByRole('button', { name: 'Clear' }));
  await vi.waitFor(() => expect(router.state.location.search).toBe('?sort=-entry'));
});

it('without positions the page says where they come from and what to do next', async () => {
  await show([]);
  expect(await screen.findByText('No open positions')).toBeTruthy();
  expect(screen.getByText(/^A position opens when a buy signal arrives/)).toBeTruthy();
  expect(screen.getByRole('link', { name: 'Webhook sources' }).getAttribute('href')).toBe('/sources');
  expect(screen.queryByRole('table')).toBeNull();
});

it('c opens the dialog that closes the row with the focus, and sells nothing', async () => {
  const { server, user } = await show([BTC, ETH]);
  await screen.findByRole('table', { name: 'Open positions' });
  screen.getByRole('link', { name: /ETH/ }).focus();
  await user.keyboard('c');
  expect(screen.getByRole('dialog', { name: 'Sell ETH/USDT' })).toBeTruthy();
  await user.keyboard('{Escape}');
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(server.sent('ClosePosition')).toEqual([]);
});

it('closed positions are filtered by the server, so that what is found does not depend on the pages that were read', async () => {
  const page = (type: string, nodes: readonly object[]) => ({
    __typename: `${type}Connection`,
    edges: nodes.map((node, at) => ({
      __typename: `${type}Edge`,
      cursor: `${at}`,
      node: { __typename: type, ...node },
    })),
    pageInfo: { __typename: 'PageInfo', hasNextPage: false, endCursor: null },
  });
  const closed = aPosition({ status: 'CLOSED', closedAt: '2026-11-30T02:00:00Z', qtyRemaining: '0' });
  const { server, user } = await show([], {
    FilterChoices: {
      data: {
        exchangeAccounts: page('ExchangeAccount', [
          { id: '3', label: 'Main' },
          { id: '4', label: 'Second' },
        ]),
        webhookSources: page('WebhookSource', [{ id: '5', label: 'Room' }]),
      },
    },
    Positions: ({ filter }) => ({
      data: { positions: page('Position', 'accountIds' in (filter as object) ? [] : [{ ...closed, exitPrice: '1' }]) },
    }),
  });
  await user.click(screen.getByRole('button', { name: 'Closed' }));
  await screen.findByRole('table', { name: 'Closed positions' });
  const choose = async (filter: RegExp, option: string) => {
    // The heading of the column has the same name, and comes later.
    await user.click(screen.getAllByRole('button', { name: filter })[0]!);
    await user.click(await screen.findByRole('menuitemcheckbox', { name: option }));
    await user.keyboard('{Escape}');
  };
  const lastFilter = () => server.sent('Positions').at(-1)?.['filter'];
  const ofAccount = { tradeMode: 'SIMULATION', status: 'CLOSED', accountIds: ['4'] };
  // What was bought by hand has no source that the server could filter by: that is left to the page.
  await choose(/^Source/, 'By hand');
  // Neither this account nor this source has a row on the first page.
  await choose(/^Account/, 'Second');
  await vi.waitFor(() => expect(lastFilter()).toEqual(ofAccount));
  expect(await screen.findByText('No position matches the filter.')).toBeTruthy();
  await choose(/^Source/, 'By hand');
  await choose(/^Source/, 'Room');
  await vi.waitFor(() => expect(lastFilter()).toEqual({ ...ofAccount, sourceIds: ['5'] }));
});
