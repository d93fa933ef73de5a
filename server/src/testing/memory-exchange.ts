import type { Market } from '../core/domain.js';
import { d, toText } from '../core/money.js';
import type {
  ConnectionReport,
  Exchange,
  ExchangeBalance,
  ExchangeRegistry,
  OrderRequest,
  OrderSnapshot,
  PlaceOutcome,
  RemoteAccount,
} from '../exchange/exchange.js';

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
 * accept  fills MARKET orders at `price` at once, LIMIT orders rest
 * refuse  a definitive no
 * lose    takes the order and loses the answer
 * drop    takes nothing and answers nothing
 * crash   throws, as a process that ends between its commit and its send would leave things
 */
export type Mood = 'accept' | 'refuse' | 'lose' | 'drop' | 'crash';

export interface MemoryExchange extends Exchange {
  /** Every order that was sent, in order of arrival, taken or not. */
  readonly sent: OrderRequest[];
  /** What the exchange holds, by client order id. */
  readonly orders: ReadonlyMap<string, OrderSnapshot>;
  mood: Mood | ((request: OrderRequest) => Mood);
  price(symbol: string): Promise<undefined>;
  /** What `balances` answers. */
  holdings: ExchangeBalance[];
  /** What `remote.testConnection` answers, when it is remote. */
  report: ConnectionReport;
  /** Thrown by whatever asks the account, when set. */
  fault: Error | undefined;
}

/** An unkind exchange in memory, for tests of what happens around it. Not a simulation: it checks nothing. */
export function createMemoryExchange({
  market = MEMORY_MARKET,
  fillPrice = '100000',
  isRemote = false,
} = {}): MemoryExchange {
  const sent: OrderRequest[] = [];
  const orders = new Map<string, OrderSnapshot>();
  const take = (request: OrderRequest): OrderSnapshot => {
    const isFilled = request.type === 'MARKET';
    const fill = {
      tradeId: `t${orders.size + 1}`,
      qty: request.quantity,
      price: fillPrice,
      feeAmount: '0',
      feeAsset: market.quote,
      at: 1,
    };
    const order: OrderSnapshot = {
      exchangeOrderId: `M-${orders.size + 1}`,
      clientOrderId: request.clientOrderId,
      status: isFilled ? 'FILLED' : 'NEW',
      executedQty: isFilled ? request.quantity : '0',
      cummQuoteQty: isFilled ? toText(d(request.quantity).mul(d(fillPrice))) : '0',
      fills: isFilled ? [fill] : [],
    };
    orders.set(request.clientOrderId, order);
    return order;
  };
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
    mood: 'accept',
    sent,
    orders,
    market: async (symbol) => (symbol === market.symbol ? market : undefined),
    markets: async () => [market],
    balances: () => ask(() => exchange.holdings),
    price: async () => undefined,
    async place(request): Promise<PlaceOutcome> {
      const mood = typeof exchange.mood === 'function' ? exchange.mood(request) : exchange.mood;
      if (mood === 'crash') throw new Error('the process ended before the order was sent');
      sent.push(request);
      // Others get their turn, as they would while an order travels.
      await new Promise((resolve) => setImmediate(resolve));
      if (mood === 'refuse') return { kind: 'refused', code: 'EXCHANGE_REFUSED', message: 'Not today.' };
      if (mood === 'drop') return { kind: 'unknown', message: 'No answer.' };
      const order = take(request);
      return mood === 'lose' ? { kind: 'unknown', message: 'The answer was lost.' } : { kind: 'accepted', order };
    },
    findOrder: async ({ clientOrderId }) => orders.get(clientOrderId),
    async cancel({ clientOrderId }) {
      const order = orders.get(clientOrderId);
      return order && { ...order, status: order.status === 'NEW' ? 'CANCELED' : order.status };
    },
  };
  return exchange;
}

const refused = { refusal: { code: 'REAL_NOT_AVAILABLE', message: 'not in this version' } } as const;

/** One exchange behind every simulated account; REAL ones are refused for trading, and looked at when it is `real`. */
export const registryOf = (exchange: Exchange, { real = false } = {}): ExchangeRegistry => ({
  forAccount: ({ isSimulation }) => (isSimulation ? { exchange } : refused),
  forReading: ({ isSimulation }) => (isSimulation || real ? { exchange } : refused),
});
