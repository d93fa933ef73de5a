import { afterEach, describe, expect, it } from 'vitest';
import { FAULTS, type Fault } from '../../../testing/fake-exchange/faults.js';
import { openRealExchange } from '../../../testing/worlds/real-exchange.js';
import type { OrderRequest } from '../../exchange.js';
import { eventually } from '../../../testing/eventually.js';

const opened: Awaited<ReturnType<typeof openRealExchange>>[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.stop();
});

let orders = 0;
const buy = (over: Partial<OrderRequest> = {}): OrderRequest => ({
  clientOrderId: `xP${String(++orders).padStart(16, '0')}`,
  ...{ symbol: 'BTC/USDT', side: 'BUY', type: 'MARKET', quantity: '0.01' },
  ...over,
});

/** An account that was already used, so that faults affect only the order. */
async function ready(dialect: 'binance' | 'bybit', over: Parameters<typeof openRealExchange>[1] = {}) {
  const real = await openRealExchange({ dialect, balances: { USDT: '100000', BTC: '1' } }, over);
  opened.push(real);
  real.fake.setPrice('BTC/USDT', { last: '100000' });
  await real.exchange.market('BTC/USDT').catch(() => undefined);
  return real;
}

const sentOrders = ({ requests }: Awaited<ReturnType<typeof ready>>['fake']) =>
  requests.filter(({ kind }) => kind === 'place').length;

const AMBIGUOUS: [string, Fault][] = [
  ...Object.entries(FAULTS).filter(([name]) => !['limited', 'banned', 'slow'].includes(name)),
  ['an empty answer', { answer: { status: 200, body: '' } }],
  ['an answer of another kind', { answer: { status: 200, body: '[]' } }],
  ['half an order', { answer: { status: 200, body: { symbol: 'BTCUSDT', retCode: 0, result: {} } } }],
  ['a redirect', { taken: false, answer: { status: 302, headers: { location: '/elsewhere' } } }],
  ['403 of a firewall', { taken: false, answer: { status: 403, body: '<html>Forbidden</html>' } }],
  ['404', { taken: false, answer: { status: 404, body: '<html>404</html>' } }],
];
const binance = (code: number, status = 400, msg = 'no'): [string, Fault] => [
  `code ${code} with ${status}`,
  { answer: { status, body: { code, msg } } },
];
const bybit = (retCode: number, status = 200): [string, Fault] => [
  `code ${retCode} with ${status}`,
  { answer: { status, body: { retCode, retMsg: 'no', result: {} } } },
];
/** Codes that prove nothing, and definite codes with a status that makes them uncertain. */
const CODES = {
  binance: [
    ...[-1000, -1001, -1006, -1007, -1008, -1016, -9999, -2013, -2011].map((code) => binance(code)),
    ...[500, 502, 503, 504].map((status) => binance(-2010, status, 'Account has insufficient balance.')),
  ],
  bybit: [
    ...[10000, 10016, 170001, 170007, 170032, 170146, 170149, 170234, 99999, 170213, 170142].map((code) => bybit(code)),
    ...[500, 502, 503, 504].map((status) => bybit(170131, status)),
  ],
};

