import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FAULTS, type Fault } from './faults.js';
import { startFakeExchange, type FakeExchange } from './start-fake-exchange.js';

let fake: FakeExchange;
/** How far our clock and the exchange's clock were moved forward. */
let passedMs = 0;
const clock = { now: () => Date.now() + passedMs };
beforeEach(async () => {
  passedMs = 0;
  fake = await startFakeExchange({ dialect: 'binance', clock, balances: { USDT: '100000', BTC: '1', BNB: '0.01' } });
  fake.setPrice('BTCUSDT', { last: '100000' });
});
afterEach(async () => {
  vi.useRealTimers();
  await fake.stop();
});

/** A signed Binance request, built by hand. */
async function call(method: string, path: string, params: Record<string, string> = {}, signal?: AbortSignal) {
  const query = new URLSearchParams({ ...params, timestamp: String(clock.now()) }).toString();
  const signature = createHmac('sha256', fake.credentials.secret).update(query).digest('hex');
  const response = await fetch(`${fake.url}${path}?${query}&signature=${signature}`, {
    method,
    headers: { 'x-mbx-apikey': fake.credentials.apiKey },
    ...(signal && { signal }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: () => JSON.parse(text) as Record<string, unknown>,
  };
}
/**
 * From now on the test decides when a timer of this process ends, so that a busy machine does not change the result.
 */
const holdTimers = () => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
const MARKET_BUY = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.01' };
const place = (newClientOrderId: string, signal?: AbortSignal) =>
  call('POST', '/api/v3/order', { ...MARKET_BUY, newClientOrderId }, signal);
/** Places an order and drops its answer once the exchange has received the order, however long that takes. */
async function placeAndGiveUp(newClientOrderId: string) {
  const timeout = new AbortController();
  const unwatch = fake.onRequest((_request, moment) => {
    if (moment === 'arrived') setImmediate(() => timeout.abort());
  });
  try {
    return await place(newClientOrderId, timeout.signal);
  } finally {
    unwatch();
  }
}
const lookup = (origClientOrderId: string) => call('GET', '/api/v3/order', { symbol: 'BTCUSDT', origClientOrderId });

describe('A scripted fault', () => {
  it.each<[keyof typeof FAULTS, number]>([
    ['loseAnswer', 1],
    ['reset', 0],
  ])('%s: the connection is lost without an answer, and orders at the exchange: %i', async (name, orders) => {
    fake.faults.next('place', FAULTS[name]);
    await expect(place('xF1')).rejects.toThrow('fetch failed');
    expect(fake.orders()).toHaveLength(orders);
    expect((await lookup('xF1')).status).toBe(orders === 1 ? 200 : 400);
    expect((await place('xF2')).status).toBe(200);
  });

  it.each<[keyof typeof FAULTS, number]>([
    ['hangTaken', 1],
    ['hangUntaken', 0],
  ])('%s: nothing comes for as long as is waited, and orders at the exchange: %i', async (name, orders) => {
    fake.faults.next('place', FAULTS[name]);
    await expect(placeAndGiveUp('xF1')).rejects.toMatchObject({ name: 'AbortError' });
    expect(fake.orders()).toHaveLength(orders);
    expect((await lookup('xF1')).status).toBe(orders === 1 ? 200 : 400);
    expect((await place('xF2')).status).toBe(200);
  });

  it.each<[keyof typeof FAULTS, number, string, number]>([
    ['fail5xxTaken', 502, 'Bad Gateway', 1],
    ['fail5xxUntaken', 503, 'Unavailable', 0],
    ['unknownTaken', 504, '-1007', 1],
    ['unknownUntaken', 504, '-1007', 0],
    ['limited', 429, '-1003', 0],
    ['banned', 418, '-1003', 0],
  ])('%s: answers %i with %s, and orders at the exchange: %i', async (name, status, words, orders) => {
    fake.faults.next('place', FAULTS[name]);
    const answer = await place('xF1');
    expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(words)]);
    if (status === 429 || status === 418) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(fake.orders()).toHaveLength(orders);
  });

  it('garbled: the order is taken and its answer cannot be read', async () => {
    fake.faults.next('place', FAULTS.garbleTaken);
    const answer = await place('xF1');
    expect(answer.status).toBe(200);
    expect(answer.body).toThrow();
    expect(fake.orders()).toHaveLength(1);
  });

  it('hidden: the order trades, and lookups and lists show it only later', async () => {
    const hidden: Fault = { hiddenMs: 60_000 };
    fake.faults.next('place', hidden);
    expect((await place('xF1')).status).toBe(200);
    expect((await lookup('xF1')).body()).toMatchObject({ code: -2013 });
    expect((await call('GET', '/api/v3/allOrders', { symbol: 'BTCUSDT' })).body()).toEqual([]);
    passedMs = 60_001;
    expect((await lookup('xF1')).body()).toMatchObject({ status: 'FILLED' });
    expect((await call('GET', '/api/v3/myTrades', { symbol: 'BTCUSDT' })).body()).toHaveLength(1);
  });

  it('admitted late: the order is not there yet when the answer is lost, but later it is', async () => {
    holdTimers();
    fake.faults.next('place', { takenAfterMs: 200, answer: 'lost' });
    await expect(place('xF1')).rejects.toThrow();
    vi.advanceTimersByTime(199);
    expect(fake.orders()).toHaveLength(0);
    vi.advanceTimersByTime(1);
    expect(fake.orders()).toHaveLength(1);
  });

  it('an order that comes after its window is not admitted, however late it is looked at', async () => {
    holdTimers();
    fake.faults.next('place', { takenAfterMs: 100, answer: 'lost' });
    await expect(place('xF1')).rejects.toThrow();
    fake.drift(20_000);
    vi.advanceTimersByTime(100);
    expect(fake.orders()).toHaveLength(0);
  });
});

