import { afterEach, describe, expect, it } from 'vitest';
import { openRealExchange } from '../../testing/worlds/real-exchange.js';
import type { RemoteAccount } from '../exchange.js';
import { windowsOf } from './dialects/dialect.js';

const opened: Awaited<ReturnType<typeof openRealExchange>>[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.stop();
});

let orders = 0;
const order = (over: { type?: 'MARKET' | 'LIMIT'; limitPrice?: string; side?: 'BUY' | 'SELL' } = {}) => ({
  clientOrderId: `xR${String(++orders).padStart(16, '0')}`,
  ...{ symbol: 'BTC/USDT', side: 'BUY' as const, type: 'MARKET' as const, quantity: '0.01' },
  ...over,
});

describe.each(['binance', 'bybit'] as const)('An account at %s', (dialect) => {
  async function open() {
    const real = await openRealExchange({ dialect, balances: { USDT: '100000', BTC: '1' } });
    opened.push(real);
    real.fake.setPrice('BTC/USDT', { last: '100000' });
    return { ...real, remote: real.exchange.remote as RemoteAccount };
  }

  it('reports the permissions of the key, the latency and the clock difference', async () => {
    const { fake, remote } = await open();
    fake.drift(7_000);
    const report = await remote.testConnection();
    expect(report).toMatchObject({ canRead: true, canTrade: true, canWithdraw: false });
    expect(Math.abs(report.clockOffsetMs - 7_000)).toBeLessThan(1_000);
    expect(report.latencyMs).toBeGreaterThanOrEqual(0);
    const account = fake.accounts[0];
    if (account) Object.assign(account, { canWithdraw: true });
    expect((await remote.testConnection()).canWithdraw).toBe(true);
  });

  it('distinguishes a refused key from an exchange that is down, and never shows the key', async () => {
    const { fake, remote } = await open();
    await remote.testConnection();
    const account = fake.accounts[0];
    const key = account?.apiKey ?? '';
    if (account) account.apiKey = 'another';
    const refused = await remote.openOrders().catch((error: Error & { code?: string }) => error);
    expect(refused).toMatchObject({ code: expect.stringMatching(/^KEY/) as string });
    expect(String((refused as Error).stack)).not.toContain(key);
    await fake.kill();
    await expect(remote.openOrders()).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });

  it('lists all resting orders, including external ones, and the orders and trades since', async () => {
    const { exchange, remote } = await open();
    const since = Date.now() - 1_000;
    const [filled, resting] = [order(), order({ type: 'LIMIT', limitPrice: '90000' })];
    await exchange.place(filled);
    await exchange.place(resting);
    expect(await remote.openOrders()).toMatchObject([
      { clientOrderId: resting.clientOrderId, type: 'LIMIT', quantity: '0.01', limitPrice: '90000', status: 'NEW' },
    ]);
    const all = await remote.ordersSince('BTC/USDT', since);
    expect(new Set(all.map(({ clientOrderId }) => clientOrderId))).toEqual(
      new Set([filled.clientOrderId, resting.clientOrderId]),
    );
    expect(all.find(({ clientOrderId }) => clientOrderId === filled.clientOrderId)).toMatchObject({
      ...{ side: 'BUY', type: 'MARKET', status: 'FILLED', executedQty: '0.01', limitPrice: null },
    });
    const trades = await remote.tradesSince('BTC/USDT', since);
    expect(trades).toMatchObject([{ side: 'BUY', qty: '0.01', price: '100000', feeAsset: 'BTC', symbol: 'BTC/USDT' }]);
    expect(await remote.tradesSince('BTC/USDT', Date.now() + 60_000)).toEqual([]);
  });
});

it('a history that returns at most a week is read week by week, the newest weeks', () => {
  const day = 86_400_000;
  expect(windowsOf(0, 10 * day, 7 * day, 5)).toEqual([
    { from: 0, to: 7 * day },
    { from: 7 * day, to: 10 * day },
  ]);
  expect(windowsOf(0, 100 * day, 7 * day, 2)).toEqual([
    { from: 86 * day, to: 93 * day },
    { from: 93 * day, to: 100 * day },
  ]);
  expect(windowsOf(5, 4, day, 3)).toEqual([{ from: 5, to: 4 }]);
});
