import { beforeEach, describe, expect, it } from 'vitest';
import { ZERO, d, sum, toText, type D } from '../core/money/money.js';
import type { Exchange, OrderRequest, OrderSnapshot, PlaceOutcome } from './exchange.js';

/** An exchange under test, and a function that moves its market. */
export interface ExchangeHarness {
  exchange: Exchange;
  /** Sets the market price. Resolves when resting orders have been matched with it. */
  setPrice(price: { symbol: string; last: string; bid?: string; ask?: string }): Promise<void>;
}

const SYMBOL = 'BTC/USDT';
let orders = 0;
const nextId = () => `C${String(++orders).padStart(17, '0')}`;
const order = (over: Partial<OrderRequest> = {}): OrderRequest => ({
  clientOrderId: nextId(),
  symbol: SYMBOL,
  side: 'BUY',
  type: 'MARKET',
  quantity: '0.01',
  ...over,
});

const accepted = (outcome: PlaceOutcome): OrderSnapshot => {
  if (outcome.kind !== 'accepted') throw new Error(`expected accepted, got ${JSON.stringify(outcome)}`);
  return outcome.order;
};
/** Without the exchange's raw answer and the times of fills, which an answer to an order need not have. */
const known = (order: OrderSnapshot | undefined) =>
  order && { ...order, raw: undefined, fills: order.fills.map((fill) => ({ ...fill, at: 0 })) };
const codeOf = (outcome: PlaceOutcome): string => (outcome.kind === 'refused' ? outcome.code : outcome.kind);
const keyOf = ({ clientOrderId, symbol }: OrderRequest) => ({ clientOrderId, symbol });

/** The sum of free and locked, by asset. */
async function holdings(exchange: Exchange): Promise<Record<string, D>> {
  const balances = await exchange.balances();
  for (const { free, locked } of balances) {
    expect(d(free).isNegative()).toBe(false);
    expect(d(locked).isNegative()).toBe(false);
  }
  return Object.fromEntries(balances.map(({ asset, free, locked }) => [asset, d(free).add(locked)]));
}
async function balanceOf(exchange: Exchange, asset: string): Promise<{ free: string; locked: string }> {
  const found = (await exchange.balances()).find((balance) => balance.asset === asset);
  return { free: found?.free ?? '0', locked: found?.locked ?? '0' };
}

/** The effect of an order's fills on the account, by asset. */
function effectOf({ side }: OrderRequest, { fills }: OrderSnapshot): Record<string, D> {
  const effect: Record<string, D> = { BTC: ZERO, USDT: ZERO };
  const add = (asset: string, amount: D) => {
    effect[asset] = (effect[asset] ?? ZERO).add(amount);
  };
  for (const { qty, price, feeAmount, feeAsset } of fills) {
    const sign = side === 'BUY' ? d('1') : d('-1');
    add('BTC', d(qty).mul(sign));
    add('USDT', d(qty).mul(price).mul(sign).neg());
    add(feeAsset, d(feeAmount).neg());
  }
  return effect;
}

