import { setTimeout as delay } from 'node:timers/promises';
import { d, toText } from '../../../core/money/money.js';
import type { OrderRequest, OrderSnapshot, PlaceOutcome } from '../../exchange.js';
import { checkFilters } from '../../simulated/simulated-order.js';
import { toWireId } from './client-id-rules.js';
import type { CcxtMarket, JsonObject, ErrorMeaning, WireOrder } from '../dialects/dialect.js';
import { CallFault } from '../call-fault.js';
import { findOrder } from './find-order.js';
import type { Session } from '../session/session.js';
import { snapshotOf } from './snapshots.js';

type Refused = Extract<PlaceOutcome, { kind: 'refused' }>;
const refused = (code: Refused['code'], message: string): Refused => ({ kind: 'refused', code, message });

/** The meaning of a refusal, for people. The exchange's own message follows it. */
const WORDS: Partial<Record<ErrorMeaning, string>> = {
  INSUFFICIENT_BALANCE: 'The free balance at the exchange does not cover the order.',
  MIN_NOTIONAL_NOT_MET: 'The order is worth less than the exchange allows on this market.',
  INVALID_LOT_SIZE: 'The exchange does not take this quantity on this market.',
  INVALID_PRICE: 'The exchange does not take this price on this market.',
  UNKNOWN_MARKET: 'This account cannot trade this market now.',
  EXCHANGE_REFUSED: 'The exchange refused the order.',
  CLOCK: 'The exchange did not accept the time of the order; the clock was measured again.',
  LIMITED: 'The exchange takes no more requests for the moment.',
  KEY: 'The exchange did not accept the API key, its rights or the address it is used from.',
};
const FILTERS: ReadonlySet<ErrorMeaning> = new Set(['MIN_NOTIONAL_NOT_MET', 'INVALID_LOT_SIZE', 'INVALID_PRICE']);

/** How far above the best ask the limit is that replaces a market buy. */
const IOC_REACH = '1.01';
/** A duplicate order was sent within this time. */
const SENT_WITHIN_MS = 60_000;
/** When an exchange only acknowledges an order, it is looked up after each of these pauses. */
const LOOK_AFTER_MS = [0, 40, 120, 300, 600];

/** Sends one order and returns what is certain about it. */
export async function placeOrder(
  session: Session,
  request: OrderRequest,
  { leaveBefore }: { leaveBefore: number },
): Promise<PlaceOutcome> {
  const { dialect } = session;
  const found = session.markets.all().get(request.symbol);
  if (!found?.market) return refused('UNKNOWN_MARKET', `${dialect.title} does not trade ${request.symbol} now.`);
  // The value of a market order depends on a price that only the exchange knows, so the exchange checks it.
  const isLimit = request.type === 'LIMIT';
  const fault = checkFilters(request, isLimit ? found.market : { ...found.market, minNotional: '0' }, d('1'));
  if (fault) return fault;
  try {
    const order = await wireOrder(session, request, found.wire);
    return await send(session, order, request, leaveBefore);
  } catch (error) {
    return judge(session, request, error);
  }
}

async function wireOrder(session: Session, request: OrderRequest, market: CcxtMarket): Promise<WireOrder> {
  const { dialect, accountId } = session;
  const { side, type, quantity, limitPrice } = request;
  const order = {
    ...{ wireId: toWireId(dialect.clientId, request.clientOrderId), market, side, type, quantity, ioc: false },
    ...(limitPrice !== undefined && { price: limitPrice }),
    ...(accountId !== undefined && { accountId }),
    signedAt: session.clock.now(),
  };
  if (!dialect.buysByIoc || type !== 'MARKET' || side !== 'BUY') return order;
  const ticker = await session
    .as({ priority: 'follow' })
    .run('ticker', (api) => api.fetchTicker(request.symbol))
    .catch(() => undefined);
  const offer = ticker?.ask ?? ticker?.last;
  if (offer === undefined)
    throw new CallFault('notSent', `${dialect.title} returned no price, which a buy by quantity needs there.`);
  const tick = d(market.precision.price as string);
  const price = toText(d(offer).mul(IOC_REACH).div(tick).ceil().mul(tick));
  return { ...order, type: 'LIMIT', price, ioc: true };
}

async function send(
  session: Session,
  order: WireOrder,
  request: OrderRequest,
  leaveBefore: number,
): Promise<PlaceOutcome> {
  const { dialect } = session;
  const priority = order.side === 'SELL' ? 'exit' : 'entry';
  const sendOnce = () =>
    session.ask(dialect.place({ ...order, signedAt: session.clock.now() }), { leaveBefore, priority });
  const answer = await sendOnce().catch((error: unknown) => sendAgain(session, sendOnce, error));
  const raw = dialect.placedOrder?.(answer);
  // Requests that follow an order have priority over mere reads.
  const following = session.as({ priority: 'follow' });
  if (raw) return { kind: 'accepted', order: await snapshotOrBare(following, raw, order) };
  return lookAgain(following, order, request, dialect.acknowledgedId(answer));
}

