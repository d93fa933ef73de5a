import { d } from '../core/money/money.js';
import { readPriceKey } from '../core/price/price-key.js';
import type { Database } from '../infra/database/database.js';
import { atVenue } from '../core/price/venue-price.js';
import type { OrderedPrice } from './price-sharing.js';

type Db = Pick<Database, 'query'>;

const PRICE = 'CAST(? AS DECIMAL(36,18))';
const ROW = `(?, ${PRICE}, ${PRICE}, ${PRICE}, ?, ?, ?, ?, UTC_TIMESTAMP(3))`;
const ROWS_MAX = 500;
/**
 * A row of a later leader is not overwritten. The columns are written in this order, with the term last, because the
 * conditions of the others read it.
 */
const COLUMNS = ['last', 'bid', 'ask', 'seen_at', 'source', 'seq', 'written_at', 'term'];
const NEWER = COLUMNS.map((name) => `${name} = IF(VALUES(term) >= term, VALUES(${name}), ${name})`).join(', ');

/** Writes the latest price of each key, for processes that cannot receive them through Redis. */
export async function writeSharedPrices(db: Db, prices: readonly OrderedPrice[]): Promise<void> {
  for (let from = 0; from < prices.length; from += ROWS_MAX) {
    const some = prices.slice(from, from + ROWS_MAX);
    const values = some.flatMap(({ price: { key, last, bid, ask, at, source }, order: { term, seq } }) => [
      ...[key, last, bid ?? null, ask ?? null, new Date(at), source.slice(0, 64), term, seq],
    ]);
    await db.query(
      `INSERT INTO shared_prices (price_key, last, bid, ask, seen_at, source, term, seq, written_at)
       VALUES ${some.map(() => ROW).join(', ')} ON DUPLICATE KEY UPDATE ${NEWER}`,
      values,
    );
  }
}

interface Row {
  price_key: string;
  last: unknown;
  bid: unknown;
  ask: unknown;
  seen_at: Date;
  source: string;
  term: number;
  seq: number;
}

const plain = (value: unknown): string => d(String(value)).toFixed();

/**
 * Prices written in the last `withinMs` by the database's clock, except those of venues that only a newer version
 * knows.
 */
export async function readSharedPrices(db: Db, withinMs: number): Promise<OrderedPrice[]> {
  const rows = await db.query<Row[]>(
    `SELECT price_key, last, bid, ask, seen_at, source, term, seq FROM shared_prices
      WHERE written_at >= UTC_TIMESTAMP(3) - INTERVAL ? MICROSECOND ORDER BY term, seq`,
    [withinMs * 1_000],
  );
  return rows.flatMap(({ price_key, last, bid, ask, seen_at, source, term, seq }) => {
    const known = readPriceKey(price_key);
    if (!known) return [];
    const sides = { ...(bid !== null && { bid: plain(bid) }), ...(ask !== null && { ask: plain(ask) }) };
    const price = { symbol: known.symbol, last: plain(last), ...sides, at: seen_at.getTime(), source };
    return [{ price: atVenue(known.venue, price), order: { term: Number(term), seq: Number(seq) } }];
  });
}
