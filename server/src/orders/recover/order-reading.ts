import { readingWindows } from '../../core/order/recovery-plan.js';
import type { ListedOrder, ListedTrade, RemoteAccount } from '../../exchange/exchange.js';
import type { OpenOrder } from './open-order.store.js';

/** Lists of an exchange for the time in which lost orders were sent, read once for all of them. */
export interface OrderReading {
  /** Orders of the market from about the time of this one. Rejects on a network fault. */
  orders(order: OpenOrder): Promise<ListedOrder[]>;
  /** Trades of the market since then. Rejects on a network fault. */
  trades(order: OpenOrder): Promise<ListedTrade[]>;
  /** Whether one list answers for so many orders that it is cheaper than a lookup of each by its id. */
  isShared(order: OpenOrder): boolean;
}

/** From this number of orders on, the list is read first. */
const LIST_FIRST = 4;

/** Reads each list once, on first use. An abort of `signal` stops further reads. */
export function createReading(
  remote: Pick<RemoteAccount, 'ordersSince' | 'tradesSince'>,
  orders: readonly OpenOrder[],
  { windowMs, signal }: { windowMs: number; signal?: AbortSignal | undefined },
): OrderReading {
  const windows = readingWindows(
    orders.map(({ executionId, symbol, createdAt, sendBefore }) => ({ executionId, symbol, createdAt, sendBefore })),
    { windowMs },
  );
  const parts = new Map(
    windows.flatMap(({ symbol, since, until, executionIds }) => {
      const asking = { until, byOurClock: true, signal, priority: 'recovery' } as const;
      const part = {
        size: executionIds.length,
        orders: once(() => remote.ordersSince(symbol, since, asking)),
        trades: once(() => remote.tradesSince(symbol, since, asking)),
      };
      return executionIds.map((id) => [id, part] as const);
    }),
  );
  const partOf = ({ executionId }: OpenOrder) => {
    const part = parts.get(executionId);
    if (!part) throw new RangeError(`execution ${executionId} is not part of this reading`);
    return part;
  };
  return {
    orders: (order) => partOf(order).orders(),
    trades: (order) => partOf(order).trades(),
    isShared: (order) => partOf(order).size >= LIST_FIRST,
  };
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let begun: Promise<T> | undefined;
  return () => (begun ??= work());
}
