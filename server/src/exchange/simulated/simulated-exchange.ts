import type { Clock } from '../../context.js';
import type { Market } from '../../core/domain.js';
import { d, floorToStep, min, toText, type D } from '../../core/money/money.js';
import { isFreshPrice } from '../../core/price/price-age.js';
import { priceKey } from '../../core/price/price-key.js';
import { Batch, isDuplicateKey, type Database, type WriteResult } from '../../infra/database/database.js';
import type { PriceBoard } from '../../ports.js';
import { demoMarket, openDemoMarkets } from './demo-markets.js';
import type { AccountRef, Exchange, OrderRequest, OrderSnapshot, PlaceOutcome } from '../exchange.js';
import {
  cancelOrder,
  checkFilters,
  fillOrder,
  isOpenOrder,
  openOrder,
  snapshotOf,
  takerPrice,
  type OrderStep,
  type SimulatedOrder,
} from './simulated-order.js';
import {
  addBalanceChanges,
  lockBalances,
  readSimulatedBalances,
  startBalances,
  type BalanceRow,
} from '../account-balances.store.js';
import { BEGIN_ADMISSION, SELECT_ORDER, insertOrder, readOrder, updateOrder } from './simulated-order.store.js';

/** How the simulated exchange behaves, the same for every account. */
export interface SimulationRules {
  db: Database;
  prices: Pick<PriceBoard, 'get'>;
  clock: Clock;
  /** Prices older than this fill nothing. */
  stalePriceMs: number;
  /** The fee in percent of the received asset; default '0.1'. */
  feePct?: string;
  /** The maximum quantity of a LIMIT order that one tick fills, in the base asset; default everything. */
  maxFillQtyPerTick?: string;
}

export const DEFAULT_FEE_PCT = '0.1';
/**
 * Like a real exchange's recvWindow: an order that waited longer for a connection or a lock is not admitted, so that
 * absence can be proven. The database server checks it again, for a process that is suspended between its two round
 * trips.
 */
const DECIDE_WITHIN_MS = 3_000;
const COMMIT_WITHIN_SEC = 1;
const CLIENT_ID_TAKEN = 'another order of this account already has this client order id';

/**
 * The exchange of one SIMULATION account: an order book and balances in MySQL, with fills at the prices of the board.
 * Its answers depend only on the rows, the prices and the clock. A client order id belongs to one order of the account
 * forever: placing it again returns the existing order.
 */
export function createSimulatedExchange(rules: SimulationRules & { account: AccountRef }): Exchange {
  const { db, prices, clock, account } = rules;
  let hasBalances = false;
  const begin = async () => {
    hasBalances ||= await startBalances(db, account.id);
  };
  return {
    name: account.exchange,
    admission: { windowMs: DECIDE_WITHIN_MS + COMMIT_WITHIN_SEC * 1_000 },
    market: async (symbol) => demoMarket(symbol),
    markets: async () => openDemoMarkets(),
    price: async (symbol) => (demoMarket(symbol) ? prices.get(priceKey('SIMULATION', symbol)) : undefined),
    async balances() {
      await begin();
      const rows = await readSimulatedBalances(db, account.id);
      return rows.map(({ asset, free, locked }) => ({ asset, free: toText(d(free)), locked: toText(d(locked)) }));
    },
    async place(request) {
      try {
        await begin();
        return await placeOnce(rules, request);
      } catch (error) {
        // The commit may have arrived, although its answer did not.
        return { kind: 'unknown', message: error instanceof Error ? error.message : String(error) };
      }
    },
    async findOrder({ clientOrderId }) {
      const order = readOrder(await db.query(SELECT_ORDER, [account.id, clientOrderId]));
      return order && snapshotOf(order);
    },
    cancel: ({ clientOrderId }) => cancelOnce({ db, clock, accountId: account.id }, clientOrderId),
  };
}

/**
 * The board's price, or the price that triggered the order if the board has no later one: its feed is in another
 * process, and the link between them may be down. undefined when both are older than `stalePriceMs`.
 */
function freshPrice({ prices, clock, stalePriceMs }: SimulationRules, { symbol, seen }: OrderRequest) {
  const known = prices.get(priceKey('SIMULATION', symbol));
  const price = seen && seen.at > (known?.at ?? 0) ? { symbol, last: seen.price, at: seen.at, source: 'exit' } : known;
  return price && isFreshPrice(price, clock.now(), stalePriceMs) ? price : undefined;
}

