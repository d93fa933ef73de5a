import type { OrderSide } from '../../core/domain.js';
import { toText } from '../../core/money/money.js';
import { isFreshPrice } from '../../core/price/price-age.js';
import { Batch } from '../../infra/database/database.js';
import type { VenuePrice } from '../../core/price/venue-price.js';
import { demoMarket } from './demo-markets.js';
import { DEFAULT_FEE_PCT, quantityPerTick, type SimulationRules } from './simulated-exchange.js';
import { fillOrder, isOpenOrder, reachOf } from './simulated-order.js';
import { SELECT_ORDER, addBalanceChanges, lockBalances, readOrder, updateOrder } from './simulated-order.store.js';

/** An order of the simulated exchange that changed. */
export interface TouchedOrder {
  accountId: number;
  clientOrderId: string;
  symbol: string;
}

interface CandidateRow {
  exchange_account_id: number;
  client_order_id: string;
}

const BATCH_MAX = 500;

/**
 * Fills the resting orders of a symbol that `price` crosses (BUY when price <= limit, SELL when >=), each at its own
 * limit as a resting order does, oldest first. Answers the orders that changed. Any number of processes may run it for
 * the same tick: an order is filled under its row lock, by whoever finds it still open.
 */
export async function matchRestingOrders(rules: SimulationRules, price: VenuePrice): Promise<TouchedOrder[]> {
  if (price.venue !== 'SIMULATION' || !demoMarket(price.symbol)) return [];
  if (!isFreshPrice(price, rules.clock.now(), rules.stalePriceMs)) return [];
  const { low, high } = reachOf(price);
  const touched: TouchedOrder[] = [];
  for (const [side, reach] of [
    ['BUY', low],
    ['SELL', high],
  ] as const) {
    for (const row of await crossedOrders(rules, { symbol: price.symbol, side, reach: toText(reach) })) {
      const order = { accountId: row.exchange_account_id, clientOrderId: row.client_order_id, symbol: price.symbol };
      if (await fillResting(rules, order)) touched.push(order);
    }
  }
  return touched;
}

const crossedOrders = (
  { db }: Pick<SimulationRules, 'db'>,
  { symbol, side, reach }: { symbol: string; side: OrderSide; reach: string },
): Promise<CandidateRow[]> =>
  db.query<CandidateRow[]>(
    `SELECT exchange_account_id, client_order_id FROM simulated_orders
      WHERE status IN ('NEW', 'PARTIALLY_FILLED') AND symbol = ? AND side = ?
        AND limit_price ${side === 'BUY' ? '>=' : '<='} CAST(? AS DECIMAL(36,18))
      ORDER BY id LIMIT ${BATCH_MAX}`,
    [symbol, side, reach],
  );

async function fillResting(
  rules: SimulationRules,
  { accountId, clientOrderId, symbol }: TouchedOrder,
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
    const at = clock.now();
    const qty = quantityPerTick(rules, order, market);
    const step = fillOrder({ order, changes: [] }, { market, qty, price: order.limitPrice, feePct, at });
    const writes = updateOrder(new Batch(), step.order, new Date(at));
    await tx.commit(addBalanceChanges(writes, accountId, { changes: step.changes, at: new Date(at) }));
    return true;
  });
}
