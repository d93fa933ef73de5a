import type { OrderName, OrderSnapshot } from '../../exchange.js';
import { fromWireId, toWireId } from './client-id-rules.js';
import type { CcxtMarket, JsonObject, RowsRequest } from '../dialects/dialect.js';
import { CallFault } from '../call-fault.js';
import type { Session } from '../session/session.js';
import { readOrder, snapshotOf } from './snapshots.js';

/** If the sending time is not known, this much history is searched. */
const LOOK_BACK_MS = 24 * 60 * 60_000;
/** The lists show an order at about the time it was sent. Clocks differ, and a request may be admitted late. */
const BEFORE_MS = 10_000;
const AFTER_MS = 5 * 60_000;

/**
 * The key of an order at the exchange; undefined for a market that the exchange does not have, where no order can
 * exist.
 */
export function keyOf({ dialect, markets }: Session, { clientOrderId, symbol }: OrderName): WireKey | undefined {
  const found = markets.all().get(symbol);
  return found && { wireId: toWireId(dialect.clientId, clientOrderId), market: found.wire };
}

/**
 * Looks an order up by our id. Then, unless `byIdOnly`, it searches the market's orders of about the time it was sent,
 * then the market's trades. Throws CallFault when one of these requests fails.
 */
export async function findOrder(
  session: Session,
  ours: OrderName,
  { byIdOnly = false }: { byIdOnly?: boolean | undefined } = {},
): Promise<OrderSnapshot | undefined> {
  const key = keyOf(session, ours);
  if (!key) return undefined;
  const raw = (await findById(session, key)) ?? (byIdOnly ? undefined : await findInLists(session, key, ours.sentAt));
  return raw && snapshotOf(session, raw, key);
}

interface WireKey {
  wireId: string;
  market: CcxtMarket;
}

/** The most reliable and cheapest lookup: by our id alone. */
async function findById(session: Session, key: WireKey): Promise<JsonObject | undefined> {
  for (const lookup of session.dialect.lookups(key)) {
    const found = (await rowsOf(session, lookup)).find((row) => isOurs(session, row, key));
    if (found) return found;
  }
  return undefined;
}

async function findInLists(
  session: Session,
  key: WireKey,
  sentAt: number | undefined,
): Promise<JsonObject | undefined> {
  const { dialect, clock } = session;
  const now = clock.now();
  const sentThere = sentAt === undefined ? undefined : sentAt + clock.offsetMs();
  const since = sentThere === undefined ? now - LOOK_BACK_MS : sentThere - BEFORE_MS;
  const until = sentThere === undefined ? now : Math.min(now, sentThere + AFTER_MS);
  const seen = new Set<string>();
  for (const list of dialect.ordersSince(key.market, since, until)) {
    for (const row of await rowsOf(session, list)) {
      if (isOurs(session, row, key)) return row;
      seen.add(readOrder(session, row, key.market).id);
    }
  }
  // Trades of orders that no list contained: another part of the exchange may know more.
  const trades: JsonObject[] = [];
  for (const list of dialect.tradesSince(key.market, since, until)) trades.push(...(await rowsOf(session, list)));
  const unseen = new Set(trades.flatMap((row) => session.api.parseTrade(row, key.market).order ?? []));
  for (const exchangeOrderId of unseen) {
    if (seen.has(exchangeOrderId)) continue;
    const [row] = await rowsOf(session, dialect.byExchangeId({ ...key, exchangeOrderId }));
    if (row && isOurs(session, row, key)) return row;
  }
  return undefined;
}

/** "There is no such order" counts as an empty list. */
async function rowsOf(session: Session, ask: RowsRequest): Promise<JsonObject[]> {
  try {
    return await session.rows(ask);
  } catch (error) {
    if (error instanceof CallFault && error.errorMeaning === 'ABSENT') return [];
    throw error;
  }
}

function isOurs(
  session: Session,
  row: JsonObject,
  { wireId, market }: { wireId: string; market: CcxtMarket },
): boolean {
  const { clientId } = session.dialect;
  const theirs = readOrder(session, row, market).clientOrderId ?? '';
  return fromWireId(clientId, theirs) === fromWireId(clientId, wireId);
}