/**
 * The only case in which an order is sent twice: the exchange said that it did not process it, because of its timestamp
 * or because of a rate limit. It is sent again once, and only while it may still leave.
 */
async function sendAgain(session: Session, send: () => Promise<JsonObject>, error: unknown): Promise<JsonObject> {
  const errorMeaning = error instanceof CallFault ? error.errorMeaning : undefined;
  if (errorMeaning !== 'CLOCK' && errorMeaning !== 'LIMITED') throw error;
  if (errorMeaning === 'CLOCK') await session.measureClock();
  return send().catch((second: unknown) => {
    throw second instanceof CallFault && second.kind === 'notSent' ? error : second;
  });
}

/**
 * The order certainly exists. If its fills cannot be read now, it is returned without them, and they are read later.
 */
async function snapshotOrBare(
  session: Session,
  raw: JsonObject,
  { wireId, market }: WireOrder,
): Promise<OrderSnapshot> {
  const withoutFills = { ...session, rows: () => Promise.resolve([]) };
  return snapshotOf(session, raw, { wireId, market }).catch(() => snapshotOf(withoutFills, raw, { wireId, market }));
}

/** The exchange only acknowledged the order, so its state is read a few times in the next second. */
async function lookAgain(
  session: Session,
  order: WireOrder,
  { clientOrderId }: OrderRequest,
  exchangeOrderId: string | undefined,
): Promise<PlaceOutcome> {
  const { dialect } = session;
  if (exchangeOrderId === undefined) return { kind: 'unknown', message: `${dialect.title} sent an unreadable answer.` };
  for (const waitMs of LOOK_AFTER_MS) {
    if (waitMs > 0) await delay(waitMs);
    const raw = await find(session, order, exchangeOrderId).catch(() => undefined);
    if (raw) return { kind: 'accepted', order: await snapshotOrBare(session, raw, order) };
  }
  if (dialect.acknowledgesEarly)
    return { kind: 'unknown', message: `${dialect.title} acknowledged the order and does not show it yet.` };
  const taken = { exchangeOrderId, clientOrderId, executedQty: '0', cummQuoteQty: '0', fills: [] };
  return { kind: 'accepted', order: { ...taken, status: 'NEW' } };
}

/** By the exchange's own id, which works at once where only lists contain our id. */
async function find(session: Session, { wireId, market }: WireOrder, exchangeOrderId: string) {
  const [row] = await session.rows(session.dialect.byExchangeId({ wireId, market, exchangeOrderId }));
  return row;
}

async function judge(session: Session, request: OrderRequest, error: unknown): Promise<PlaceOutcome> {
  const { dialect, log } = session;
  if (!(error instanceof CallFault)) {
    log.error({ err: error, exchange: dialect.exchange }, 'an order was sent and its answer could not be understood');
    return { kind: 'unknown', message: `${dialect.title} sent an answer that could not be understood.` };
  }
  const { kind, errorMeaning, message } = error;
  if (kind === 'notSent') return { kind: 'notSent', message };
  if (errorMeaning === 'DUPLICATE') return findDuplicate(session, request, message);
  if (errorMeaning === undefined || errorMeaning === 'ABSENT' || errorMeaning === 'OVER')
    return { kind: 'unknown', message };
  if (FILTERS.has(errorMeaning)) session.markets.refresh();
  const told = `${WORDS[errorMeaning] ?? ''} ${message}`.trim();
  if (errorMeaning === 'CLOCK' || errorMeaning === 'LIMITED') return { kind: 'notSent', message: told };
  return refused(errorMeaning === 'KEY' ? 'EXCHANGE_REFUSED' : errorMeaning, told);
}

/** An order with our id already exists: it is this order, whichever attempt delivered it. */
async function findDuplicate(session: Session, request: OrderRequest, message: string): Promise<PlaceOutcome> {
  try {
    const sentAt = session.clock.now() - SENT_WITHIN_MS;
    const order = await findOrder(session.as({ priority: 'follow' }), { ...request, sentAt });
    return order && isSame(session, request, order) ? { kind: 'accepted', order } : { kind: 'unknown', message };
  } catch {
    return { kind: 'unknown', message };
  }
}

/** An order with this id left this process before. Most exchanges would accept it again, so it is looked up instead. */
export const findSent = (session: Session, request: OrderRequest): Promise<PlaceOutcome> =>
  findDuplicate(session, request, 'An order with this id was already sent; its state is not known yet.');

function isSame({ api, markets }: Session, { symbol, quantity }: OrderRequest, { raw }: OrderSnapshot): boolean {
  const order = api.parseOrder(raw as JsonObject, markets.all().get(symbol)?.wire);
  // Not every exchange repeats the quantity of a market order.
  return order.amount === undefined || d(order.amount).eq(quantity);
}