describe('The fake exchange', () => {
  it('draws the same faults from the same seed', async () => {
    const walk = async (seed: number) => {
      fake.faults.seeded({ seed, chance: 0.5, faults: [FAULTS.unknownTaken, FAULTS.fail5xxUntaken], kinds: ['place'] });
      const statuses = [];
      for (let n = 0; n < 12; n++) statuses.push((await place(`x${seed}n${n}n${fake.requests.length}`)).status);
      return statuses;
    };
    const first = await walk(7);
    expect(await walk(7)).toEqual(first);
    expect(new Set(first).size).toBe(3);
  });

  it('counts weight and orders in its headers, refuses beyond them, and bans a client that continues', async () => {
    await fake.stop();
    fake = await startFakeExchange({ dialect: 'binance', limits: { ordersPer10s: 3, weightPerMinute: 60 } });
    fake.setPrice('BTCUSDT', { last: '100000' });
    const statuses = [];
    for (let n = 0; n < 4; n++) statuses.push((await place(`xL${n}`)).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    const account = await call('GET', '/api/v3/account');
    expect(account.headers.get('x-mbx-used-weight-1m')).toBe('24');
    const later = [];
    for (let n = 0; n < 30; n++) later.push((await call('GET', '/api/v3/account')).status);
    expect([later[0], later.at(5), later.at(-1)]).toEqual([200, 429, 418]);
  });

  it('charges its fee in BNB while there is some, then in what is received', async () => {
    fake.engine.rules.feeAsset = 'BNB';
    const fees = [];
    for (let n = 0; n < 6; n++) fees.push(...((await place(`xB${n}`)).body().fills as { commissionAsset: string }[]));
    expect(fees.map(({ commissionAsset }) => commissionAsset)).toEqual(['BNB', 'BNB', 'BNB', 'BNB', 'BNB', 'BTC']);
  });

  it('comes back after an outage at the same address with what it knew', async () => {
    await place('xK1');
    await fake.kill();
    await expect(lookup('xK1')).rejects.toThrow();
    await fake.restart();
    expect((await lookup('xK1')).body()).toMatchObject({ status: 'FILLED' });
  });
});

describe('The control API', () => {
  const control = async (path: string, body?: object) => {
    const response = await fetch(
      `${fake.url}/control/${path}`,
      body ? { method: 'POST', body: JSON.stringify(body) } : {},
    );
    return (await response.json()) as unknown;
  };

  it('moves the price, scripts faults and places external orders', async () => {
    await control('price', { symbol: 'BTC/USDT', last: '90000' });
    expect(await control('order', { symbol: 'BTC/USDT', side: 'SELL', quantity: '0.1' })).toMatchObject({
      ...{ clientId: 'web_1', status: 'FILLED', executedQty: '0.1' },
    });
    expect(await control('order', { symbol: 'BTC/USDT', side: 'BUY', quantity: '0.1', price: '80000' })).toMatchObject({
      status: 'NEW',
    });
    expect(await control('fill', { id: 2, qty: '0.04' })).toMatchObject({ status: 'PARTIALLY_FILLED' });
    expect(await control('cancel', { id: 2 })).toMatchObject({ status: 'CANCELED', executedQty: '0.04' });
    await control('fault', { kind: 'place', fault: 'limited' });
    expect((await place('xC1')).status).toBe(429);
    expect(await control('trades')).toMatchObject([
      { price: '90000', qty: '0.1' },
      { price: '80000', qty: '0.04' },
    ]);
    expect(await control('nonsense')).toMatchObject({
      actions: expect.arrayContaining(['POST /control/price']) as unknown,
    });
  });
});