async function placeOnce(
  rules: SimulationRules & { account: AccountRef },
  request: OrderRequest,
): Promise<PlaceOutcome> {
  const { db, clock, account } = rules;
  const askedAt = Math.min(performance.now(), request.leaveBefore ?? Infinity);
  const market = demoMarket(request.symbol);
  if (!market) return { kind: 'refused', code: 'UNKNOWN_MARKET', message: `${request.symbol} is not traded here.` };
  try {
    return await db.transaction(async (tx): Promise<PlaceOutcome> => {
      const reads = lockBalances(new Batch(), account.id, [market.base, market.quote]);
      reads.add(SELECT_ORDER, [account.id, request.clientOrderId]).add(BEGIN_ADMISSION, [COMMIT_WITHIN_SEC]);
      const [balances, found] = await tx.run(reads);
      const existing = readOrder(found);
      if (existing) {
        await tx.rollback();
        return answerRepeat(existing, request);
      }
      if (performance.now() - askedAt > DECIDE_WITHIN_MS) {
        await tx.rollback();
        return { kind: 'refused', code: 'EXCHANGE_REFUSED', message: 'The order waited too long to be admitted.' };
      }
      const decision = decide(rules, { request, market, balances: balances as BalanceRow[] });
      if ('kind' in decision) {
        await tx.rollback();
        // A sell must not fail because a price is missing: it waits and sells once a price is known again.
        const waits = request.side === 'SELL' && decision.kind === 'refused' && decision.code === 'PRICE_UNAVAILABLE';
        return waits ? { kind: 'notSent', message: decision.message } : decision;
      }
      const at = new Date(clock.now());
      const writes = insertOrder(new Batch(), account.id, decision.order, at);
      const [inserted] = await tx.commit(addBalanceChanges(writes, account.id, { changes: decision.changes, at }));
      return { kind: 'accepted', order: snapshotOf({ ...decision.order, id: (inserted as WriteResult).insertId }) };
    });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    // Two identical orders came at the same time, and the unique key admitted one.
    const existing = readOrder(await db.query(SELECT_ORDER, [account.id, request.clientOrderId]));
    if (!existing) throw error;
    return answerRepeat(existing, request);
  }
}

/**
 * The same order again gets the state of the existing order. A different order under a used id is not placed, but
 * "refused" would say that no order with this id exists: `unknown` makes the caller look up the existing one.
 */
function answerRepeat(existing: SimulatedOrder, request: OrderRequest): PlaceOutcome {
  const isSame =
    existing.symbol === request.symbol &&
    existing.side === request.side &&
    existing.type === request.type &&
    existing.quantity.eq(request.quantity) &&
    (existing.limitPrice === null || existing.limitPrice.eq(request.limitPrice ?? '0'));
  return isSame ? { kind: 'accepted', order: snapshotOf(existing) } : { kind: 'unknown', message: CLIENT_ID_TAKEN };
}

type Refused = Extract<PlaceOutcome, { kind: 'refused' }>;

function decide(
  rules: SimulationRules,
  { request, market, balances }: { request: OrderRequest; market: Market; balances: readonly BalanceRow[] },
): Refused | OrderStep {
  const current = freshPrice(rules, request);
  const price = current && takerPrice(request.side, current);
  const refusal = checkFilters(request, market, price);
  if (refusal) return refusal;
  // A LIMIT order may rest without a fresh price. checkFilters has already refused a MARKET order in that case.
  const opened = openOrder(request, market, price ?? d(request.limitPrice as string));
  const { lockedAsset, lockedAmount } = opened.order;
  const free = d(balances.find(({ asset }) => asset === lockedAsset)?.free ?? '0');
  if (free.lt(lockedAmount)) {
    const message = `The order needs ${toText(lockedAmount)} ${lockedAsset}, ${toText(free)} are free.`;
    return { kind: 'refused', code: 'INSUFFICIENT_BALANCE', message };
  }
  const qty = price && quantityAtOnce(rules, opened.order, { market, price });
  if (!qty) return opened;
  const { feePct = DEFAULT_FEE_PCT, clock } = rules;
  // The clock of the process that saw the price may be a little ahead. A trade is never earlier than its price: exits
  // count prices from the trade on, so earlier prices would count too.
  return fillOrder(opened, { market, qty, price, feePct, at: Math.max(clock.now(), current?.at ?? 0) });
}

/**
 * The quantity that a new order trades before it rests: all of a MARKET order, nothing of a LIMIT order that the price
 * does not reach.
 */
function quantityAtOnce(
  rules: Pick<SimulationRules, 'maxFillQtyPerTick'>,
  order: SimulatedOrder,
  { market, price }: { market: Market; price: D },
): D | undefined {
  if (order.limitPrice === null) return order.quantity;
  const isMarketable = order.side === 'BUY' ? order.limitPrice.gte(price) : order.limitPrice.lte(price);
  return isMarketable ? quantityPerTick(rules, order, market) : undefined;
}

/** The quantity of a LIMIT order that one tick fills: the rest, or the maximum per tick, but at least one step. */
export function quantityPerTick(
  { maxFillQtyPerTick }: Pick<SimulationRules, 'maxFillQtyPerTick'>,
  order: SimulatedOrder,
  market: Market,
): D {
  const left = order.quantity.sub(order.executedQty);
  if (maxFillQtyPerTick === undefined) return left;
  const allowed = floorToStep(d(maxFillQtyPerTick), d(market.stepSize));
  return min(left, allowed.isZero() ? d(market.stepSize) : allowed);
}

async function cancelOnce(
  { db, clock, accountId }: { db: Database; clock: Clock; accountId: number },
  clientOrderId: string,
): Promise<OrderSnapshot | undefined> {
  const before = readOrder(await db.query(SELECT_ORDER, [accountId, clientOrderId]));
  const market = before && demoMarket(before.symbol);
  if (!before || !market || !isOpenOrder(before)) return before && snapshotOf(before);
  return db.transaction(async (tx) => {
    const reads = lockBalances(new Batch(), accountId, [market.base, market.quote]);
    const [, found] = await tx.run(reads.add(`${SELECT_ORDER} FOR UPDATE`, [accountId, clientOrderId]));
    const order = readOrder(found);
    if (!order || !isOpenOrder(order)) {
      await tx.rollback();
      return order && snapshotOf(order);
    }
    const step = cancelOrder(order);
    const at = new Date(clock.now());
    await tx.commit(
      addBalanceChanges(updateOrder(new Batch(), step.order, at), accountId, { changes: step.changes, at }),
    );
    return snapshotOf(step.order);
  });
}
