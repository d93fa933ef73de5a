import { ApolloProvider } from '@apollo/client/react';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { fakeServer, refused, type Answer } from '../../testing/fake-server';
import { renderPage } from '../../testing/render-page';
import { GatesPage } from './gates.page';

// Typing and looking for roles takes seconds on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 30_000 });

const gate = (code: string, state = 'PASSED', more: object = {}) => ({
  __typename: 'TradingGate',
  ...{ code, state, value: null, limit: null, unit: null, reasonCode: null, reasonMessage: null, refused: 0, ...more },
});
const closed = gate('BALANCE', 'BLOCKED', {
  ...{ value: '300', limit: '500', unit: 'USDT', reasonCode: 'INSUFFICIENT_BALANCE', refused: 2 },
  reasonMessage: '500 USDT are needed, 300 are free.',
});
const source = (id: string, accounts: string[] = []) => ({
  node: {
    ...{ __typename: 'WebhookSource', id, label: `source ${id}` },
    bindings: accounts.map((account) => ({
      ...{ __typename: 'WebhookBinding', id: `${id}-${account}`, isActive: true },
      account: { __typename: 'ExchangeAccount', id: account },
    })),
  },
});
const account = (id: string) => ({ node: { __typename: 'ExchangeAccount', id, label: `account ${id}` } });
const choices = (sources: object[], accounts: object[]): Answer => ({
  data: { webhookSources: { edges: sources }, exchangeAccounts: { edges: accounts } },
});
const symbols: Answer = {
  data: {
    tradeParameters: { edges: [{ node: { __typename: 'TradeParameter', id: '1', symbol: 'SOL/USDT', side: 'BOTH' } }] },
  },
};
const found = (gates: object[], more: object = {}): Answer => ({
  data: {
    tradingGates: {
      ...{ __typename: 'TradingGates', isOpen: true, symbol: 'SOL/USDT', price: '100', lastSignalAt: null },
      ...{ blockedBy: null, gates, order: null, ...more },
      source: { __typename: 'WebhookSource', id: '7', label: 'source 7' },
      account: { __typename: 'ExchangeAccount', id: '3', label: 'account 3' },
    },
  },
});

const show = async (
  tradingGates: Answer,
  known = choices([source('7', ['3']), source('8')], [account('2'), account('3')]),
) => {
  const server = fakeServer({ GatesChoices: known, GatesSymbols: symbols, TradingGates: tradingGates });
  const view = await renderPage(
    <ApolloProvider client={server.client}>
      <GatesPage />
    </ApolloProvider>,
  );
  return { server, ...view };
};
const lastInput = (server: Awaited<ReturnType<typeof show>>['server']) => server.sent('TradingGates').at(-1)?.input;

it('asks about the first source, its account and the symbol that this account has a parameter for', async () => {
  const { server } = await show(found([gate('PRICE', 'PASSED', { value: '200', limit: '30000', unit: 'ms' })]));
  expect(await screen.findByText('Nothing stops a buy signal now.')).toBeTruthy();
  expect(lastInput(server)).toEqual({ sourceId: '7', accountId: '3', symbol: 'SOL/USDT', side: 'BUY' });
  expect(screen.getByText('200 ms of at most 30s')).toBeTruthy();
});

it('says in one sentence why it is not trading, with the numbers, the help and the way to change it', async () => {
  await show(found([gate('SOURCE_ACTIVE'), closed], { isOpen: false, blockedBy: closed }));
  const headline = await screen.findByRole('heading', { level: 2, name: /It is not trading because/ });
  expect(headline.textContent).toBe('It is not trading because the free balance does not cover the order.');
  const list = screen.getByRole('list', { name: 'The order is possible' });
  const row = within(list).getByRole('listitem');
  for (const text of ['Free capital', 'closed', '300 USDT, at least 500 USDT needed', 'stopped 2 signals in 24 h'])
    expect(row.textContent).toContain(text);
  expect(row.textContent).toContain('500 USDT are needed, 300 are free.');
  const link = within(row).getByRole('link', { name: 'Change: Free capital' });
  expect(link.getAttribute('href')).toBe('/vaults');
});

it('names what it would order, and warns of what depends on the message', async () => {
  const order = {
    __typename: 'GatesOrder',
    orderType: 'MARKET',
    quoteAmount: '500',
    baseQuantity: '5',
    limitPrice: null,
  };
  await show(found([gate('MESSAGE', 'WARNING', { reasonCode: 'SIGNAL_UNKNOWN' })], { order }));
  expect(await screen.findByText('It would order 5 SOL for 500 USDT.')).toBeTruthy();
  expect(screen.getByText('One gate may still stop a signal: see below.')).toBeTruthy();
});

it('follows the choice: another side, another account, another symbol, a price', async () => {
  const { server, router } = await show(found([gate('PRICE')]));
  await screen.findByText('Nothing stops a buy signal now.');
  const user = userEvent.setup();
  await user.selectOptions(screen.getByLabelText('Signal'), 'SELL');
  await user.clear(screen.getByLabelText('Symbol'));
  await user.type(screen.getByLabelText('Symbol'), 'BTCUSDT');
  await user.type(screen.getByLabelText('Price in the signal'), '83.5');
  await waitFor(() =>
    expect(lastInput(server)).toEqual({
      sourceId: '7',
      accountId: '3',
      symbol: 'BTCUSDT',
      side: 'SELL',
      price: '83.5',
    }),
  );
  expect(router.state.location.search).toContain('symbol=BTCUSDT');
  await user.selectOptions(screen.getByLabelText('Source'), '8');
  await waitFor(() => expect(lastInput(server)).toEqual({ sourceId: '8', side: 'SELL' }));
});

it('takes an account alone, and asks nothing while there is nothing to ask about', async () => {
  const { server } = await show(found([]), choices([], [account('2')]));
  await waitFor(() =>
    expect(lastInput(server)).toEqual({ sourceId: null, accountId: '2', symbol: 'SOL/USDT', side: 'BUY' }),
  );
  const empty = await show(found([]), choices([], []));
  expect(await screen.findByText('Choose a source or an account')).toBeTruthy();
  expect(empty.server.sent('TradingGates')).toEqual([]);
});

it('shows what went wrong', async () => {
  await show(refused('NOT_FOUND', 'There is no such webhook source.'));
  expect(await screen.findByRole('alert')).toBeTruthy();
});
