import { afterEach, describe, expect, it } from 'vitest';
import { eventually, throughout } from '../../../testing/eventually.js';
import { openRealExchange } from '../../../testing/worlds/real-exchange.js';
import type { ListedOrder, RemoteAccount } from '../../exchange.js';
import type { CcxtExchangeOptions } from '../create-ccxt-exchange.js';

const opened: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.stop();
});

const TIMING = { beatMs: 50, silentMs: 400, backOffMs: 20, backOffMaxMs: 200 };
const BTC = 'BTC/USDT';
const limit = (clientOrderId: string, quantity = '0.01') => ({
  ...{ clientOrderId, symbol: BTC, side: 'BUY' as const, type: 'LIMIT' as const, quantity, limitPrice: '90000' },
});

async function watch(dialect: 'binance' | 'bybit', over: Partial<CcxtExchangeOptions> = {}) {
  const real = await openRealExchange(
    { dialect, balances: { USDT: '100000', BTC: '1' } },
    { streamTiming: TIMING, ...over },
  );
  opened.push(real);
  const { fake, exchange } = real;
  fake.setPrice(BTC, { last: '100000' });
  const [received, gaps] = [[] as ListedOrder[], [] as number[]];
  const stream = (exchange.remote as RemoteAccount).watchOrders?.({
    onOrder: (order) => void received.push(order),
    onGap: () => void gaps.push(performance.now()),
  });
  if (!stream) throw new Error('there is no stream');
  opened.push(stream);
  const there = (clientId: string) => {
    const found = fake.orders().find((one) => one.clientId === clientId);
    if (!found) throw new Error('the exchange has no such order');
    return found;
  };
  /** The latest state of an order that was passed on. */
  const last = (clientOrderId: string) => received.findLast((one) => one.clientOrderId === clientOrderId);
  /** Waits until the stream is subscribed once more than `before`. */
  const stands = (before = 0) => eventually(() => expect(gaps.length).toBeGreaterThan(before));
  return { fake, exchange, received, gaps, stream, there, last, stands };
}

const amounts = (order: ListedOrder | undefined) => order?.fills.map(({ qty }) => qty).sort();
const lookups = (requests: readonly { kind?: unknown }[]) =>
  requests.filter(({ kind }) => kind === 'lookup' || kind === 'trades' || kind === 'orders').length;

