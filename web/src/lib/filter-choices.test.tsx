import { ApolloProvider } from '@apollo/client/react';
import { renderHook, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { fakeServer } from '../testing/fake-server';
import { chosenFilters, useFilterChoices } from './filter-choices';

const page = (type: string, ids: number[], { more = false } = {}) => ({
  __typename: `${type}Connection`,
  edges: ids.map((id) => ({
    __typename: `${type}Edge`,
    cursor: `c${id}`,
    node: { __typename: type, id: `${id}`, label: `${type} ${id}` },
  })),
  pageInfo: { __typename: 'PageInfo', hasNextPage: more, endCursor: `c${ids.at(-1)}` },
});
const choices = (accounts: number[], { more = false } = {}) => ({
  data: { exchangeAccounts: page('ExchangeAccount', accounts, { more }), webhookSources: page('WebhookSource', [5]) },
});
const markets = {
  data: {
    markets: ['BTC/USDT', 'ETH/USDT'].map((symbol) => ({
      ...{ __typename: 'Market', symbol, base: symbol.slice(0, 3), quote: 'USDT', tickSize: '0.01', stepSize: '0.01' },
      minNotional: '5',
    })),
  },
};

const show = (server: ReturnType<typeof fakeServer>, initialProps?: Parameters<typeof useFilterChoices>[0]) =>
  renderHook((options) => useFilterChoices(options), {
    ...(initialProps && { initialProps }),
    wrapper: ({ children }) => <ApolloProvider client={server.client}>{children}</ApolloProvider>,
  });

describe('The choices of filters', () => {
  it('are the accounts, sources and markets, and are read by one request', async () => {
    const server = fakeServer({ FilterChoices: choices([1, 2]), Markets: markets });
    const { result } = show(server);
    expect(result.current).toMatchObject({ isKnown: false, account: [], source: [] });
    await waitFor(() => expect(result.current.isKnown && result.current.symbol.length).toBe(2));
    expect(result.current.account).toEqual([
      { value: '1', label: 'ExchangeAccount 1' },
      { value: '2', label: 'ExchangeAccount 2' },
    ]);
    expect(result.current.source).toEqual([{ value: '5', label: 'WebhookSource 5' }]);
    expect(result.current.symbol.map(({ value }) => value)).toEqual(['BTC/USDT', 'ETH/USDT']);
    expect(server.sent('FilterChoices')).toEqual([{ tradeMode: 'SIMULATION' }]);
  });

  it('are complete, also when the accounts need a second page', async () => {
    const server = fakeServer({
      FilterChoices: ({ afterAccount }) => (afterAccount === 'c2' ? choices([3]) : choices([1, 2], { more: true })),
    });
    const { result } = show(server);
    await waitFor(() => expect(result.current.account.map(({ value }) => value)).toEqual(['1', '2', '3']));
    expect(result.current.source).toHaveLength(1);
    expect(server.sent('FilterChoices')[1]).toMatchObject({ tradeMode: 'SIMULATION', afterAccount: 'c2' });
  });

  it('have the symbols that rows had besides the markets, each once, and can be those of the other mode', async () => {
    const server = fakeServer({ FilterChoices: choices([1]), Markets: markets });
    const { result } = show(server, {
      tradeMode: 'REAL',
      symbolsOfRows: ['SOL/BRL', 'BTC/USDT', 'ADA/BRL', 'SOL/BRL'],
    });
    await waitFor(() =>
      expect(result.current.symbol.map(({ value }) => value)).toEqual(['BTC/USDT', 'ETH/USDT', 'ADA/BRL', 'SOL/BRL']),
    );
    expect(server.sent('FilterChoices')).toEqual([{ tradeMode: 'REAL' }]);
  });

  it('become the filter of the API, which says nothing of what is not chosen', () => {
    expect(chosenFilters({ symbol: 'BTC/USDT,ETH/USDT', account: '', source: '7' })).toEqual({
      symbols: ['BTC/USDT', 'ETH/USDT'],
      sourceIds: ['7'],
    });
    expect(chosenFilters({ side: 'SELL' })).toEqual({ side: 'SELL' });
    expect(chosenFilters({ side: 'BUY,SELL' })).toEqual({});
    expect(chosenFilters({ side: 'sideways' })).toEqual({});
    // An empty list would match nothing.
    expect(chosenFilters({ account: ',' })).toEqual({});
  });
});
