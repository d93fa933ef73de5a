import { ApolloProvider } from '@apollo/client/react';
import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { priceStore } from '../../lib/live/price-store';
import { emitLive } from '../../lib/live/events';
import { setPreferences } from '../../lib/preferences';
import { fakeServer } from '../../testing/fake-server';
import { renderPage } from '../../testing/render-page';
import { anOrder, aPosition } from '../../testing/rows';
import { filterOpen } from './dashboard-filter';
import { DashboardPage } from './dashboard.page';

vi.setConfig({ testTimeout: 30_000 });

const BTC = aPosition({ sourceId: '5', sourceLabel: 'Breakout' });
const ETH = aPosition({
  ...{ id: '8', symbol: 'ETH/USDT', priceKey: 'ETH/USDT', entryPrice: '4000', costQuote: '2000' },
  account: { __typename: 'ExchangeAccount', id: '4', label: 'Second' },
});

const listOf = (type: string, nodes: readonly object[]) => ({
  __typename: `${type}Connection`,
  edges: nodes.map((node, index) => ({ __typename: `${type}Edge`, cursor: `${index}`, node })),
  pageInfo: { __typename: 'PageInfo', hasNextPage: false, endCursor: null },
});
const named = (__typename: string, id: string, label: string) => ({ __typename, id, label });

/** A server whose figures say whether they were asked for with a filter. */
const server = () =>
  fakeServer({
    OpenPositions: { data: { positions: listOf('Position', [BTC, ETH]) } },
    Markets: { data: { markets: [] } },
    FilterChoices: {
      data: {
        exchangeAccounts: listOf('ExchangeAccount', [
          named('ExchangeAccount', '3', 'Main'),
          named('ExchangeAccount', '4', 'Second'),
        ]),
        webhookSources: listOf('WebhookSource', [named('WebhookSource', '5', 'Breakout')]),
      },
    },
    Dashboard: ({ filter }) => ({
      data: {
        dashboard: {
          ...{ __typename: 'Dashboard', tradeMode: 'SIMULATION', equityUsd: filter ? '111.11' : '999.99' },
          ...{ unrealizedPnl: '0', realizedToday: '1', realizedTotal: filter ? '22.22' : '888.88', timeZone: 'UTC' },
          ...{ openPositions: 2, openValue: '0', reservedUsd: '7', wins: filter ? 1 : 6, losses: 1 },
        },
      },
    }),
    DashboardResults: { data: { report: { __typename: 'Report', equityCurve: [], byDay: [] } } },
    RecentJobs: { data: { tradeJobs: listOf('TradeJob', [anOrder()]) } },
    RecentReceipts: { data: { webhookReceipts: listOf('WebhookReceipt', []) } },
    OpenAlerts: { data: { alerts: listOf('SystemAlert', []) } },
  });

async function show(address: string) {
  const fake = server();
  const view = await renderPage(
    <ApolloProvider client={fake.client}>
      <DashboardPage />
    </ApolloProvider>,
  );
  await act(() => view.router.navigate(address));
  await screen.findByText(/999\.99|111\.11/);
  return { ...view, fake, user: userEvent.setup() };
}

const figureOf = (label: string) => screen.getAllByText(label)[0]?.closest('div')?.textContent ?? '';
const line = () => screen.getByTestId('dashboard-filter').textContent;

const prices = (btc: string) =>
  act(async () => {
    priceStore.accept(
      [
        { __typename: 'Price', key: 'BTC/USDT', last: btc, ageMs: 0 },
        { __typename: 'Price', key: 'ETH/USDT', last: '5000', ageMs: 0 },
      ] as never,
      Date.now(),
    );
    await new Promise<void>((resolve) => requestAnimationFrame(() => resolve()));
  });

beforeEach(() => {
  localStorage.clear();
  setPreferences({ tradeMode: 'SIMULATION', zone: 'UTC' });
});