describe.each(['binance', 'bybit'] as const)('An order at %s', (dialect) => {
  it.each([...AMBIGUOUS, ...CODES[dialect]])(
    'is unknown after %s, is sent once, and a lookup tells the truth',
    async (_name, fault) => {
      const { fake, exchange } = await ready(dialect, { timeoutMs: 400 });
      fake.faults.next('place', fault);
      const request = buy();
      expect(await exchange.place(request)).toMatchObject({ kind: 'unknown' });
      expect(sentOrders(fake)).toBe(1);
      const there = fault.taken === false ? 0 : 1;
      // It may be accepted or visible only some time later.
      const found = await eventually(async () => {
        const order = await exchange.findOrder(request);
        expect([order === undefined ? 0 : 1, fake.orders().length]).toEqual([there, there]);
        return order;
      });
      if (found) expect(found).toMatchObject({ status: 'FILLED', executedQty: '0.01' });
    },
  );

  it('is returned with its fills although the answer was slow', async () => {
    const { fake, exchange } = await ready(dialect);
    fake.faults.next('place', FAULTS.slow);
    expect(await exchange.place(buy())).toMatchObject({ kind: 'accepted', order: { status: 'FILLED' } });
  });

  it('with the id of a resting order is that order', async () => {
    const { fake, exchange } = await ready(dialect);
    const request = buy({ type: 'LIMIT', quantity: '0.5', limitPrice: '90000' });
    fake.faults.next('place', FAULTS.loseAnswer);
    expect((await exchange.place(request)).kind).toBe('unknown');
    // Another process, which does not know what this one sent.
    const other = await ready(dialect, { origin: fake.url });
    expect(await other.exchange.place(request)).toMatchObject({ kind: 'accepted', order: { status: 'NEW' } });
    expect([sentOrders(fake), fake.orders().length]).toEqual([2, 1]);
  });

  it('is sent again, once, when the exchange did not accept its time', async () => {
    const { fake, exchange } = await ready(dialect);
    fake.drift(20_000);
    expect(await exchange.place(buy())).toMatchObject({ kind: 'accepted' });
    expect([sentOrders(fake), fake.orders().length]).toEqual([2, 1]);
    expect((await exchange.remote?.testConnection())?.clockOffsetMs).toBeGreaterThan(19_000);
  });

  it('gives the reason of a refusal in plain words, with the code of the exchange', async () => {
    const { exchange } = await ready(dialect);
    const outcome = await exchange.place(buy({ quantity: '1.5' }));
    expect(outcome).toMatchObject({ kind: 'refused', code: 'INSUFFICIENT_BALANCE' });
    const message = 'message' in outcome ? outcome.message : '';
    expect(message).toMatch(
      /^The free balance at the exchange does not cover the order\. (Binance|Bybit) answered ".+"/,
    );
    expect(message).toContain(dialect === 'binance' ? '(code -2010)' : '(code 170131)');
  });

  it('names our id, the quantity of the base asset and the price as texts on the wire', async () => {
    const { fake, exchange } = await ready(dialect);
    const wire = (request: { query: string; body: string }): Record<string, unknown> =>
      request.body.startsWith('{')
        ? (JSON.parse(request.body) as Record<string, unknown>)
        : Object.fromEntries(new URLSearchParams(request.body || request.query));
    const [market, limit] = [
      buy({ quantity: '0.01234' }),
      buy({ type: 'LIMIT', quantity: '0.00123', limitPrice: '90000.01' }),
    ];
    await exchange.place(market);
    await exchange.place(limit);
    await exchange.findOrder(market);
    const placed = fake.requests.filter(({ kind }) => kind === 'place').map(wire);
    const found = fake.requests
      .filter(({ kind }) => kind === 'lookup')
      .map(wire)
      .at(-1);
    if (dialect === 'binance') {
      expect(placed[0]).toMatchObject({ newClientOrderId: market.clientOrderId, type: 'MARKET', quantity: '0.01234' });
      expect(placed[0]).not.toHaveProperty('quoteOrderQty');
      expect(placed[1]).toMatchObject({ quantity: '0.00123', price: '90000.01', timeInForce: 'GTC' });
      expect(found).toMatchObject({ origClientOrderId: market.clientOrderId });
    } else {
      expect(placed[0]).toMatchObject({ orderLinkId: market.clientOrderId, qty: '0.01234', marketUnit: 'baseCoin' });
      expect(placed[1]).toMatchObject({ qty: '0.00123', price: '90000.01', timeInForce: 'GTC', isLeverage: 0 });
      expect(found).toMatchObject({ orderLinkId: market.clientOrderId });
    }
  });

  it('is not sent without credentials', async () => {
    const { fake, exchange } = await ready(dialect, { loadCredentials: async () => undefined });
    expect(await exchange.place(buy())).toMatchObject({ kind: 'refused', code: 'EXCHANGE_REFUSED' });
    expect(sentOrders(fake)).toBe(0);
  });

  it('never shows a key, a signature or an address when something goes wrong', async () => {
    const { fake, exchange } = await ready(dialect, { timeoutMs: 300 });
    const told: string[] = [];
    for (const [, fault] of [...AMBIGUOUS, ...CODES[dialect]]) {
      fake.faults.next('place', fault);
      told.push(JSON.stringify(await exchange.place(buy())));
      fake.faults.next('lookup', fault);
      told.push(String(await exchange.findOrder(buy()).catch((error: Error) => `${error.stack} ${error.message}`)));
    }
    for (const text of told) expect(text).not.toMatch(/signature|fake-api|127\.0\.0\.1|timestamp=/);
  });
});
