import { ApolloProvider } from '@apollo/client/react';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it, vi } from 'vitest';
import { setPreferences } from '../../lib/preferences';
import { fakeServer } from '../../testing/fake-server';
import { renderPage } from '../../testing/render-page';
import { anAccount } from '../../testing/rows';
import { AccountsPage } from './accounts.page';
import { shownBalances } from './small-balances';

vi.setConfig({ testTimeout: 30_000 });

const balance = (asset: string, total: string, valueUsd: string | null) =>
  ({ __typename: 'AccountBalance', asset, free: total, locked: '0', total, valueUsd, lastSyncAt: null }) as const;
const BALANCES = [
  balance('USDT', '500', '500'),
  balance('SHIB', '12', '0.3'),
  balance('PEPE', '9000', '0.999999999999999999'),
  balance('NEW', '3', null),
  balance('EVEN', '1', '1'),
];

beforeEach(() => {
  localStorage.clear();
  setPreferences({ tradeMode: 'REAL' });
});

it('only a balance that is known to be worth less than 1 USDT is small', () => {
  const { shown, hiddenCount, hiddenValue } = shownBalances(BALANCES, true);
  expect(shown.map(({ asset }) => asset)).toEqual(['USDT', 'NEW', 'EVEN']);
  expect([hiddenCount, hiddenValue]).toEqual([2, '1.299999999999999999']);
  expect(shownBalances(BALANCES, false)).toEqual({ shown: BALANCES, hiddenCount: 0, hiddenValue: '0' });
});

it('small balances are hidden on request, are still counted, and the choice is saved', async () => {
  const node = { ...anAccount({ equityUsd: '501.3', balances: [...BALANCES] as never }) };
  const server = fakeServer({
    ExchangeAccounts: {
      data: {
        exchangeAccounts: {
          __typename: 'ExchangeAccountConnection',
          edges: [{ __typename: 'ExchangeAccountEdge', cursor: 'a', node }],
          pageInfo: { __typename: 'PageInfo', hasNextPage: false, endCursor: null },
        },
      },
    },
    ViewSettings: { data: { viewSettings: [] } },
  });
  await renderPage(
    <ApolloProvider client={server.client}>
      <AccountsPage />
    </ApolloProvider>,
  );
  const user = userEvent.setup();
  const table = await screen.findByRole('table', { name: 'Balances of Main' });
  const assets = () =>
    within(table)
      .getAllByRole('rowheader')
      .map((cell) => cell.textContent);
  expect(assets()).toEqual(['USDT', 'SHIB', 'PEPE', 'NEW', 'EVEN']);
  expect(screen.queryByTestId('hidden-balances')).toBeNull();
  await user.click(screen.getByRole('checkbox', { name: 'Hide small balances' }));
  expect(assets()).toEqual(['USDT', 'NEW', 'EVEN']);
  expect(screen.getByTestId('hidden-balances').textContent).toBe(
    '2 small balances are hidden, worth 1.30USDT. Equity includes them.',
  );
  expect(screen.getByText('501.30')).toBeTruthy();
  await vi.waitFor(() =>
    expect(server.sent('SaveViewSettings')).toEqual([
      { input: { name: 'balances', settings: expect.objectContaining({ hidesSmall: true }) } },
    ]),
  );
});
