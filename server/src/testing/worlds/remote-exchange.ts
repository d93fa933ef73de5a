import type { Market, OrderSide } from '../../core/domain.js';
import { d, sum, toText } from '../../core/money/money.js';
import type {
  AccountRef,
  Exchange,
  ExchangeBalance,
  ExchangeFill,
  ExchangeOrRefusal,
  ExchangeRegistry,
  ListedOrder,
  ListedTrade,
  OrderRequest,
  PlaceOutcome,
  RemoteAccount,
} from '../../exchange/exchange.js';
import { MEMORY_MARKET } from './memory-exchange.js';
import { refuse } from '../../core/reasons.js';

type Listener = Parameters<NonNullable<RemoteAccount['watchOrders']>>[0];
type OrderKey = { clientOrderId?: string; exchangeOrderId?: string };
type NewOrder = Pick<ListedOrder, 'clientOrderId' | 'symbol' | 'side' | 'type' | 'quantity' | 'limitPrice'>;

export interface RemoteExchangeOptions {
  market?: Market;
  /** The price of market orders. */
  fillPrice?: string;
  /** false = ccxt has no user stream for this exchange. */
  streams?: boolean;
  now?: () => number;
}

/** An account at an exchange in memory that others can use too. It is not a simulation: it checks nothing. */
export class RemoteExchange implements Exchange {
  readonly name = 'BINANCE_SPOT';
  readonly admission = { windowMs: 5_000 };
  /** Every order sent through `place`, in order of arrival. */
  readonly sent: OrderRequest[] = [];
  /** By the exchange's id. */
  readonly orders = new Map<string, ListedOrder>();
  readonly trades: ListedTrade[] = [];
  /** The number of calls of each kind. */
  readonly asked = { openOrders: 0, findOrder: 0, ordersSince: 0, tradesSince: 0, balances: 0 };
  readonly remote: RemoteAccount;
  holdings: ExchangeBalance[] = [];
  /** Every call fails like a broken connection. */
  isDown = false;
  private readonly listeners = new Set<Listener>();
  private readonly settings: Required<RemoteExchangeOptions>;
  private made = 0;

  constructor({
    market = MEMORY_MARKET,
    fillPrice = '100000',
    streams = true,
    now = () => Date.now(),
  }: RemoteExchangeOptions = {}) {
    this.settings = { market, fillPrice, streams, now };
    this.remote = this.remoteAccount();
  }

  market = async (symbol: string) => (symbol === this.settings.market.symbol ? this.settings.market : undefined);
  markets = async () => [this.settings.market];
  price = async () => undefined;

  balances = async (): Promise<ExchangeBalance[]> => {
    this.wire('balances');
    return this.holdings;
  };

  place = async (request: OrderRequest): Promise<PlaceOutcome> => {
    this.sent.push(request);
    await new Promise((resolve) => setImmediate(resolve));
    const order = this.put({ ...request, limitPrice: request.limitPrice ?? null });
    const isFilled = request.type === 'MARKET';
    return { kind: 'accepted', order: isFilled ? this.trade(order, request.quantity, this.settings.fillPrice) : order };
  };

  findOrder = async ({ clientOrderId }: { clientOrderId: string }): Promise<ListedOrder | undefined> => {
    this.wire('findOrder');
    return [...this.orders.values()].find((one) => one.clientOrderId === clientOrderId);
  };

  cancel = async ({ clientOrderId }: { clientOrderId: string }): Promise<ListedOrder | undefined> => {
    this.wire('findOrder');
    this.end({ clientOrderId });
    return this.find({ clientOrderId });
  };

  /** An order that this program did not place. */
  byHand(order: {
    symbol?: string;
    side: OrderSide;
    quantity: string;
    limitPrice?: string;
    clientOrderId?: string;
  }): ListedOrder {
    const { symbol = this.settings.market.symbol, limitPrice = null, clientOrderId = `hand-${this.made}` } = order;
    const type = limitPrice === null ? 'MARKET' : 'LIMIT';
    const placed = this.put({ ...order, symbol, limitPrice, clientOrderId, type });
    return limitPrice === null ? this.trade(placed, order.quantity, this.settings.fillPrice) : placed;
  }

  /** Fills a part of an order and reports it to the stream unless `silent`. */
  fillOrder(key: OrderKey, qty: string, price: string, silent = false): void {
    this.tell(this.trade(this.find(key), qty, price), silent);
  }

