import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../eventually.js';
import { openCcxtClient, type CcxtClient } from '../ccxt-client.js';
import { startFakeExchange, type FakeExchange } from '../start-fake-exchange.js';

const BTC = 'BTC/USDT';
let fake: FakeExchange;
let ccxt: CcxtClient;

beforeEach(async () => {
  fake = await startFakeExchange({ dialect: 'binance', balances: { USDT: '100000', BTC: '1' } });
  fake.setPrice(BTC, { last: '100000', bid: '99999.5', ask: '100000.5' });
  ccxt = await openCcxtClient(fake, 'binance');
});
afterEach(async () => {
  await ccxt.close();
  await fake.stop();
});

const buy = (clientOrderId: string, amount = '0.01') =>
  ccxt.createOrder(BTC, 'market', 'buy', amount, undefined, { newClientOrderId: clientOrderId });
const rest = (clientOrderId: string, amount = '0.5', price = '90000') =>
  ccxt.createOrder(BTC, 'limit', 'buy', amount, price, { newClientOrderId: clientOrderId });
const lookup = (origClientOrderId: string) => ccxt.fetchOrder(undefined, BTC, { origClientOrderId });

describe("ccxt's binance at the fake exchange", () => {
  it('reads markets with their filters, clock and prices', async () => {
    const markets = await ccxt.loadMarkets();
    expect(markets[BTC]).toMatchObject({
      ...{ id: 'BTCUSDT', spot: true, active: true, precision: { amount: '0.00001', price: '0.01' } },
      limits: { amount: { min: '0.00001' }, cost: { min: '5' } },
    });
    expect(Math.abs((await ccxt.fetchTime()) - Date.now())).toBeLessThan(5000);
    expect(await ccxt.fetchTicker(BTC)).toMatchObject({ last: '100000.00000000', bid: '99999.50000000' });
  });

  it('trades at the market and moves every digit of the balances', async () => {
    expect(await buy('xA1')).toMatchObject({
      ...{ clientOrderId: 'xA1', status: 'closed', filled: '0.01000000', cost: '1000.00500000' },
      trades: [{ price: '100000.50000000', amount: '0.01000000', fee: { cost: '0.00001000', currency: 'BTC' } }],
    });
    const balance = await ccxt.fetchBalance();
    expect(balance.USDT).toMatchObject({ free: '98999.99500000', used: '0.00000000' });
    expect(balance.BTC).toMatchObject({ free: '1.00999000' });
    expect(await ccxt.fetchMyTrades(BTC)).toMatchObject([{ order: '1', side: 'buy', fee: { currency: 'BTC' } }]);
  });

  it('rests a limit order with its funds locked, lists it, and cancels it once', async () => {
    await rest('xL1');
    expect((await ccxt.fetchBalance()).USDT).toMatchObject({ free: '55000.00000000', used: '45000.00000000' });
    expect(await ccxt.fetchOpenOrders(BTC)).toMatchObject([
      { clientOrderId: 'xL1', status: 'open', price: '90000.00000000' },
    ]);
    expect(await ccxt.cancelOrder(undefined, BTC, { origClientOrderId: 'xL1' })).toMatchObject({ status: 'canceled' });
    expect(await ccxt.fetchOpenOrders()).toEqual([]);
    expect(await lookup('xL1')).toMatchObject({ status: 'canceled', clientOrderId: 'xL1' });
    await expect(ccxt.cancelOrder(undefined, BTC, { origClientOrderId: 'xL1' })).rejects.toThrow('-2011');
    expect((await ccxt.fetchBalance()).USDT).toMatchObject({ free: '100000.00000000', used: '0.00000000' });
  });

  it('fills a resting order in the requested parts, then the rest by price', async () => {
    await rest('xP1', '0.4');
    fake.engine.splitNext(['0.25', '0.25']);
    fake.setPrice(BTC, { last: '89999' });
    expect(await lookup('xP1')).toMatchObject({ status: 'open', filled: '0.20000000' });
    fake.engine.fill(fake.orders()[0]!, '0.1');
    fake.setPrice(BTC, { last: '89998' });
    expect(await lookup('xP1')).toMatchObject({ status: 'closed', filled: '0.40000000' });
    expect((await ccxt.fetchMyTrades(BTC)).map(({ amount }) => amount)).toEqual([
      '0.10000000',
      '0.10000000',
      '0.10000000',
      '0.10000000',
    ]);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['-1013', () => buy('xF1', '0.00004')],
    ['insufficient balance', () => buy('xF2', '1')],
    ['-2013', () => lookup('nobody')],
    ['-1100', () => buy('not allowed!')],
  ])('refuses with %s as Binance does', async (code, act) => {
    await expect(act()).rejects.toThrow(code);
    expect(fake.orders()).toEqual([]);
  });

  it('refuses an id only while an order is open under it', async () => {
    await rest('xD1', '0.1');
    await expect(rest('xD1', '0.1')).rejects.toThrow('Duplicate order sent.');
    await buy('xD2');
    await buy('xD2');
    fake.engine.rules.duplicateIds = 'always';
    await expect(buy('xD2')).rejects.toThrow('Duplicate order sent.');
    fake.engine.rules.duplicateIds = 'none';
    await rest('xD1', '0.1');
    expect(fake.orders()).toHaveLength(4);
  });

  it('checks key, signature, permission, address and clock', async () => {
    const { apiKey, secret } = fake.credentials;
    ccxt.secret = 'guessed';
    await expect(ccxt.fetchBalance()).rejects.toThrow('-1022');
    Object.assign(ccxt, { apiKey: 'nobody', secret });
    await expect(ccxt.fetchBalance()).rejects.toThrow('-2015');
    ccxt.apiKey = apiKey;
    fake.accounts[0]!.canTrade = false;
    await expect(buy('xK1')).rejects.toThrow();
    fake.accounts[0]!.canTrade = true;
    fake.accounts[0]!.allowedIps = ['203.0.113.7'];
    await expect(buy('xK2')).rejects.toThrow();
    fake.accounts[0]!.allowedIps = null;
    fake.drift(20_000);
    await expect(buy('xK3')).rejects.toThrow('-1021');
    expect(fake.orders()).toEqual([]);
    ccxt.options.adjustForTimeDifference = true;
    await ccxt.loadTimeDifference();
    expect(await buy('xK4')).toMatchObject({ status: 'closed' });
    fake.drift(0);
    await expect(buy('xK5')).rejects.toThrow('-1021');
  });

  it('tells the user about every order over the websocket API', async () => {
    const first = ccxt.watchOrders();
    await eventually(() => expect(fake.streams.asked.join()).toContain('userDataStream.subscribe.signature'));
    await rest('xW1', '0.1');
    expect((await first).at(-1)).toMatchObject({ clientOrderId: 'xW1', status: 'open' });
    const next = ccxt.watchOrders();
    await ccxt.cancelOrder(undefined, BTC, { origClientOrderId: 'xW1' });
    expect((await next).at(-1)).toMatchObject({ clientOrderId: 'xW1', status: 'canceled' });
    const third = ccxt.watchOrders();
    await buy('xW2');
    expect((await third).at(-1)).toMatchObject({ clientOrderId: 'xW2' });
  });

  it('streams tickers to subscribers', async () => {
    const tickers = ccxt.watchTickers([BTC]);
    await eventually(() => expect(fake.streams.asked.join()).toContain('btcusdt@ticker'));
    fake.setPrice(BTC, { last: '101000', bid: '100999', ask: '101001' });
    expect((await tickers)[BTC]).toMatchObject({ last: '101000.00000000', bid: '100999.00000000' });
  });
});
