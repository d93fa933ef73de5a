import type { OrderName, OrderSnapshot } from '../../exchange.js';
import { fromWireId, toWireId } from './client-id-rules.js';
import type { CcxtMarket, JsonObject, RowsRequest } from '../dialects/dialect.js';
import { CallFault } from '../call-fault.js';
import type { Session } from '../session/session.js';
import { readOrder, snapshotOf } from './snapshots.js';

/** When it was sent is not known: it may be there since. */
const LOOK_BACK_MS = 24 * 60 * 60_000;
/** An order stands in the lists at about the time it was sent: our clocks differ, and a request may be admitted late. */
const BEFORE_MS = 10_000;
const AFTER_MS = 5 * 60_000;

/** Names an order for the wire; undefined for a market the exchange does not have, where no order can be. */
export function keyOf({ dialect, markets }: Session, { clientOrderId, symbol }: OrderName): WireKey | undefined {
  const found = markets.all().get(symbol);
  return found && { wireId: toWireId(dialect.clientId, clientOrderId), market: found.wire };
}

/**
 * Looks an order up by our id, then, unless `byIdOnly`, in the list of the market's orders of about the time it was sent,
 * then by the trades of the market. Throws CallFault when one of them could not be asked.
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

/** The surest and cheapest question: by our id alone. */
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
  // Trades of orders that no list had: another part of the exchange may know more.
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

/** "There is no such order" is an empty list. */
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
