import type { Client } from 'graphql-ws';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { priceKey, type PriceVenue } from '../../core/price/price-key.js';
import { writeCandles } from '../../prices/candles/candle.store.js';
import { eventually } from '../../testing/eventually.js';
import { makeAccount, makePosition, makeVault } from '../../testing/make.js';
import { startTestApi, type GraphqlAnswer, type TestApi } from '../../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../../testing/services/test-database.js';
import { createTestRedis } from '../../testing/services/test-redis.js';

/** One symbol with a price at each venue, over HTTP and websocket. */
const PRICES: [PriceVenue, string][] = [
  ['SIMULATION', '100000'],
  ['BINANCE_SPOT', '90000'],
  ['BYBIT_SPOT', '80000'],
  ['BYBIT_SPOT_TESTNET', '10'],
];

let api: TestApi;
let database: TestDatabase;
let redis: Awaited<ReturnType<typeof createTestRedis>>;
let trader: Awaited<ReturnType<TestApi['newUser']>>;
let ids: Map<string, number>;
beforeAll(async () => {
  database = await createTestDatabase();
  redis = await createTestRedis();
  api = await startTestApi({ db: database.db, redis });
  trader = await api.newUser();
  for (const [venue, last] of PRICES) api.prices.set('BTC/USDT', last, Date.now(), venue);
  ids = new Map();
  for (const [venue] of PRICES) {
    const is_simulation = venue === 'SIMULATION';
    const exchange = venue.startsWith('BYBIT') ? 'BYBIT_SPOT' : 'BINANCE_SPOT';
    const { id } = await makeAccount(database.db, {
      ...{ user_id: trader.id, exchange, is_simulation, testnet: venue.endsWith('TESTNET') },
      ...{ label: venue, balances: { USDT: '5', BTC: '0.01' } },
    });
    const position = await makePosition(database.db, {
      ...{ exchange_account_id: id, trade_mode: is_simulation ? 'SIMULATION' : 'REAL', qty_total: '0.01' },
      ...{ price_open: '80000', sl_enabled: true, sl_pct: '50' },
    });
    ids.set(venue, position.id);
  }
});
afterAll(async () => {
  await api.stop();
  await redis.close();
  await database.drop();
});

const ask = async <T>(query: string): Promise<T> => {
  const answer: GraphqlAnswer = await api.send(query, {}, trader.cookie);
  expect(answer.errors).toEqual([]);
  return answer.data as T;
};

it('a position has the key of its price, and all its values use that price', async () => {
  for (const [venue, last] of PRICES) {
    const { position } = await ask<{ position: Record<string, unknown> }>(
      `{ position(id: ${ids.get(venue)}) { priceKey price { key venue symbol last } unrealizedPnl
         exitLevels { stopPrice distanceToStopPct } account { priceVenue equityUsd balances { asset valueUsd } } } }`,
    );
    const key = venue === 'SIMULATION' ? 'BTC/USDT' : `${venue}:BTC/USDT`;
    const worth = (Number(last) * 0.01).toString();
    expect(position).toMatchObject({
      priceKey: key,
      price: { key, venue, symbol: 'BTC/USDT', last },
      unrealizedPnl: ((Number(last) - 80_000) * 0.01).toString(),
      exitLevels: { stopPrice: '40000' },
      account: { priceVenue: venue, equityUsd: (Number(worth) + 5).toString() },
    });
    expect(position.account).toMatchObject({ balances: [{ asset: 'BTC', valueUsd: worth }, { asset: 'USDT' }] });
  }
});

it('distances to exits are from the price of the own venue', async () => {
  const distances = await ask<{ positions: { edges: { node: { priceKey: string; exitLevels: object } }[] } }>(
    '{ positions { edges { node { priceKey exitLevels { distanceToStopPct } } } } }',
  );
  const byKey = Object.fromEntries(distances.positions.edges.map(({ node }) => [node.priceKey, node.exitLevels]));
  expect(byKey['BTC/USDT']).toEqual({ distanceToStopPct: '60' });
  expect(byKey['BYBIT_SPOT:BTC/USDT']).toEqual({ distanceToStopPct: '50' });
});

