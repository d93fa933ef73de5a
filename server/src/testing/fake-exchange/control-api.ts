import type { FakeOrder } from './engine-types.js';
import { isRefusal } from './engine-types.js';
import { FAULTS, type Fault, type RequestKind } from './faults.js';
import type { FakeExchange } from './start-fake-exchange.js';
import type { WireAnswer, WireRequest } from './world.js';

const orderRow = (order: FakeOrder) => ({
  id: order.id,
  account: order.account,
  clientId: order.clientId,
  symbol: order.market.symbol,
  side: order.side,
  type: order.type,
  price: order.price.toFixed(),
  qty: order.qty.toFixed(),
  executedQty: order.executedQty.toFixed(),
  status: order.status,
  createdAt: order.createdAt,
});

type Body = Record<string, unknown>;
const text = (value: unknown): string => (typeof value === 'string' ? value : String(value ?? ''));

function faultOf(named: unknown): Fault {
  if (typeof named === 'object' && named !== null) return named;
  const fault = FAULTS[text(named) as keyof typeof FAULTS] as Fault | undefined;
  if (!fault) throw new Error(`no such fault; there are ${Object.keys(FAULTS).join(', ')}`);
  return fault;
}

/** An order that this program did not send, as if placed on the exchange's own page. */
function placeManually(fake: FakeExchange, body: Body): unknown {
  const placed = fake.engine.place({
    account: text(body.account ?? fake.accounts[0]?.name),
    clientId: text(body.clientId ?? `web_${fake.orders().length + 1}`),
    market: text(body.symbol),
    side: body.side === 'SELL' ? 'SELL' : 'BUY',
    type: body.price === undefined ? 'MARKET' : 'LIMIT',
    quantity: text(body.quantity),
    price: body.price === undefined ? undefined : text(body.price),
  });
  return isRefusal(placed) ? placed : orderRow(placed);
}

/** The commands that a person or a script can send to a running fake exchange. Every body is JSON. */
const ACTIONS: Record<string, (fake: FakeExchange, body: Body) => unknown> = {
  'GET /control/orders': (fake) => fake.orders().map(orderRow),
  'GET /control/trades': (fake) =>
    fake.trades().map(({ market, price, qty, quoteQty, fee, ...trade }) => ({
      ...trade,
      ...{ symbol: market.symbol, price: price.toFixed(), qty: qty.toFixed() },
      ...{ quoteQty: quoteQty.toFixed(), fee: fee.toFixed() },
    })),
  'GET /control/balances': (fake) =>
    Object.fromEntries(fake.accounts.map(({ name }) => [name, fake.engine.balances.of(name)])),
  'POST /control/price': (fake, { symbol, last, bid, ask }) =>
    fake.setPrice(text(symbol), {
      last: text(last),
      ...(bid !== undefined && { bid: text(bid) }),
      ...(ask !== undefined && { ask: text(ask) }),
    }),
  'POST /control/order': placeManually,
  'POST /control/cancel': (fake, { id }) => {
    const order = fake.orders()[Number(id) - 1];
    const canceled = order && fake.engine.cancel(order);
    return canceled && !isRefusal(canceled) ? orderRow(canceled) : { refusal: 'NO_SUCH_ORDER' };
  },
  'POST /control/fill': (fake, { id, qty }) => {
    const order = fake.orders()[Number(id) - 1];
    if (order) fake.engine.fill(order, text(qty));
    return order ? orderRow(order) : { refusal: 'NO_SUCH_ORDER' };
  },
  'POST /control/fault': (fake, { kind = 'any', fault, times = 1 }) =>
    fake.faults.next(text(kind) as RequestKind | 'any', faultOf(fault), Number(times)),
  'POST /control/clear-faults': (fake) => fake.faults.clear(),
  'POST /control/drift': (fake, { ms }) => fake.drift(Number(ms)),
  'POST /control/drop-streams': (fake) => fake.streams.drop(),
};

/** Answers requests under /control/; undefined for all others. */
export function answerControl(fake: FakeExchange, { method, path, body }: WireRequest): WireAnswer | undefined {
  if (!path.startsWith('/control/')) return undefined;
  const action = ACTIONS[`${method} ${path}`];
  if (!action) return { status: 404, body: { actions: Object.keys(ACTIONS) } };
  try {
    const done = action(fake, body === '' ? {} : (JSON.parse(body) as Body));
    return { status: 200, body: done ?? { done: true } };
  } catch (error) {
    return { status: 400, body: { error: String(error) } };
  }
}
