import type { Context } from '../../context.js';
import { d, sum } from '../../core/money/money.js';
import type { Exchange, ListedOrder, OrderSnapshot } from '../../exchange/exchange.js';
import { orGiveUp } from '../../infra/with-timeout.js';
import { readKnownOrderIds, type OpenOrder } from './open-order.store.js';
import type { OrderReading } from './order-reading.js';

export type LookUp =
  | { kind: 'found'; order: OrderSnapshot }
  | { kind: 'absent' }
  /** Some trades may belong to the order, so it is neither found nor absent. */
  | { kind: 'doubtful' };

/** An exchange that does not answer within this time is asked again later. */
const TIMEOUT_MS = 5_000;

/** The way to look for an order. */
export interface Looking {
  /** The lists; undefined where only we trade and a lookup by id is proof enough. */
  reading: OrderReading | undefined;
  /** It is too early for an absence to count, so only cheap questions are asked. */
  isEarly: boolean;
  signal?: AbortSignal | undefined;
}

/**
 * Looks for an order with an unknown outcome, cheapest question first: by its client order id, or in a list when one
 * list answers for many orders. Before the order may count as absent, all three are asked: its id, the orders of its
 * market since it was sent, and the trades of its side since then that belong to no known order. Throws on a network
 * fault.
 */
export async function lookUpOrder(
  ctx: Pick<Context, 'db'>,
  exchange: Exchange,
  order: OpenOrder,
  { reading, isEarly, signal }: Looking,
): Promise<LookUp> {
  const name = { clientOrderId: order.clientOrderId, symbol: order.symbol, sentAt: order.createdAt };
  const ask = (byIdOnly: boolean) =>
    orGiveUp(
      (given) => exchange.findOrder(name, { byIdOnly, signal: given, priority: 'recovery' }),
      TIMEOUT_MS,
      signal,
    );
  const inList = async (): Promise<OrderSnapshot | undefined> => {
    const listed = (await reading?.orders(order))?.find((one) => one.clientOrderId === order.clientOrderId);
    return listed && withTrades(order, listed, { reading, ask: () => ask(true) });
  };
  const isListFirst = reading?.isShared(order) ?? false;
  if (isListFirst) {
    const listed = await inList();
    if (listed) return { kind: 'found', order: listed };
    if (isEarly) return { kind: 'absent' };
  }
  const found = await ask(true);
  if (found) return { kind: 'found', order: found };
  if (!reading || isEarly) return { kind: 'absent' };
  const listed = isListFirst ? undefined : await inList();
  if (listed) return { kind: 'found', order: listed };
  if (!(await hasNamelessTrade(ctx, order, reading))) return { kind: 'absent' };
  // Another endpoint of the exchange may know more: it looks up each trade's order by its own id.
  const traced = await ask(false);
  return traced ? { kind: 'found', order: traced } : { kind: 'doubtful' };
}

async function hasNamelessTrade(ctx: Pick<Context, 'db'>, order: OpenOrder, reading: OrderReading): Promise<boolean> {
  const trades = (await reading.trades(order)).filter(({ side }) => side === order.side);
  const nameless = new Set(trades.map(({ exchangeOrderId }) => exchangeOrderId));
  for (const { exchangeOrderId } of await reading.orders(order)) nameless.delete(exchangeOrderId);
  for (const known of await readKnownOrderIds(ctx.db, order, [...nameless])) nameless.delete(known);
  return nameless.size > 0;
}

/** A list may omit the trades of an order; when the list of trades omits them too, the order itself is read. */
async function withTrades(
  order: OpenOrder,
  listed: ListedOrder,
  { reading, ask }: { reading: OrderReading | undefined; ask: () => Promise<OrderSnapshot | undefined> },
): Promise<OrderSnapshot> {
  const isWhole = ({ fills, executedQty }: OrderSnapshot) => sum(fills.map(({ qty }) => d(qty))).gte(d(executedQty));
  if (isWhole(listed)) return listed;
  const trades = (await reading?.trades(order)) ?? [];
  const traded = { ...listed, fills: trades.filter((trade) => trade.exchangeOrderId === listed.exchangeOrderId) };
  return isWhole(traded) ? traded : ((await ask()) ?? traded);
}
