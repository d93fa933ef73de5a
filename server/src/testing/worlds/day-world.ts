import type { Context } from '../../context.js';
import { d, type D } from '../../core/money/money.js';
import { priceKey, type PriceVenue } from '../../core/price/price-key.js';
import { toAccountRef } from '../../exchange/account-ref.store.js';
import { addDemoMarkets } from '../../exchange/simulated/demo-markets.js';
import { createExchangeRegistry } from '../../exchange/exchange-registry.js';
import type { ExchangeRegistry } from '../../exchange/exchange.js';
import { watchRestingOrders } from '../../exchange/simulated/watch-resting-orders.js';
import type { Database } from '../../infra/database/database.js';
import type { RedisLink } from '../../infra/redis/redis.js';
import type { SharedPriceBoard } from '../../prices/create-price-board.js';
import { bookRestingOrder } from '../../orders/outcome/book-resting-order.js';
import { watchTriggers } from '../../exits/watch-triggers.js';
import type { FakeMarket } from '../fake-exchange/engine-types.js';
import { makeAccount, makeBinding, makeParameter, makeSource, makeUser, makeVault } from '../make.js';
import { openRealExchange } from './real-exchange.js';
import { triggerWorld } from './trigger-world.js';

export const XRP = 'XRP/ETH';
export const BNB = 'BNB/ETH';
/** The price of BNB does not change all day, so that the wallet alone shows the value of fees in BNB. */
export const BNB_PRICE = '0.0925';

const market = (base: string, tickSize: string, stepSize: string): FakeMarket => ({
  ...{ id: `${base}ETH`, symbol: `${base}/ETH`, base, quote: 'ETH', tickSize, minPrice: tickSize, maxPrice: '1000' },
  ...{ stepSize, minQty: stepSize, maxQty: '900000', minNotional: '0.001', maxNumOrders: 200 },
});
const MARKETS = [market('XRP', '0.00000001', '1'), market('BNB', '0.000001', '0.0001')];

/** The setup of a day: one account with its source and parameter, and an executor and a monitor in this process. */
export interface DayWorld {
  ctx: Context & { prices: SharedPriceBoard };
  accountId: number;
  owner: number;
  /** The endpoint for signals of the account. */
  code: string;
  vaultId: number;
  /** Sets the price of a symbol, at the exchange and on the price board. Returns the time at which it was seen. */
  price(symbol: string, last: string): number;
  /** Sets the asset of fees and the number of trades per order. */
  vary(random: () => number): void;
  /** Coins of an asset, free and locked, as the exchange reports them. */
  holds(asset: string): Promise<D>;
  close(): Promise<void>;
}

interface Place {
  exchanges: ExchangeRegistry;
  venue: PriceVenue;
  account: { is_simulation: boolean; api_key_enc?: string };
  setPrice(symbol: string, last: string): void;
  vary: DayWorld['vary'];
  /** Watches orders that rest at the exchange. */
  watch(ctx: DayWorld['ctx'], accountId: number): { stop(): Promise<void> };
  stop(): Promise<void>;
}

/** The simulated exchange, with fees of 0.1 % in the received asset. */
export function simulatedPlace(db: Database, board: () => SharedPriceBoard): Place {
  addDemoMarkets(MARKETS.map((one) => ({ ...one, basePrice: '1' })));
  const rules = { db, clock: { now: () => Date.now() }, stalePriceMs: 30_000 };
  const prices = { get: (key: Parameters<SharedPriceBoard['get']>[0]) => board().get(key) };
  return {
    exchanges: createExchangeRegistry({ ...rules, prices }),
    venue: 'SIMULATION',
    account: { is_simulation: true },
    setPrice: () => undefined,
    vary: () => undefined,
    watch: (ctx) =>
      watchRestingOrders({ ...rules, prices: ctx.prices, log: ctx.log }, async (order) => {
        await bookRestingOrder(ctx, order);
      }),
    stop: async () => undefined,
  };
}

