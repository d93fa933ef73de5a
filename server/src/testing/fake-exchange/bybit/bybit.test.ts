import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../eventually.js';
import { openCcxtClient, type CcxtClient } from '../ccxt-client.js';
import { FAULTS } from '../faults.js';
import { startFakeExchange, type FakeExchange } from '../start-fake-exchange.js';

const BTC = 'BTC/USDT';
let fake: FakeExchange;
let ccxt: CcxtClient;

beforeEach(async () => {
  fake = await startFakeExchange({ dialect: 'bybit', balances: { USDT: '100000', BTC: '1' } });
  fake.setPrice(BTC, { last: '100000', bid: '99999.5', ask: '100000.5' });
  ccxt = await openCcxtClient(fake, 'bybit');
});
afterEach(async () => {
  await ccxt.close();
  await fake.stop();
});

const buy = (orderLinkId: string, amount = '0.01') =>
  ccxt.createOrder(BTC, 'market', 'buy', amount, undefined, { orderLinkId, marketUnit: 'baseCoin' });
const rest = (orderLinkId: string, amount = '0.5', price = '90000') =>
  ccxt.createOrder(BTC, 'limit', 'buy', amount, price, { orderLinkId });
/** ccxt's own method needs an order id, which the exchange does not read; it searches by the link id. */
const lookup = (orderLinkId: string) => ccxt.fetchOrder('', BTC, { acknowledged: true, orderLinkId });

