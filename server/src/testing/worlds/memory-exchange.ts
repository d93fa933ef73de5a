import type { Market } from '../../core/domain.js';
import { d, floorToStep, toText } from '../../core/money/money.js';
import type {
  ConnectionReport,
  Exchange,
  ExchangeBalance,
  ExchangeRegistry,
  OrderRequest,
  OrderSnapshot,
  PlaceOutcome,
  RemoteAccount,
} from '../../exchange/exchange.js';
import { refuse } from '../../core/reasons.js';

export const MEMORY_MARKET: Market = {
  symbol: 'BTC/USDT',
  base: 'BTC',
  quote: 'USDT',
  tickSize: '0.01',
  stepSize: '0.00001',
  minQty: '0.00001',
  minNotional: '5',
};

/**
 * accept  fills MARKET orders at `price` at once; LIMIT orders rest
 * dry     fills half of a MARKET order and cancels the rest, like an order book without enough liquidity
 * refuse  refuses the order for good
 * hold    asks to wait; the order is not processed
 * lose    accepts the order and loses the answer
 * drop    does not accept the order and does not answer
 * crash   throws, as if the process ended between its commit and sending the order
 */
export type FaultMode = 'accept' | 'dry' | 'refuse' | 'hold' | 'lose' | 'drop' | 'crash';

export interface MemoryExchange extends Exchange {
  /** Every order that was sent, in order of arrival, accepted or not. */
  readonly sent: OrderRequest[];
  /** The exchange's orders, by client order id. */
  readonly orders: ReadonlyMap<string, OrderSnapshot>;
  faultMode: FaultMode | ((request: OrderRequest) => FaultMode);
  price(symbol: string): Promise<undefined>;
  /** The result of `balances`. */
  holdings: ExchangeBalance[];
  /** The result of `remote.testConnection`, when it is remote. */
  report: ConnectionReport;
  /** When set, every request about the account throws it. */
  fault: Error | undefined;
  /** Fills a part of a resting order. */
  fillPart(clientOrderId: string, qty: string): void;
}

/** The exchange's state and its operations. */
function createBook(market: Market, fillPrice: string) {
  const orders = new Map<string, OrderSnapshot>();
  const requested = new Map<string, string>();
  let trades = 0;
  const withFill = (order: OrderSnapshot, qty: string, status: OrderSnapshot['status']): OrderSnapshot => {
    const tradeId = `t${++trades}`;
    const fill = { tradeId, qty, price: fillPrice, feeAmount: '0', feeAsset: market.quote, at: trades };
    const executed = d(order.executedQty).add(d(qty));
    const filled: OrderSnapshot = {
      ...order,
      status,
      executedQty: toText(executed),
      cummQuoteQty: toText(executed.mul(d(fillPrice))),
      fills: [...order.fills, fill],
    };
    orders.set(order.clientOrderId, filled);
    return filled;
  };
  const take = ({ clientOrderId, type, quantity }: OrderRequest, faultMode: FaultMode): OrderSnapshot => {
    const exchangeOrderId = `M-${orders.size + 1}`;
    const nothing = { executedQty: '0', cummQuoteQty: '0', fills: [] };
    const order: OrderSnapshot = { exchangeOrderId, clientOrderId, status: 'NEW', ...nothing };
    requested.set(clientOrderId, quantity);
    orders.set(clientOrderId, order);
    if (type === 'LIMIT') return order;
    const half = floorToStep(d(quantity).div(d('2')), d(market.stepSize));
    return faultMode === 'dry' && half.gt(0)
      ? withFill(order, toText(half), 'EXPIRED')
      : withFill(order, quantity, 'FILLED');
  };
  const cancel = (clientOrderId: string): OrderSnapshot | undefined => {
    const order = orders.get(clientOrderId);
    if (order?.status !== 'NEW' && order?.status !== 'PARTIALLY_FILLED') return order;
    const canceled = { ...order, status: 'CANCELED' as const };
    orders.set(clientOrderId, canceled);
    return canceled;
  };
  const fillPart = (clientOrderId: string, qty: string): void => {
    const order = orders.get(clientOrderId);
    if (!order) throw new Error(`there is no order ${clientOrderId}`);
    const left = d(requested.get(clientOrderId) ?? '0').sub(d(order.executedQty));
    withFill(order, qty, left.eq(d(qty)) ? 'FILLED' : 'PARTIALLY_FILLED');
  };
  return { orders, take, cancel, fillPart };
}

/**
 * An exchange in memory that can misbehave, for tests of the code around it. It is not a simulation: it checks nothing.
 */
export function createMemoryExchange({
  market = MEMORY_MARKET,
  fillPrice = '100000',
  isRemote = false,
} = {}): MemoryExchange {
  const sent: OrderRequest[] = [];
  const { orders, take, cancel, fillPart } = createBook(market, fillPrice);
  const ask = async <T>(answer: () => T): Promise<T> => {
    if (exchange.fault) throw exchange.fault;
    return answer();
  };
  const remote: RemoteAccount = {
    testConnection: () => ask(() => exchange.report),
    openOrders: () => ask(() => []),
    ordersSince: () => ask(() => []),
    tradesSince: () => ask(() => []),
  };
  const exchange: MemoryExchange = {
    ...(isRemote && { remote }),
    holdings: [],
    report: { canRead: true, canTrade: true, canWithdraw: false, latencyMs: 21, clockOffsetMs: -3 },
    fault: undefined,
    name: 'BINANCE_SPOT',
    admission: { windowMs: 0 },
    faultMode: 'accept',
    sent,
    orders,
    market: async (symbol) => (symbol === market.symbol ? market : undefined),
    markets: async () => [market],
    balances: () => ask(() => exchange.holdings),
    price: async () => undefined,
    async place(request): Promise<PlaceOutcome> {
      const faultMode = typeof exchange.faultMode === 'function' ? exchange.faultMode(request) : exchange.faultMode;
      if (faultMode === 'crash') throw new Error('the process ended before the order was sent');
      sent.push(request);
      // Other code gets a turn, as it would while an order is on the network.
      await new Promise((resolve) => setImmediate(resolve));
      if (faultMode === 'hold') return { kind: 'notSent', message: 'Too many requests.' };
      if (faultMode === 'refuse') return { kind: 'refused', code: 'EXCHANGE_REFUSED', message: 'Not today.' };
      if (faultMode === 'drop') return { kind: 'unknown', message: 'No answer.' };
      const order = take(request, faultMode);
      return faultMode === 'lose' ? { kind: 'unknown', message: 'The answer was lost.' } : { kind: 'accepted', order };
    },
    findOrder: async ({ clientOrderId }) => orders.get(clientOrderId),
    cancel: async ({ clientOrderId }) => cancel(clientOrderId),
    fillPart,
  };
  return exchange;
}

const refused = refuse('REAL_NOT_AVAILABLE', 'not in this version');

/** One exchange for all simulated accounts. REAL accounts cannot trade; they can be read when it is `real`. */
export const registryOf = (exchange: Exchange, { real = false } = {}): ExchangeRegistry => ({
  forAccount: ({ isSimulation }) => (isSimulation ? { ok: true, exchange } : refused),
  forReading: ({ isSimulation }) => (isSimulation || real ? { ok: true, exchange } : refused),
  ...(real && exchange.remote && { testKeys: exchange.remote.testConnection }),
});