describe.each(['binance', 'bybit'] as const)('The user stream of %s', (dialect) => {
  it('passes on each change of an order long before a poll would, with the same fills as REST', async () => {
    const w = await watch(dialect);
    await w.stands();
    await w.exchange.place(limit('xS1'));
    await eventually(() => expect(w.last('xS1')).toMatchObject({ status: 'NEW', executedQty: '0', fills: [] }));
    expect(w.last('xS1')).toMatchObject({ symbol: BTC, side: 'BUY', type: 'LIMIT', limitPrice: '90000' });
    for (const [qty, status] of [
      ['0.004', 'PARTIALLY_FILLED'],
      ['0.006', 'FILLED'],
    ] as const) {
      const filledAt = performance.now();
      w.fake.engine.fill(w.there('xS1'), qty);
      await eventually(() => expect(w.last('xS1')?.status).toBe(status));
      expect(performance.now() - filledAt).toBeLessThan(5_000);
      const asked = await w.exchange.findOrder({ clientOrderId: 'xS1', symbol: BTC });
      const { fills, executedQty, cummQuoteQty, exchangeOrderId } = asked ?? {};
      expect(w.last('xS1')).toMatchObject({ fills, executedQty, cummQuoteQty, exchangeOrderId });
    }
    expect(w.last('xS1')?.fills).toMatchObject([
      { qty: '0.004', price: '90000', feeAmount: '0.000004', feeAsset: 'BTC' },
      { qty: '0.006', price: '90000', feeAmount: '0.000006', feeAsset: 'BTC' },
    ]);
  });

  it('passes on cancels under the order’s own id, and orders placed by hand', async () => {
    const w = await watch(dialect);
    await w.stands();
    await w.exchange.place(limit('xC1'));
    w.fake.engine.fill(w.there('xC1'), '0.004');
    await w.exchange.cancel({ clientOrderId: 'xC1', symbol: BTC });
    await eventually(() => expect(w.last('xC1')).toMatchObject({ status: 'CANCELED', executedQty: '0.004' }));
    const account = w.there('xC1').account;
    const hand = { account, market: BTC, side: 'SELL', type: 'MARKET', clientId: 'hand', quantity: '0.02' } as const;
    w.fake.engine.place(hand);
    await eventually(() => expect(w.last('hand')).toMatchObject({ side: 'SELL', type: 'MARKET', status: 'FILLED' }));
    expect(w.last('hand')?.fills).toMatchObject([{ qty: '0.02', price: '100000', feeAmount: '2', feeAsset: 'USDT' }]);
  });

  it('requests the fills from before its subscription', async () => {
    const w = await watch(dialect);
    await w.stands();
    await w.exchange.place(limit('xB1'));
    w.fake.streams.silent = true;
    w.fake.engine.fill(w.there('xB1'), '0.004');
    w.fake.streams.silent = false;
    w.fake.engine.fill(w.there('xB1'), '0.006');
    await eventually(() => expect(amounts(w.last('xB1'))).toEqual(['0.004', '0.006']));
  });

  it('reconnects when it is cut and reports a gap', async () => {
    const w = await watch(dialect);
    await w.stands();
    await w.exchange.place(limit('xG1'));
    w.fake.streams.drop();
    await eventually(() => expect(w.fake.streams.openSockets()).toBe(0));
    w.fake.engine.fill(w.there('xG1'), '0.004');
    await w.stands(1);
    w.fake.engine.fill(w.there('xG1'), '0.006');
    await eventually(() => expect(amounts(w.last('xG1'))).toEqual(['0.004', '0.006']));
    expect(w.fake.streams.openSockets()).toBe(1);
  });

  it('stays connected while it answers, and reconnects when it is silent', async () => {
    const w = await watch(dialect);
    await w.stands();
    await throughout(2 * TIMING.silentMs, () => expect(w.fake.streams.dials).toHaveLength(1));
    w.fake.streams.silent = true;
    await eventually(() => expect(w.fake.streams.dials.length).toBeGreaterThan(1));
    w.fake.streams.silent = false;
    const before = w.gaps.length;
    await w.stands(before);
    await eventually(() => expect(w.fake.streams.openSockets()).toBe(1));
  });

  it('reconnects less and less often when it is refused, hangs or rejects the key, and reports a gap each time', async () => {
    const w = await watch(dialect);
    await w.stands();
    const account = w.fake.accounts[0];
    if (account) account.canRead = false;
    w.fake.streams.drop();
    await eventually(() => expect(w.fake.streams.dials.length).toBeGreaterThan(3));
    if (account) account.canRead = true;
    for (const door of ['refuses', 'hangs'] as const) {
      w.fake.streams.door = door;
      w.fake.streams.drop();
      const dialled = w.fake.streams.dials.length;
      await eventually(() => expect(w.fake.streams.dials.length).toBeGreaterThan(dialled + 2));
    }
    w.fake.streams.door = 'open';
    const before = w.received.length;
    await eventually(() => expect(w.fake.streams.openSockets()).toBe(1));
    await eventually(async () => {
      await w.exchange.place(limit(`xD${w.fake.orders().length}`));
      expect(w.received.length).toBeGreaterThan(before);
    });
    expect(w.gaps.length).toBeGreaterThan(3);
  });

  it('is closed and reconnects when the credentials change', async () => {
    let version = 1;
    let keys = { apiKey: '', apiSecret: '' };
    const loadCredentials = async () => ({ ...keys, passphrase: null, proxyUrl: null, testnet: false, version });
    const real = await openRealExchange({ dialect }, { streamTiming: TIMING, loadCredentials, credentialsForMs: 20 });
    opened.push(real);
    const { apiKey, secret } = real.fake.credentials;
    keys = { apiKey, apiSecret: secret };
    const received: ListedOrder[] = [];
    let gaps = 0;
    const stream = real.exchange.remote?.watchOrders?.({
      onOrder: (order) => void received.push(order),
      onGap: () => void gaps++,
    });
    if (stream) opened.push(stream);
    await eventually(() => expect(gaps).toBe(1));
    const second = real.fake.openAccount({ USDT: '100000' });
    keys = { apiKey: second.apiKey, apiSecret: second.secret };
    version = 2;
    await eventually(() => expect([gaps, real.fake.streams.openSockets()]).toEqual([2, 1]));
    await real.exchange.place(limit('xK1'));
    await eventually(() => expect(received.map(({ clientOrderId }) => clientOrderId)).toEqual(['xK1']));
    expect(real.fake.orders()[0]?.account).toBe(second.name);
  });

  it('reports a gap when fills cannot be read', async () => {
    const w = await watch(dialect);
    await w.stands();
    await w.exchange.place(limit('xF1'));
    await eventually(() => expect(w.last('xF1')).toBeDefined());
    w.fake.streams.silent = true;
    w.fake.engine.fill(w.there('xF1'), '0.004');
    w.fake.streams.silent = false;
    w.fake.faults.next('trades', { taken: false, answer: 'lost' }, 1);
    w.fake.engine.fill(w.there('xF1'), '0.006');
    await w.stands(1);
    expect(w.last('xF1')?.status).toBe('NEW');
    expect(w.fake.streams.dials).toHaveLength(1);
  });

  it('leaves no socket and no timer when it is stopped at any moment', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const w = await watch(dialect);
    await w.stands();
    await w.exchange.place(limit('xE1'));
    await w.stream.stop();
    await eventually(() => expect(w.fake.streams.openSockets()).toBe(0));
    const before = timers();
    const told = w.received.length;
    w.fake.engine.fill(w.there('xE1'), '0.01');
    for (const door of ['open', 'refuses', 'hangs'] as const) {
      w.fake.streams.door = door;
      const dialled = w.fake.streams.dials.length;
      const stream = w.exchange.remote?.watchOrders?.({ onOrder: (order) => void w.received.push(order), onGap() {} });
      await eventually(() => expect(w.fake.streams.dials.length).toBeGreaterThan(dialled));
      await stream?.stop();
    }
    await eventually(() => expect(timers()).toBeLessThanOrEqual(before));
    expect([w.received.length, w.fake.streams.openSockets()]).toEqual([told, 0]);
    const dialled = w.fake.streams.dials.length;
    await throughout(2 * TIMING.backOffMaxMs, () => expect(w.fake.streams.dials).toHaveLength(dialled));
  });
});

it('Binance’s reports contain the trades: an order that began and ended during the stream needs no request', async () => {
  const w = await watch('binance');
  await w.stands();
  await w.exchange.place(limit('xA1'));
  const before = lookups(w.fake.requests);
  for (const qty of ['0.004', '0.003', '0.003']) w.fake.engine.fill(w.there('xA1'), qty);
  await eventually(() => expect(w.last('xA1')).toMatchObject({ status: 'FILLED', executedQty: '0.01' }));
  expect(w.last('xA1')?.fills).toHaveLength(3);
  expect(lookups(w.fake.requests)).toBe(before);
});