describe("ccxt's bybit at the fake exchange", () => {
  it('reads markets with their filters, clock and prices', async () => {
    const markets = await ccxt.loadMarkets();
    expect(markets[BTC]).toMatchObject({
      ...{ id: 'BTCUSDT', spot: true, active: true, precision: { amount: '0.00001', price: '0.01' } },
      limits: { amount: { min: '0.00001' }, cost: { min: '5' } },
    });
    expect(Math.abs((await ccxt.fetchTime()) - Date.now())).toBeLessThan(5000);
    expect(await ccxt.fetchTicker(BTC)).toMatchObject({ last: '100000', bid: '99999.5', ask: '100000.5' });
  });

  it('acknowledges an order and reports its state when asked', async () => {
    expect(await buy('xA1')).toMatchObject({ clientOrderId: 'xA1', status: undefined });
    expect(await lookup('xA1')).toMatchObject({ status: 'closed', filled: '0.01', cost: '1000.005' });
    expect(await ccxt.fetchMyTrades(BTC)).toMatchObject([
      { side: 'buy', amount: '0.01', price: '100000.5', fee: { cost: '0.00001', currency: 'BTC' } },
    ]);
    const balance = await ccxt.fetchBalance();
    expect(balance.USDT).toMatchObject({ free: '98999.995', used: '0' });
    expect(balance.BTC).toMatchObject({ free: '1.00999' });
  });

  it('a market buy without a unit spends its quantity in the quote asset', async () => {
    await ccxt.createOrder(BTC, 'market', 'buy', '500', undefined, { cost: '500', orderLinkId: 'xQ1' });
    expect(fake.orders()[0]?.qty.toFixed()).toBe('0.00499');
  });

  it('rests a limit order, fills a part of it, lists and cancels it', async () => {
    await rest('xL1');
    expect((await ccxt.fetchBalance()).USDT).toMatchObject({ free: '55000', used: '45000' });
    fake.engine.fill(fake.orders()[0]!, '0.1');
    expect(await ccxt.fetchOpenOrders(BTC)).toMatchObject([{ clientOrderId: 'xL1', status: 'open', filled: '0.1' }]);
    await ccxt.cancelOrder(undefined, BTC, { orderLinkId: 'xL1' });
    expect(await ccxt.fetchOpenOrders()).toEqual([]);
    // ccxt calls that closed; the exchange's own status is in `info`.
    const ended = { filled: '0.1', info: { orderStatus: 'PartiallyFilledCanceled' } };
    expect(await lookup('xL1')).toMatchObject(ended);
    await expect(ccxt.cancelOrder(undefined, BTC, { orderLinkId: 'xL1' })).rejects.toThrow('170213');
    expect(await ccxt.fetchClosedOrders(BTC)).toMatchObject([ended]);
  });

  it('knows an ended order by its id only until it restarts; its history stays', async () => {
    await buy('xR1');
    const boughtAt = Date.now();
    await eventually(() => expect(Date.now()).toBeGreaterThan(boughtAt));
    await fake.kill();
    await fake.restart();
    await expect(lookup('xR1')).rejects.toThrow();
    expect(await ccxt.fetchClosedOrders(BTC)).toMatchObject([{ clientOrderId: 'xR1', status: 'closed' }]);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['170140', () => buy('xF1', '0.00004')],
    ['170131', () => buy('xF2', '1')],
    ['10001', () => buy('not allowed!')],
  ])('refuses with %s as Bybit does', async (code, act) => {
    await expect(act()).rejects.toThrow(code);
    expect(fake.orders()).toEqual([]);
  });

  it('never accepts an id twice, unless it is told not to check', async () => {
    await buy('xD1');
    await expect(buy('xD1')).rejects.toThrow('170141');
    fake.engine.rules.duplicateIds = 'none';
    await buy('xD1');
    expect(fake.orders()).toHaveLength(2);
  });

  it('checks key, signature, permission, address and clock', async () => {
    const { apiKey, secret } = fake.credentials;
    ccxt.secret = 'guessed';
    await expect(ccxt.fetchBalance()).rejects.toThrow('10004');
    Object.assign(ccxt, { apiKey: 'nobody', secret });
    await expect(ccxt.fetchBalance()).rejects.toThrow('10003');
    ccxt.apiKey = apiKey;
    fake.accounts[0]!.canTrade = false;
    await expect(buy('xK1')).rejects.toThrow('10005');
    fake.accounts[0]!.canTrade = true;
    fake.accounts[0]!.allowedIps = ['203.0.113.7'];
    await expect(buy('xK2')).rejects.toThrow('10010');
    fake.accounts[0]!.allowedIps = null;
    fake.drift(20_000);
    await expect(buy('xK3')).rejects.toThrow('10002');
    expect(fake.orders()).toEqual([]);
  });

  it('refuses too many requests and says how many are left', async () => {
    const asked = await Promise.allSettled(Array.from({ length: 45 }, () => ccxt.fetchOpenOrders(BTC)));
    expect(asked.some((each) => each.status === 'rejected' && String(each.reason).includes('10006'))).toBe(true);
  });

  it('says "unknown" in its own words, whether or not the order was accepted', async () => {
    fake.faults.next('place', FAULTS.unknownTaken);
    await expect(buy('xU1')).rejects.toThrow('170007');
    fake.faults.next('place', FAULTS.unknownUntaken);
    await expect(buy('xU2')).rejects.toThrow('170007');
    expect(fake.orders().map(({ clientId }) => clientId)).toEqual(['xU1']);
  });

  it('tells the user about every order over the private stream', async () => {
    const first = ccxt.watchOrders();
    await eventually(() => expect(fake.streams.asked.join()).toContain('"subscribe"'));
    await rest('xW1', '0.1');
    expect((await first).at(-1)).toMatchObject({ clientOrderId: 'xW1', status: 'open' });
    const next = ccxt.watchOrders();
    await ccxt.cancelOrder(undefined, BTC, { orderLinkId: 'xW1' });
    expect((await next).at(-1)).toMatchObject({ clientOrderId: 'xW1', status: 'canceled' });
  });

  it('streams tickers to subscribers', async () => {
    const tickers = ccxt.watchTickers([BTC]);
    expect((await tickers)[BTC]).toMatchObject({ last: '100000' });
    const next = ccxt.watchTickers([BTC]);
    fake.setPrice(BTC, { last: '101000' });
    expect((await next)[BTC]).toMatchObject({ last: '101000' });
  });
});
