import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FakeExchange } from './start-fake-exchange.js';

type Row = Record<string, unknown> & { info: Record<string, unknown> };

/** The methods of a ccxt exchange that these tests call. Numbers are the texts that the exchange sent. */
export interface CcxtClient {
  apiKey: string;
  secret: string;
  urls: { api: unknown };
  options: Record<string, unknown>;
  fetchTime(): Promise<number>;
  loadTimeDifference(): Promise<number>;
  loadMarkets(): Promise<Record<string, Row>>;
  fetchTicker(symbol: string): Promise<Row>;
  fetchBalance(): Promise<Record<string, { free?: string; used?: string }>>;
  createOrder(
    symbol: string,
    type: 'market' | 'limit',
    side: 'buy' | 'sell',
    amount: string,
    price?: string,
    params?: Record<string, unknown>,
  ): Promise<Row>;
  fetchOrder(id: string | undefined, symbol: string, params?: Record<string, unknown>): Promise<Row>;
  cancelOrder(id: string | undefined, symbol: string, params?: Record<string, unknown>): Promise<Row>;
  fetchOpenOrders(symbol?: string): Promise<Row[]>;
  fetchOrders(symbol: string, since?: number): Promise<Row[]>;
  fetchClosedOrders(symbol: string, since?: number): Promise<Row[]>;
  fetchMyTrades(symbol: string, since?: number): Promise<Row[]>;
  watchOrders(): Promise<Row[]>;
  watchTickers(symbols: string[]): Promise<Record<string, Row>>;
  loadHttpProxyAgent(): Promise<unknown>;
  close(): Promise<void>;
}

/** ccxt as shipped, with streams, connected to the fake exchange. Its own retries and limiter are off. */
export async function openCcxtClient(
  fake: FakeExchange,
  exchangeId: 'binance' | 'bybit',
  settings: Record<string, unknown> = {},
): Promise<CcxtClient> {
  const source = path.join(path.dirname(createRequire(import.meta.url).resolve('ccxt')), '..', 'js', 'src', 'pro');
  const module = (await import(/* @vite-ignore */ pathToFileURL(path.join(source, `${exchangeId}.js`)).href)) as {
    default: new (settings: Record<string, unknown>) => CcxtClient;
  };
  const client = new module.default({
    ...fake.credentials,
    ...{ enableRateLimit: false, maxRetriesOnFailure: 0, timeout: 3000, number: String },
    options: {
      defaultType: 'spot',
      fetchMarkets: { types: ['spot'] },
      fetchCurrencies: false,
      fetchMargins: false,
      ...(exchangeId === 'binance' && { watchTickers: { name: 'ticker' } }),
      warnOnFetchOpenOrdersWithoutSymbol: false,
    },
    ...settings,
  });
  client.urls.api = fake.apiUrls;
  // Without TLS, ccxt's streams open only after it has looked for a proxy.
  await client.loadHttpProxyAgent();
  await client.loadMarkets();
  return client;
}
