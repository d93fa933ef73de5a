import { afterEach, describe, expect, test } from 'vitest';
import { FAULTS, type Fault } from '../../testing/fake-exchange/faults.js';
import { openRealExchange } from '../../testing/real-exchange.js';
import { exchangeContract } from '../exchange.contract.js';
import type { OrderRequest } from '../exchange.js';

const opened: Awaited<ReturnType<typeof openRealExchange>>[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.stop();
});

async function open(balances: Record<string, string>, over: Parameters<typeof openRealExchange>[1] = {}) {
  const real = await openRealExchange({ dialect: 'binance', balances }, over);
  opened.push(real);
  return real;
}

exchangeContract('Binance through ccxt', async (balances) => {
  const { fake, exchange } = await open(balances);
  return { exchange, setPrice: async ({ symbol, ...price }) => fake.setPrice(symbol, price) };
});

let orders = 0;
const buy = (over: Partial<OrderRequest> = {}): OrderRequest => ({
  clientOrderId: `xB${String(++orders).padStart(16, '0')}`,
  ...{ symbol: 'BTC/USDT', side: 'BUY', type: 'MARKET', quantity: '0.01' },
  ...over,
});

/** An account that has been used already, so that only the order meets what goes wrong. */
async function ready(over: Parameters<typeof openRealExchange>[1] = {}) {
  const real = await open({ USDT: '100000', BTC: '1' }, over);
  real.fake.setPrice('BTC/USDT', { last: '100000' });
  await real.exchange.market('BTC/USDT');
  return real;
}

const sentOrders = ({ requests }: Awaited<ReturnType<typeof ready>>['fake']) =>
  requests.filter(({ kind }) => kind === 'place').length;

const REFUSED: Record<string, Fault> = {
  limited: { ...FAULTS.limited, retryAfterSec: 30 },
  banned: { ...FAULTS.banned, retryAfterSec: 30 },
};
const GIVEN: Record<string, Fault> = { slow: FAULTS.slow };
const AMBIGUOUS: [string, Fault][] = [
  ...Object.entries(FAULTS).filter(([name]) => !(name in REFUSED) && !(name in GIVEN)),
  ['an empty answer', { answer: { status: 200, body: '' } }],
  ['an answer of another kind', { answer: { status: 200, body: '[]' } }],
  ['half an order', { answer: { status: 200, body: { symbol: 'BTCUSDT' } } }],
  ['a redirect', { taken: false, answer: { status: 302, headers: { location: '/elsewhere' } } }],
  ...[-1000, -1001, -1006, -1007, -1008, -1016, -9999, -2013, -2011].map((code): [string, Fault] => [
    `code ${code}`,
    { answer: { status: 400, body: { code, msg: 'no' } } },
  ]),
  // Codes of the white list, with a status that takes their certainty away.
  ...[500, 502, 503, 504].map((status): [string, Fault] => [
    `-2010 with ${status}`,
    { answer: { status, body: { code: -2010, msg: 'Account has insufficient balance for requested action.' } } },
  ]),
  ['403 of a firewall', { taken: false, answer: { status: 403, body: '<html>Forbidden</html>' } }],
  ['404', { taken: false, answer: { status: 404, body: { code: 0, msg: '' } } }],
];

describe('An order at Binance', () => {
  test.each(AMBIGUOUS)('is unknown after %s, is sent once, and a lookup tells the truth', async (_name, fault) => {
    const { fake, exchange } = await ready({ timeoutMs: 400 });
    fake.faults.next('place', fault);
    const request = buy();
    expect(await exchange.place(request)).toMatchObject({ kind: 'unknown' });
    expect(sentOrders(fake)).toBe(1);
    const late = (fault.takenAfterMs ?? 0) + (fault.hiddenMs ?? 0);
    if (late > 0) await new Promise((resolve) => setTimeout(resolve, late + 100));
    const found = await exchange.findOrder(request);
    expect(found !== undefined).toBe(fake.orders().length === 1);
    expect(fake.orders().length).toBe(fault.taken === false ? 0 : 1);
    if (found) expect(found).toMatchObject({ status: 'FILLED', executedQty: '0.01' });
  });

  test.each(Object.entries(REFUSED))('is refused when it was %s, and nothing was placed', async (_name, fault) => {
    const { fake, exchange } = await ready();
    fake.faults.next('place', fault);
    expect(await exchange.place(buy())).toMatchObject({ kind: 'refused', code: 'EXCHANGE_REFUSED' });
    expect(fake.orders()).toEqual([]);
  });

  test('is told with its fills although the answer was slow', async () => {
    const { fake, exchange } = await ready();
    fake.faults.next('place', FAULTS.slow);
    expect(await exchange.place(buy())).toMatchObject({ kind: 'accepted', order: { status: 'FILLED' } });
  });

  test('of an id that rests already is the order that is there', async () => {
    const { fake, exchange } = await ready();
    const request = buy({ type: 'LIMIT', quantity: '0.5', limitPrice: '90000' });
    fake.faults.next('place', FAULTS.loseAnswer);
    expect((await exchange.place(request)).kind).toBe('unknown');
    const other = await openRealExchange({ dialect: 'binance' }, { origin: fake.url });
    opened.push(other);
    expect(await other.exchange.place(request)).toMatchObject({ kind: 'accepted', order: { status: 'NEW' } });
    expect([sentOrders(fake), fake.orders().length]).toEqual([2, 1]);
  });

  test('is sent again, once, when the exchange did not accept its time', async () => {
    const { fake, exchange } = await ready();
    fake.drift(20_000);
    expect(await exchange.place(buy())).toMatchObject({ kind: 'accepted' });
    expect([sentOrders(fake), fake.orders().length]).toEqual([2, 1]);
    expect((await exchange.remote?.testConnection())?.clockOffsetMs).toBeGreaterThan(19_000);
  });

  test('tells with the own code of the exchange why it was refused, in plain words', async () => {
    const { exchange } = await ready();
    expect(await exchange.place(buy({ quantity: '1.5' }))).toEqual({
      kind: 'refused',
      code: 'INSUFFICIENT_BALANCE',
      message:
        'The free balance at the exchange does not cover the order. ' +
        'Binance answered "Account has insufficient balance for requested action." (code -2010).',
    });
  });

  test('is not sent when no credentials are there', async () => {
    const { fake, exchange } = await open({}, { loadCredentials: async () => undefined });
    expect(await exchange.place(buy())).toMatchObject({ kind: 'refused', code: 'EXCHANGE_REFUSED' });
    expect(sentOrders(fake)).toBe(0);
  });

  test('never shows a key, a signature or an address when something goes wrong', async () => {
    const { fake, exchange } = await ready({ timeoutMs: 300 });
    const told: string[] = [];
    for (const [, fault] of AMBIGUOUS) {
      fake.faults.next('place', fault);
      told.push(JSON.stringify(await exchange.place(buy())));
      fake.faults.next('lookup', fault);
      told.push(String(await exchange.findOrder(buy()).catch((error: Error) => `${error.stack} ${error.message}`)));
    }
    for (const text of told) expect(text).not.toMatch(/signature|fake-api|127\.0\.0\.1|timestamp=/);
  });
});
