import type { OrderSide } from '../../core/domain.js';
import { toText, type D } from '../../core/money/money.js';
import { isFreshPrice } from '../../core/price/price-age.js';
import { Batch } from '../../infra/database/database.js';
import type { VenuePrice } from '../../core/price/venue-price.js';
import { demoMarket } from './demo-markets.js';
import { DEFAULT_FEE_PCT, quantityPerTick, type SimulationRules } from './simulated-exchange.js';
import { fillOrder, isOpenOrder, reachOf } from './simulated-order.js';
import { addBalanceChanges, lockBalances } from '../account-balances.store.js';
import { SELECT_ORDER, readCrossedOrders, readOrder, updateOrder } from './simulated-order.store.js';

/** An order of the simulated exchange that changed. */
export interface TouchedOrder {
  accountId: number;
  clientOrderId: string;
  symbol: string;
}

/**
 * Fills the resting orders of a symbol that `price` crosses (BUY when price <= limit, SELL when >=), each at its own
 * limit, oldest first. Returns the changed orders. Any number of processes may run it for the same tick: an order is
 * filled under its row lock, by the first process that finds it open.
 */
export async function matchRestingOrders(rules: SimulationRules, price: VenuePrice): Promise<TouchedOrder[]> {
  if (price.venue !== 'SIMULATION' || !demoMarket(price.symbol)) return [];
  if (!isFreshPrice(price, rules.clock.now(), rules.stalePriceMs)) return [];
  const { low, high } = reachOf(price);
  const touched: TouchedOrder[] = [];
  const sides: [OrderSide, D][] = [
    ['BUY', low],
    ['SELL', high],
  ];
  for (const [side, reach] of sides) {
    for (const found of await readCrossedOrders(rules.db, { symbol: price.symbol, side, reach: toText(reach) })) {
      const order = { ...found, symbol: price.symbol };
      if (await fillResting(rules, order, price.at)) touched.push(order);
    }
  }
  return touched;
}

async function fillResting(
  rules: SimulationRules,
  { accountId, clientOrderId, symbol }: TouchedOrder,
  seenAt: number,
): Promise<boolean> {
  const { db, clock, feePct = DEFAULT_FEE_PCT } = rules;
  const market = demoMarket(symbol);
  if (!market) return false;
  return db.transaction(async (tx) => {
    const reads = lockBalances(new Batch(), accountId, [market.base, market.quote]);
    const [, found] = await tx.run(reads.add(`${SELECT_ORDER} FOR UPDATE`, [accountId, clientOrderId]));
    const order = readOrder(found);
    if (!order?.limitPrice || !isOpenOrder(order)) {
      await tx.rollback();
      return false;
    }
    // A trade is never earlier than its price, which a process with a clock a little ahead may have seen.
    const at = Math.max(clock.now(), seenAt);
    const qty = quantityPerTick(rules, order, market);
    const step = fillOrder({ order, changes: [] }, { market, qty, price: order.limitPrice, feePct, at });
    const writes = updateOrder(new Batch(), step.order, new Date(at));
    await tx.commit(addBalanceChanges(writes, accountId, { changes: step.changes, at: new Date(at) }));
    return true;
  });
}