it('a symbol without a venue means the simulation; venues and keys select their own prices', async () => {
  const lasts = async (args: string) =>
    (await ask<{ prices: { key: string; last: string }[] }>(`{ prices${args} { key last } }`)).prices
      .map(({ key, last }) => `${key} ${last}`)
      .sort();
  expect(await lasts('')).toEqual(['BTC/USDT 100000']);
  expect(await lasts('(symbols: ["BTCUSDT", "NOPE/USDT"])')).toEqual(['BTC/USDT 100000']);
  // The form of symbols in charts is not a valid key.
  expect(await lasts('(symbols: ["BINANCE:BTCUSDT"])')).toEqual(['BTC/USDT 100000']);
  expect(await lasts('(venues: [BINANCE_SPOT, BYBIT_SPOT_TESTNET])')).toEqual([
    ...['BINANCE_SPOT:BTC/USDT 90000', 'BYBIT_SPOT_TESTNET:BTC/USDT 10'],
  ]);
  expect(await lasts('(symbols: ["BTC/USDT"], venues: [SIMULATION, BYBIT_SPOT])')).toEqual([
    ...['BTC/USDT 100000', 'BYBIT_SPOT:BTC/USDT 80000'],
  ]);
  expect(await lasts('(symbols: ["BYBIT_SPOT:BTC/USDT"])')).toEqual(['BYBIT_SPOT:BTC/USDT 80000']);
  expect(await lasts('(symbols: ["KRAKEN_SPOT:BTC/USDT"])')).toEqual([]);
});

it('a key selects its own history', async () => {
  const asked: string[] = [];
  const { history } = api.prices;
  api.prices.history = async (key) => {
    asked.push(key);
    return [];
  };
  for (const name of ['btcusdt', 'BYBIT_SPOT:BTC/USDT']) await ask(`{ priceHistory(symbol: "${name}") { price } }`);
  api.prices.history = history;
  expect(asked).toEqual(['BTC/USDT', 'BYBIT_SPOT:BTC/USDT']);
});

it('a chart has the candles of its own key, at most 500 of them', async () => {
  const at = Date.UTC(2026, 10, 30, 12);
  const candle = { seconds: 60, at, open: '1.5', high: '3', low: '1', close: '2' } as const;
  await writeCandles(database.db, [{ ...candle, key: priceKey('BYBIT_SPOT', 'BTC/USDT') }], 'live');
  const query = (name: string, more = '') =>
    `{ candles(symbol: "${name}", interval: M5${more}) { at open high low close } }`;
  expect(await ask(query('BYBIT_SPOT:BTC/USDT'))).toEqual({
    candles: [{ at: '2026-11-30T12:00:00.000Z', open: '1.5', high: '3', low: '1', close: '2' }],
  });
  expect(await ask(query('btcusdt'))).toEqual({ candles: [] });
  expect(await ask(query('BYBIT_SPOT:BTC/USDT', ', before: "2026-11-30T12:00:00Z"'))).toEqual({ candles: [] });
  for (const first of [0, 501]) {
    const answer = await api.send(query('btcusdt', `, first: ${first}`), {}, trader.cookie);
    expect(answer.code).toBe('BAD_USER_INPUT');
  }
});

function listen(client: Client, query: string): { values: unknown[] } {
  const values: unknown[] = [];
  client.subscribe(
    { query },
    { next: ({ data }) => values.push(data), error: () => undefined, complete: () => undefined },
  );
  return { values };
}

it('a subscription receives only the venues it names', async () => {
  const client = api.client(trader.cookie);
  const plain = listen(client, 'subscription { pricesChanged { key last } }');
  const real = listen(client, 'subscription { pricesChanged(venues: [BYBIT_SPOT]) { key last } }');
  await eventually(() => expect([plain.values.length, real.values.length]).toEqual([1, 1]));
  api.prices.set('BTC/USDT', '80001', Date.now(), 'BYBIT_SPOT');
  const key = 'BYBIT_SPOT:BTC/USDT';
  await eventually(() => expect(real.values.at(-1)).toEqual({ pricesChanged: [{ key, last: '80001' }] }));
  expect(plain.values).toEqual([{ pricesChanged: [{ key: 'BTC/USDT', last: '100000' }] }]);
  api.prices.set('BTC/USDT', '80000', Date.now(), 'BYBIT_SPOT');
  await client.dispose();
});

it('the dashboard values each venue at its own prices, and a vault without an exchange at the first venue with a price', async () => {
  await makeVault(database.db, { user_id: trader.id, trade_mode: 'REAL', balances: { BTC: '1' } });
  await database.db.query(
    "UPDATE vault_balances SET reserved = '1' WHERE vault_id IN (SELECT id FROM vaults WHERE user_id = ?)",
    [trader.id],
  );
  const fields = 'equityUsd unrealizedPnl openPositions openValue reservedUsd';
  const { real, simulated } = await ask<Record<'real' | 'simulated', object>>(
    `{ real: dashboard(tradeMode: REAL) { ${fields} } simulated: dashboard(tradeMode: SIMULATION) { ${fields} } }`,
  );
  expect(real).toEqual({
    ...{ equityUsd: '1715.1', unrealizedPnl: '-699.9', openPositions: 3, openValue: '1700.1', reservedUsd: '90000' },
  });
  expect(simulated).toEqual({
    ...{ equityUsd: '1005', unrealizedPnl: '200', openPositions: 1, openValue: '1000', reservedUsd: '0' },
  });
});