describe('The filter of the dashboard', () => {
  it('narrows every figure and list, says so, and is kept in the address', async () => {
    const { fake, router, user } = await show('/');
    expect(line()).toBe('Figures of all accounts, sources and symbols.');
    expect(fake.sent('Dashboard')[0]).toEqual({ tradeMode: 'SIMULATION', timeZone: 'UTC' });
    await user.click(screen.getByRole('button', { name: /^Account/ }));
    await user.click(screen.getByRole('menuitemcheckbox', { name: 'Main' }));
    await user.keyboard('{Escape}');
    await waitFor(() => expect(figureOf('Equity')).toContain('111.11'));
    expect(router.state.location.search).toBe('?account=3');
    expect(line()).toBe('Only: Main');
    expect(figureOf('Equity')).toContain('The chosen accounts at the latest prices');
    expect(figureOf('Reserved')).toContain('For orders of this filter');
    const filter = { tradeMode: 'SIMULATION', accountIds: ['3'] };
    expect(fake.sent('Dashboard').at(-1)).toMatchObject({ filter: { accountIds: ['3'] } });
    expect(fake.sent('DashboardResults').at(-1)).toMatchObject({ input: filter });
    expect(fake.sent('RecentJobs').at(-1)).toEqual({ filter });
    expect(fake.sent('RecentReceipts').at(-1)).toEqual({ filter });
    const open = screen.getByRole('table', { name: 'Open now' });
    expect(within(open).getAllByRole('row')).toHaveLength(2);
    expect(within(open).queryByText('Second')).toBeNull();
    expect(screen.getByRole('link', { name: 'All 1' }).getAttribute('href')).toBe('/positions?account=3');

    await user.click(screen.getByRole('button', { name: 'Clear filters' }));
    await waitFor(() => expect(figureOf('Equity')).toContain('999.99'));
    expect(router.state.location.search).toBe('');
    expect(line()).toBe('Figures of all accounts, sources and symbols.');
  });

  it('moves the live figures by the prices of its own positions only', async () => {
    await show('/?source=5');
    await prices('110000');
    // Half a BTC that cost 50,000.
    await waitFor(() => expect(figureOf('Unrealized')).toContain('+5,000.00'));
    expect(figureOf('Unrealized')).toContain('1 open position');
    expect(figureOf('Open value')).toContain('55,000.00');
    await prices('120000');
    await waitFor(() => expect(figureOf('Unrealized')).toContain('+10,000.00'));
    // Equity has no source: the page says that it is that of whole accounts.
    expect(figureOf('Equity')).toContain('Whole accounts: not by source or symbol');
    expect(line()).toBe('Only: Breakout');
  });

  it('never shows figures of another filter while those of the new one are on their way', async () => {
    const { fake, router } = await show('/');
    fake.answer('Dashboard', 'never');
    fake.answer('DashboardResults', 'never');
    await act(() => router.navigate('/?symbol=BTC%2FUSDT%2CETH%2FUSDT'));
    expect(line()).toBe('Only: 2 symbols');
    for (const gone of ['999.99', '888.88']) expect(document.body.textContent).not.toContain(gone);
    expect(figureOf('Open value')).toContain('USDT');
  });

  it('asks the server again for a new job, because only the server knows its source', async () => {
    const { fake } = await show('/?source=5');
    const before = fake.sent('RecentJobs').length;
    act(() => emitLive('job', anOrder({ id: '12', symbol: 'SOL/USDT' })));
    await waitFor(() => expect(fake.sent('RecentJobs').length).toBeGreaterThan(before));
    expect(screen.queryByText(/SOL\/USDT/)).toBeNull();
  });

  it('of a filter that matches nothing, the panels say so, and nothing explains the first steps', async () => {
    const { fake } = await show('/?symbol=SOL%2FUSDT');
    await screen.findByText('No open position matches the filter.');
    expect(screen.queryByText(/first signal/)).toBeNull();
    expect(fake.sent('FirstSteps')).toEqual([]);
  });

  it('forgets accounts and sources when the mode changes, because they belong to one mode', async () => {
    const { router } = await show('/?account=3&source=5&symbol=BTC%2FUSDT');
    act(() => setPreferences({ tradeMode: 'REAL' }));
    await waitFor(() => expect(router.state.location.search).toBe('?symbol=BTC%2FUSDT'));
  });
});

it('open positions are selected as the server selects them: by id, by source, and by symbol in any spelling', () => {
  const all = [BTC, ETH];
  expect(filterOpen(all, {})).toBe(all);
  expect(filterOpen(all, { accountIds: ['4'] })).toEqual([ETH]);
  expect(filterOpen(all, { sourceIds: ['5', '6'] })).toEqual([BTC]);
  // What was bought by hand has no source.
  expect(filterOpen([ETH], { sourceIds: ['5'] })).toEqual([]);
  expect(filterOpen(all, { symbols: ['ethusdt'] })).toEqual([ETH]);
  expect(filterOpen(all, { symbols: ['BTC/USDT', 'ETH/USDT'], accountIds: ['3'] })).toEqual([BTC]);
});
