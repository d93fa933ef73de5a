import { eight, ticker24h } from './binance-wire.js';
import type { EngineEvent, FakeMarket, FakeOrder, FakePrice, FakeTrade } from '../engine-types.js';
import type { World } from '../world.js';

/** https://developers.binance.com/docs/binance-spot-api-docs/user-data-stream */
function executionReport(
  order: FakeOrder,
  cause: { type: string; at: number; trade?: FakeTrade; cancelId?: string },
): object {
  const { trade, cancelId } = cause;
  return {
    e: 'executionReport',
    E: cause.at,
    s: order.market.id,
    // A cancel is reported under its own id; then `C` has the id of the order.
    c: cancelId ?? order.clientId,
    S: order.side,
    o: order.type,
    f: order.timeInForce,
    q: eight(order.qty),
    p: eight(order.price),
    P: '0.00000000',
    F: '0.00000000',
    g: -1,
    C: cancelId === undefined ? '' : order.clientId,
    x: cause.type,
    X: cause.type === 'NEW' ? 'NEW' : order.status,
    r: 'NONE',
    i: order.id,
    l: trade ? eight(trade.qty) : '0.00000000',
    z: eight(cause.type === 'NEW' ? order.executedQty.mul(0) : order.executedQty),
    L: trade ? eight(trade.price) : '0.00000000',
    n: trade ? eight(trade.fee) : '0',
    N: trade ? trade.feeAsset : null,
    T: trade?.at ?? order.updatedAt,
    t: trade?.id ?? -1,
    I: 8_641_984 + order.id,
    w: order.type === 'LIMIT' && order.status !== 'FILLED',
    m: trade?.isMaker ?? false,
    M: false,
    O: order.createdAt,
    Z: eight(order.executedQuote),
    Y: trade ? eight(trade.quoteQty) : '0.00000000',
    Q: '0.00000000',
    W: order.createdAt,
    V: 'EXPIRE_MAKER',
  };
}

/** The message to a user about an event of the engine. */
export function userEvent({ engine, now }: World, event: EngineEvent): { account: string; body: object } | undefined {
  if (event.type === 'price') return undefined;
  if (event.type === 'balance') {
    const held = engine.balances.of(event.account).filter(({ asset }) => event.assets.includes(asset));
    const B = held.map(({ asset, free, locked }) => ({ a: asset, f: free, l: locked }));
    return { account: event.account, body: { e: 'outboundAccountPosition', E: now(), u: now(), B } };
  }
  const { order } = event;
  const cause =
    event.type === 'trade'
      ? { type: 'TRADE', at: now(), trade: event.trade }
      : { type: event.cause, at: now(), ...(event.cancelId !== undefined && { cancelId: event.cancelId }) };
  return { account: order.account, body: executionReport(order, cause) };
}

/** The message of each market stream about a price, by the stream's name. */
export function marketEvents(market: FakeMarket, price: FakePrice, at: number): Record<string, object> {
  const name = market.id.toLowerCase();
  const row = ticker24h(market, price, at);
  const { lastPrice: c, bidPrice: b, bidQty: B, askPrice: a, askQty: A, openPrice: o, highPrice: h, lowPrice: l } = row;
  const head = { E: at, s: market.id, c, o, h, l, v: row.volume, q: row.quoteVolume };
  return {
    [`${name}@ticker`]: { e: '24hrTicker', ...head, p: '0', P: '0', w: c, x: c, Q: '1', b, B, a, A, O: at, C: at },
    [`${name}@miniTicker`]: { e: '24hrMiniTicker', ...head },
    [`${name}@bookTicker`]: { u: at, s: market.id, b, B, a, A },
  };
}