/** A fake Binance on a socket. Fees are mostly in BNB while the wallet has any, otherwise in the received asset. */
export async function binancePlace(balances: Record<string, string>): Promise<Place> {
  const real = await openRealExchange({ dialect: 'binance', balances, markets: MARKETS, feeAsset: 'BNB' });
  const find = () => ({ ok: true as const, exchange: real.exchange });
  return {
    exchanges: { forAccount: find, forReading: find },
    venue: 'BINANCE_SPOT',
    account: { is_simulation: false, api_key_enc: 'sealed' },
    setPrice: (symbol, last) => real.fake.setPrice(symbol, { last }),
    vary(random) {
      const paidIn = ['BNB', 'BNB', 'BNB', 'received', 'quote'] as const;
      real.fake.engine.rules.feeAsset = paidIn[Math.floor(random() * paidIn.length)] ?? 'BNB';
      if (random() < 0.3) real.fake.engine.splitNext(['0.37', '0.21', '0.42']);
    },
    watch(ctx, accountId) {
      const booking = new Set<Promise<unknown>>();
      const end = real.fake.engine.onEvent((event) => {
        if (event.type !== 'trade' || event.order.type !== 'LIMIT') return;
        const { clientId: clientOrderId, market: traded } = event.order;
        const one = bookRestingOrder(ctx, { accountId, clientOrderId, symbol: traded.symbol })
          .catch(() => undefined)
          .finally(() => booking.delete(one));
        booking.add(one);
      });
      return {
        async stop() {
          end();
          await Promise.all(booking);
        },
      };
    },
    stop: () => real.stop(),
  };
}

export async function openDay(
  { db, redis }: { db: Database; redis: RedisLink },
  open: (board: () => SharedPriceBoard) => Place | Promise<Place>,
  balances: Record<string, string>,
): Promise<DayWorld> {
  const place = await open(() => world.ctx.prices);
  const world = await triggerWorld(db, redis, { exchanges: place.exchanges });
  const { ctx } = world;
  const { id: user_id } = await makeUser(db);
  const account = await makeAccount(db, { user_id, balances, ...place.account });
  const trade_mode = place.account.is_simulation ? 'SIMULATION' : 'REAL';
  const { id: vaultId } = await makeVault(db, { user_id, trade_mode, balances: { ETH: '5' } });
  const sized = { exchange_account_id: account.id, user_id, vault_id: vaultId, quote_amount_fixed: '0.05' };
  for (const symbol of [XRP, BNB]) await makeParameter(db, { ...sized, symbol, side: 'BUY' });
  const source = await makeSource(db, { owner_user_id: user_id, trade_mode, rate_limit_per_min: 100_000 });
  await makeBinding(db, { exchange_account_id: account.id, webhook_source_id: source.id });
  const watches = [watchTriggers(ctx, { lookMs: 50 }), place.watch(ctx, account.id)];
  const price = (symbol: string, last: string): number => {
    place.setPrice(symbol, last);
    const key = priceKey(place.venue, symbol);
    const at = Math.max(Date.now(), (ctx.prices.get(key)?.at ?? 0) + 1);
    ctx.prices.publish(place.venue, [{ symbol, last, at, source: 'recording' }]);
    return at;
  };
  return {
    ...{ ctx, accountId: account.id, owner: user_id, code: source.webhook_code, vaultId, price, vary: place.vary },
    async holds(asset) {
      const found = ctx.exchanges.forReading(toAccountRef({ account_id: account.id, ...account }));
      if (!found.ok) throw new Error(found.message);
      const one = (await found.exchange.balances()).find((each) => each.asset === asset);
      return d(one?.free ?? '0').add(one?.locked ?? '0');
    },
    async close() {
      await Promise.all(watches.map((one) => one.stop()));
      await world.close();
      await place.stop();
    },
  };
}
