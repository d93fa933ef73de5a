import { d } from '../../core/money/money.js';
import { packSeconds, spanOf, unpackSeconds, type Candle, type KeptSeconds } from '../../core/price/candles.js';
import type { PriceKey } from '../../core/price/price-key.js';
import type { Database } from '../../infra/database/database.js';

type Db = Pick<Database, 'query'>;

const ROWS_MAX = 200;
const PRICE = 'CAST(? AS DECIMAL(36,18))';
const CANDLE = `(?, ?, ?, ${PRICE}, ${PRICE}, ${PRICE}, ${PRICE})`;
const WIDER = 'high = GREATEST(high, VALUES(high)), low = LEAST(low, VALUES(low))';

/** A candle of a price, of a kept interval. */
export interface KeptCandle extends Candle {
  key: PriceKey;
  seconds: KeptSeconds;
}

/**
 * `live`: prices that came after what is stored, so the close is theirs. `history`: what an exchange tells about spans
 * that may be stored in part, so the open is theirs.
 */
export async function writeCandles(db: Db, candles: readonly KeptCandle[], kind: 'live' | 'history'): Promise<void> {
  for (let from = 0; from < candles.length; from += ROWS_MAX) {
    const some = candles.slice(from, from + ROWS_MAX);
    await db.query(
      `INSERT INTO price_candles (price_key, interval_s, opened_at, open, high, low, close)
       VALUES ${some.map(() => CANDLE).join(', ')}
       ON DUPLICATE KEY UPDATE ${WIDER}, ${kind === 'live' ? 'close = VALUES(close)' : 'open = VALUES(open)'}`,
      some.flatMap(({ key, seconds, at, open, high, low, close }) => [
        ...[key, seconds, new Date(at), open, high, low, close],
      ]),
    );
  }
}

/** Adds seconds, oldest first, behind those that are stored. Writing the same again changes nothing. */
export async function writeSeconds(db: Db, seconds: ReadonlyMap<PriceKey, readonly Candle[]>): Promise<void> {
  const rows = [...seconds].flatMap(([key, candles]) => {
    const minutes = new Map<number, Candle[]>();
    for (const one of candles) minutes.set(spanOf(one.at, 60), [...(minutes.get(spanOf(one.at, 60)) ?? []), one]);
    return [...minutes].map(([at, some]) => [key, new Date(at), packSeconds(at, some)] as const);
  });
  for (let from = 0; from < rows.length; from += ROWS_MAX) {
    const some = rows.slice(from, from + ROWS_MAX);
    await db.query(
      `INSERT INTO price_seconds (price_key, minute_at, seconds) VALUES ${some.map(() => '(?, ?, ?)').join(', ')}
       ON DUPLICATE KEY UPDATE seconds = CONCAT(seconds, VALUES(seconds))`,
      some.flat(),
    );
  }
}

interface CandleRow {
  opened_at: Date;
  open: unknown;
  high: unknown;
  low: unknown;
  close: unknown;
}

const plain = (value: unknown): string => d(String(value)).toFixed();

interface Wanted {
  key: PriceKey;
  /** Only candles that begin before this (ms since 1970). */
  before: number;
  /** The newest ones, at most so many. */
  limit: number;
}

/** Candles of a kept interval, oldest first. */
export async function readCandles(
  db: Db,
  { key, before, limit, seconds }: Wanted & { seconds: KeptSeconds },
): Promise<Candle[]> {
  const rows = await db.query<CandleRow[]>(
    `SELECT opened_at, open, high, low, close FROM price_candles
      WHERE price_key = ? AND interval_s = ? AND opened_at < ? ORDER BY opened_at DESC LIMIT ?`,
    [key, seconds, new Date(before), limit],
  );
  return rows.reverse().map(({ opened_at, open, high, low, close }) => ({
    ...{ at: opened_at.getTime(), open: plain(open), high: plain(high), low: plain(low), close: plain(close) },
  }));
}

/** Single seconds, oldest first, of the newest `limit` minutes that have any. */
export async function readSeconds(db: Db, { key, before, limit }: Wanted): Promise<Candle[]> {
  const rows = await db.query<{ minute_at: Date; seconds: string }[]>(
    `SELECT minute_at, seconds FROM price_seconds
      WHERE price_key = ? AND minute_at < ? ORDER BY minute_at DESC LIMIT ?`,
    [key, new Date(before), limit],
  );
  const all = rows.reverse().flatMap(({ minute_at, seconds }) => unpackSeconds(minute_at.getTime(), seconds));
  return all.filter(({ at }) => at < before);
}

/** How many candles of an interval are stored since a moment. */
export async function countCandles(
  db: Db,
  { key, seconds, since }: { key: PriceKey; seconds: KeptSeconds; since: number },
): Promise<number> {
  const [row] = await db.query<{ n: number }[]>(
    'SELECT COUNT(*) AS n FROM price_candles WHERE price_key = ? AND interval_s = ? AND opened_at >= ?',
    [key, seconds, new Date(since)],
  );
  return Number(row?.n ?? 0);
}