  /** Ends an order at the exchange, as its owner could do there. */
  end(key: OrderKey, silent = false): void {
    const order = this.find(key);
    if (!isOpen(order)) return;
    const ended = { ...order, status: 'CANCELED' as const };
    this.orders.set(order.exchangeOrderId, ended);
    this.tell(ended, silent);
  }

  /** Simulates a short interruption of the stream. */
  gap(): void {
    for (const { onGap } of this.listeners) onGap();
  }

  watchers(): number {
    return this.listeners.size;
  }

  private remoteAccount(): RemoteAccount {
    const { listeners } = this;
    const watchOrders = (listener: Listener) => {
      listeners.add(listener);
      return { stop: async () => void listeners.delete(listener) };
    };
    // Lists omit the trades, like those of most exchanges.
    const list = (some: Iterable<ListedOrder>) => [...some].map((order) => ({ ...order, fills: [] }));
    return {
      testConnection: async () => ({
        ...{ canRead: true, canTrade: true, canWithdraw: false, latencyMs: 1, clockOffsetMs: 0 },
      }),
      openOrders: async () => {
        this.wire('openOrders');
        return list([...this.orders.values()].filter(isOpen));
      },
      ordersSince: async (symbol, since) => {
        this.wire('ordersSince');
        return list([...this.orders.values()].filter((one) => one.symbol === symbol && one.createdAt >= since));
      },
      tradesSince: async (symbol, since) => {
        this.wire('tradesSince');
        return this.trades.filter((one) => one.symbol === symbol && one.at >= since);
      },
      ...(this.settings.streams && { watchOrders }),
    };
  }

  private wire(name: keyof RemoteExchange['asked']): void {
    this.asked[name]++;
    if (this.isDown) throw new Error('socket hang up');
  }

  private tell(order: ListedOrder, silent: boolean): void {
    if (!silent) for (const { onOrder } of this.listeners) onOrder(order);
  }

  private put(order: NewOrder): ListedOrder {
    const exchangeOrderId = `R-${++this.made}`;
    const { clientOrderId, symbol, side, type, quantity, limitPrice } = order;
    const listed: ListedOrder = {
      ...{ exchangeOrderId, clientOrderId, symbol, side, type, quantity, limitPrice, status: 'NEW' },
      ...{ executedQty: '0', cummQuoteQty: '0', fills: [], createdAt: this.settings.now() },
    };
    this.orders.set(exchangeOrderId, listed);
    return listed;
  }

  private find({ clientOrderId, exchangeOrderId }: OrderKey): ListedOrder {
    const isIt = (one: ListedOrder) => one.exchangeOrderId === exchangeOrderId || one.clientOrderId === clientOrderId;
    const found = [...this.orders.values()].find(isIt);
    if (!found) throw new Error('there is no such order');
    return found;
  }

  private trade(order: ListedOrder, qty: string, price: string): ListedOrder {
    const { exchangeOrderId, symbol, side } = order;
    const { market, now } = this.settings;
    const tradeId = `T-${++this.made}`;
    const fill: ExchangeFill = { tradeId, qty, price, feeAmount: '0', feeAsset: market.quote, at: now() };
    this.trades.push({ ...fill, exchangeOrderId, symbol, side });
    const fills = [...order.fills, fill];
    const executed = sum(fills.map((one) => d(one.qty)));
    const next: ListedOrder = {
      ...{ ...order, fills, executedQty: toText(executed) },
      cummQuoteQty: toText(sum(fills.map((one) => d(one.qty).mul(d(one.price))))),
      status: executed.gte(d(order.quantity)) ? 'FILLED' : 'PARTIALLY_FILLED',
    };
    this.orders.set(exchangeOrderId, next);
    return next;
  }
}

const isOpen = ({ status }: ListedOrder): boolean => status === 'NEW' || status === 'PARTIALLY_FILLED';

export const createRemoteExchange = (options: RemoteExchangeOptions = {}): RemoteExchange =>
  new RemoteExchange(options);

/** Each account uses its exchange from the map, by account id. Other accounts are refused. */
export function registryOfRemotes(exchanges: ReadonlyMap<number, Exchange>): ExchangeRegistry {
  const forAccount = ({ id }: AccountRef): ExchangeOrRefusal => {
    const exchange = exchanges.get(id);
    return exchange ? { ok: true, exchange } : refuse('REAL_NOT_AVAILABLE', 'not here');
  };
  return { forAccount, forReading: forAccount };
}
