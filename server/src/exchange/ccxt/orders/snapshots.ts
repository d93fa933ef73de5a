import { d, roundMoney, sum, toText, ZERO, type D } from '../../../core/money/money.js';
import type { ExchangeFill, ListedOrder, ListedTrade, OrderSnapshot } from '../../exchange.js';
import type { CcxtOrder, CcxtTrade } from '../session/ccxt-api.js';
import { fromWireId } from './client-id-rules.js';
import type { CcxtMarket, PlacedKey, JsonObject } from '../dialects/dialect.js';
import { CallFault } from '../call-fault.js';
import type { Session } from '../session/session.js';

const decimal = (text: string | undefined): D => (text === undefined ? ZERO : d(text));
const plain = (text: string | undefined): string => toText(roundMoney(decimal(text)));

/** Our status, from ccxt's five states and the executed quantity. */
function statusOf({ status, amount, filled }: CcxtOrder): OrderSnapshot['status'] {
  const executed = decimal(filled);
  switch (status) {
    case 'closed':
      // Some exchanges report an order as closed when its rest was canceled.
      return amount !== undefined && executed.lt(d(amount)) ? 'CANCELED' : 'FILLED';
    case 'canceled':
      return 'CANCELED';
    case 'expired':
      return 'EXPIRED';
    case 'rejected':
      return executed.gt(0) ? 'CANCELED' : 'REJECTED';
    default:
      return executed.gt(0) ? 'PARTIALLY_FILLED' : 'NEW';
  }
}

function fillOf(trade: CcxtTrade, market: CcxtMarket, at: number): ExchangeFill {
  const fee = [trade.fee, ...(trade.fees ?? [])].find((each) => each?.cost !== undefined && !d(each.cost).isZero());
  if (!trade.id || trade.amount === undefined || trade.price === undefined)
    throw new CallFault('silent', 'A trade of the exchange could not be read.');
  return {
    tradeId: trade.id,
    qty: plain(trade.amount),
    price: plain(trade.price),
    feeAmount: plain(fee?.cost),
    feeAsset: fee?.currency ?? market.quote,
    at: trade.timestamp ?? at,
  };
}

/**
 * Reads an order from an answer with ccxt. Throws when it is unreadable: ccxt parses half an answer to an empty order.
 */
export function readOrder({ api, dialect }: Session, raw: JsonObject, market: CcxtMarket): CcxtOrder & { id: string } {
  const order = api.parseOrder(raw, market);
  if (!order.id || order.status === undefined)
    throw new CallFault('silent', `${dialect.title} returned an order that could not be read.`);
  return { ...order, id: order.id };
}

export const fillsQty = (fills: readonly ExchangeFill[]): D => sum(fills.map(({ qty }) => d(qty)));

/**
 * An order with all its fills: from the answer if it has them, else requested. An exchange may report a fill later than
 * the order. Such an order is returned with the known fills and counts as open until it is complete.
 */
export async function snapshotOf(
  session: Session,
  raw: JsonObject,
  { wireId, market }: { wireId: string; market: CcxtMarket },
): Promise<OrderSnapshot> {
  const order = readOrder(session, raw, market);
  const executed = decimal(order.filled);
  const at = order.timestamp ?? session.clock.now();
  let fills = (order.trades ?? []).filter(({ amount }) => amount !== undefined).map((each) => fillOf(each, market, at));
  if (!fillsQty(fills).eq(executed)) {
    fills = await askFills(session, { wireId, market, exchangeOrderId: order.id, raw }, at);
  }
  return {
    exchangeOrderId: order.id,
    clientOrderId: fromWireId(session.dialect.clientId, wireId),
    status: statusOf(order),
    // More fills than the order reported: it continued in the meantime.
    executedQty: toText(roundMoney(fillsQty(fills).gt(executed) ? fillsQty(fills) : executed)),
    cummQuoteQty: toText(
      fills.length > 0
        ? sum(fills.map(({ qty, price }) => roundMoney(d(qty).mul(price))))
        : roundMoney(decimal(order.cost)),
    ),
    fills,
    raw,
  };
}

async function askFills(session: Session, placed: PlacedKey, at: number): Promise<ExchangeFill[]> {
  const fills = new Map<string, ExchangeFill>();
  for (const ask of session.dialect.fills(placed)) {
    for (const row of await session.rows(ask)) {
      const fill = fillOf(session.api.parseTrade(row, placed.market), placed.market, at);
      fills.set(fill.tradeId, fill);
    }
  }
  return [...fills.values()].sort((a, b) => a.at - b.at);
}

/** An order of a list, without its fills. */
export function listedOrder(session: Session, raw: JsonObject, market: CcxtMarket): ListedOrder {
  const order = readOrder(session, raw, market);
  const isLimit = order.type !== 'market' && order.price !== undefined;
  return {
    exchangeOrderId: order.id,
    clientOrderId: fromWireId(session.dialect.clientId, order.clientOrderId ?? ''),
    status: statusOf(order),
    executedQty: plain(order.filled),
    cummQuoteQty: plain(order.cost),
    fills: [],
    symbol: market.symbol,
    side: order.side === 'sell' ? 'SELL' : 'BUY',
    type: isLimit ? 'LIMIT' : 'MARKET',
    quantity: plain(order.amount ?? order.filled),
    limitPrice: isLimit ? plain(order.price) : null,
    createdAt: order.timestamp ?? session.clock.now(),
  };
}

/** The market of an order from a list of all markets; undefined for an unknown market, such as a suspended one. */
export const marketOf = ({ api, markets }: Session, row: JsonObject): CcxtMarket | undefined =>
  markets.all().get(api.parseOrder(row).symbol ?? '')?.wire;

/** A pushed order with all its fills; undefined when its market is unknown. */
export async function pushedOrder(session: Session, row: JsonObject): Promise<ListedOrder | undefined> {
  const market = marketOf(session, row);
  if (!market) return undefined;
  const wireId = readOrder(session, row, market).clientOrderId ?? '';
  const { raw: _, ...whole } = await snapshotOf(session, row, { wireId, market });
  return { ...listedOrder(session, row, market), ...whole };
}

export function listedTrade(session: Session, raw: JsonObject, market: CcxtMarket): ListedTrade {
  const trade = session.api.parseTrade(raw, market);
  return {
    ...fillOf(trade, market, session.clock.now()),
    exchangeOrderId: trade.order ?? '',
    symbol: market.symbol,
    side: trade.side === 'sell' ? 'SELL' : 'BUY',
  };
}
