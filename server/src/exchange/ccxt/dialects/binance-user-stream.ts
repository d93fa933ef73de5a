import { objectAt, textAt, type StreamMessage, type JsonObject, type UserStream } from './dialect.js';

const OVER: ReadonlySet<string> = new Set(['FILLED', 'CANCELED', 'EXPIRED', 'EXPIRED_IN_MATCH', 'REJECTED']);

/**
 * https://developers.binance.com/docs/binance-spot-api-docs/user-data-stream. A report carries one trade, so the trades
 * of an open order are collected until it ends.
 */
export const BINANCE_USER_STREAM: UserStream = {
  ping: { id: 'ping', method: 'ping' },
  listen() {
    const tradesOf = new Map<string, JsonObject[]>();
    return (message): StreamMessage | undefined => {
      if (textAt(message, 'result', 'subscriptionId') !== undefined) return { kind: 'ready' };
      const event = objectAt(message, 'event');
      if (event.e === 'eventStreamTerminated') return { kind: 'over' };
      if (event.e !== 'executionReport') return undefined;
      // Order ids are unique only within a market.
      const id = `${String(event.s)} ${String(event.i)}`;
      const trades = [...(tradesOf.get(id) ?? []), ...(event.x === 'TRADE' ? [tradeOf(event)] : [])];
      if (OVER.has(String(event.X))) tradesOf.delete(id);
      else if (trades.length > 0) tradesOf.set(id, trades);
      return { kind: 'orders', rows: [orderOf(event, trades)] };
    };
  },
};

/** In the format of the answer to a new order. */
const tradeOf = ({
  t: tradeId,
  l: qty,
  L: price,
  n: commission,
  N: commissionAsset,
  T: time,
}: JsonObject): JsonObject => ({
  ...{ tradeId, qty, price, commission, commissionAsset, time },
});

const orderOf = (report: JsonObject, fills: JsonObject[]): JsonObject => ({
  ...{ symbol: report.s, side: report.S, type: report.o, timeInForce: report.f, orderId: report.i },
  // A cancel is reported under its own id. The id of the order is then in C.
  clientOrderId: textAt(report, 'C') ?? report.c,
  ...{ origQty: report.q, price: report.p, status: report.X, executedQty: report.z, cummulativeQuoteQty: report.Z },
  ...{ time: report.O, updateTime: report.T, fills },
});