/** The rules that every adapter must keep. `makeHarness` opens an account with these free balances. */
export function exchangeContract(
  name: string,
  makeHarness: (balances: Record<string, string>) => Promise<ExchangeHarness>,
): void {
  describe(`${name} keeps the contract of an exchange`, () => {
    let harness: ExchangeHarness;
    let exchange: Exchange;
    beforeEach(async () => {
      harness = await makeHarness({ BTC: '1', USDT: '100000' });
      exchange = harness.exchange;
      await harness.setPrice({ symbol: SYMBOL, last: '100000', bid: '99999.5', ask: '100000.5' });
    });

    it('lists its markets with their filters and no others', async () => {
      const markets = await exchange.markets();
      expect(markets.map(({ symbol }) => symbol)).toContain(SYMBOL);
      for (const market of markets) {
        expect(market.symbol).toBe(`${market.base}/${market.quote}`);
        for (const filter of [market.tickSize, market.stepSize, market.minQty]) expect(d(filter).gt(0)).toBe(true);
        expect(await exchange.market(market.symbol)).toEqual(market);
      }
      expect(await exchange.market('NOPE/USDT')).toBeUndefined();
    });

    it('quotes bid, ask and last apart, and nothing for a market it does not have', async () => {
      expect(await exchange.price(SYMBOL)).toMatchObject({ last: '100000', bid: '99999.5', ask: '100000.5' });
      expect(await exchange.price('NOPE/USDT')).toBeUndefined();
    });

    it.each(['BUY', 'SELL'] as const)(
      'a market %s trades at once and its fills and fees account for every digit',
      async (side) => {
        const before = await holdings(exchange);
        const request = order({ side, quantity: '0.01234' });
        const snapshot = accepted(await exchange.place(request));
        expect(snapshot).toMatchObject({
          status: 'FILLED',
          clientOrderId: request.clientOrderId,
          executedQty: '0.01234',
        });
        expect(toText(sum(snapshot.fills.map(({ qty }) => d(qty))))).toBe(snapshot.executedQty);
        expect(toText(sum(snapshot.fills.map(({ qty, price }) => d(qty).mul(price))))).toBe(snapshot.cummQuoteQty);
        expect(snapshot.fills[0]?.price).toBe(side === 'BUY' ? '100000.5' : '99999.5');
        const after = await holdings(exchange);
        const effect = effectOf(request, snapshot);
        for (const asset of ['BTC', 'USDT']) {
          expect(after[asset]?.sub(before[asset] ?? ZERO).toFixed()).toBe(effect[asset]?.toFixed());
        }
      },
    );

    it('a limit order below the market rests with its funds locked and fills when the price comes down', async () => {
      const request = order({ type: 'LIMIT', quantity: '0.5', limitPrice: '90000' });
      expect(accepted(await exchange.place(request))).toMatchObject({ status: 'NEW', executedQty: '0', fills: [] });
      expect(await balanceOf(exchange, 'USDT')).toEqual({ free: '55000', locked: '45000' });
      await harness.setPrice({ symbol: SYMBOL, last: '90000.01' });
      expect(await exchange.findOrder(keyOf(request))).toMatchObject({ status: 'NEW' });
      await harness.setPrice({ symbol: SYMBOL, last: '90000' });
      expect(await exchange.findOrder(keyOf(request))).toMatchObject({ status: 'FILLED', cummQuoteQty: '45000' });
      expect(await balanceOf(exchange, 'USDT')).toEqual({ free: '55000', locked: '0' });
    });

    it('a limit sell above the market rests and fills when the price comes up', async () => {
      const request = order({ side: 'SELL', type: 'LIMIT', quantity: '0.5', limitPrice: '110000' });
      expect(accepted(await exchange.place(request)).status).toBe('NEW');
      expect(await balanceOf(exchange, 'BTC')).toEqual({ free: '0.5', locked: '0.5' });
      await harness.setPrice({ symbol: SYMBOL, last: '110000' });
      expect(await exchange.findOrder(keyOf(request))).toMatchObject({ status: 'FILLED', executedQty: '0.5' });
      expect(await balanceOf(exchange, 'BTC')).toEqual({ free: '0.5', locked: '0' });
    });

    it('a limit order that the market already meets trades at once, at the better price', async () => {
      const request = order({ type: 'LIMIT', quantity: '0.5', limitPrice: '120000' });
      expect(accepted(await exchange.place(request))).toMatchObject({ status: 'FILLED', cummQuoteQty: '50000.25' });
      expect(await balanceOf(exchange, 'USDT')).toEqual({ free: '49999.75', locked: '0' });
    });

    it('a cancel releases the locked funds once, and a canceled order never fills', async () => {
      const request = order({ type: 'LIMIT', quantity: '0.5', limitPrice: '90000' });
      await exchange.place(request);
      expect(await exchange.cancel(keyOf(request))).toMatchObject({ status: 'CANCELED', executedQty: '0' });
      expect(await exchange.cancel(keyOf(request))).toMatchObject({ status: 'CANCELED', executedQty: '0' });
      expect(await balanceOf(exchange, 'USDT')).toEqual({ free: '100000', locked: '0' });
      await harness.setPrice({ symbol: SYMBOL, last: '80000' });
      expect(await exchange.findOrder(keyOf(request))).toMatchObject({ status: 'CANCELED', executedQty: '0' });
    });

    it('a cancel of a filled order changes nothing and returns it as filled', async () => {
      const request = order();
      const placed = accepted(await exchange.place(request));
      expect(known(await exchange.cancel(keyOf(request)))).toEqual(known(placed));
    });

    it('an id it has never seen is absent', async () => {
      const stranger = { clientOrderId: nextId(), symbol: SYMBOL };
      expect(await exchange.findOrder(stranger)).toBeUndefined();
      expect(await exchange.cancel(stranger)).toBeUndefined();
    });

    it('an order is found by our id, in the state that was returned', async () => {
      const request = order();
      const placed = accepted(await exchange.place(request));
      expect(known(await exchange.findOrder(keyOf(request)))).toEqual(known(placed));
    });

    it.each<[string, Partial<OrderRequest>]>([
      ['UNKNOWN_MARKET', { symbol: 'NOPE/USDT' }],
      ['INVALID_LOT_SIZE', { quantity: '0.000001' }],
      ['INVALID_LOT_SIZE', { quantity: '0.0100001' }],
      ['INVALID_LOT_SIZE', { quantity: '0' }],
      ['INVALID_LOT_SIZE', { quantity: '-1' }],
      ['INVALID_PRICE', { type: 'LIMIT', limitPrice: '90000.001' }],
      ['INVALID_PRICE', { type: 'LIMIT', limitPrice: '0' }],
      ['INVALID_PRICE', { type: 'LIMIT' }],
      ['MIN_NOTIONAL_NOT_MET', { quantity: '0.00001' }],
      ['MIN_NOTIONAL_NOT_MET', { type: 'LIMIT', quantity: '0.001', limitPrice: '10' }],
      ['INSUFFICIENT_BALANCE', { quantity: '1' }],
      ['INSUFFICIENT_BALANCE', { side: 'SELL', quantity: '1.00001' }],
      ['INSUFFICIENT_BALANCE', { type: 'LIMIT', quantity: '1.1', limitPrice: '95000' }],
    ])('refuses with %s: %j', async (code, over) => {
      const before = await exchange.balances();
      const request = order(over);
      expect(codeOf(await exchange.place(request))).toBe(code);
      expect(await exchange.findOrder(keyOf(request))).toBeUndefined();
      expect(await exchange.balances()).toEqual(before);
    });

    it('the same order sent twice trades once, and the second answer never says that there is none', async () => {
      const request = order();
      const first = accepted(await exchange.place(request));
      const after = await exchange.balances();
      const second = await exchange.place(request);
      expect(second.kind).not.toBe('refused');
      if (second.kind === 'accepted') expect(known(second.order)).toEqual(known(first));
      expect(await exchange.balances()).toEqual(after);
    });

    it('a different order with a used id is not placed, and the existing one is found', async () => {
      const request = order();
      const first = accepted(await exchange.place(request));
      const after = await exchange.balances();
      expect((await exchange.place({ ...request, quantity: '0.02' })).kind).toBe('unknown');
      expect(await exchange.balances()).toEqual(after);
      expect(known(await exchange.findOrder(keyOf(request)))).toEqual(known(first));
    });

    it('the same order sent ten times at once trades once', async () => {
      const before = await holdings(exchange);
      const request = order();
      await Promise.all(Array.from({ length: 10 }, () => exchange.place(request)));
      const found = await exchange.findOrder(keyOf(request));
      expect(found?.executedQty).toBe('0.01');
      const after = await holdings(exchange);
      expect(after.USDT?.sub(before.USDT ?? ZERO).toFixed()).toBe(
        effectOf(request, found as OrderSnapshot).USDT?.toFixed(),
      );
    });

    it('orders placed at once never spend more than there is', async () => {
      const requests = Array.from({ length: 20 }, () => order({ quantity: '0.1' }));
      const outcomes = await Promise.all(requests.map((request) => exchange.place(request)));
      const codes = outcomes.map(codeOf).sort();
      // 100,000 USDT are enough for nine buys of 0.1 BTC at 100,000.5.
      expect(codes).toEqual(
        [...Array(9).fill('accepted'), ...Array(11).fill('refused')]
          .map((kind) => (kind === 'refused' ? 'INSUFFICIENT_BALANCE' : kind))
          .sort(),
      );
      expect(await balanceOf(exchange, 'USDT')).toEqual({ free: '9999.55', locked: '0' });
    });
  });
}
