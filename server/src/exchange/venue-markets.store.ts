import type { NamedMarket } from '../core/signal/market-tickers.js';
import type { PriceVenue } from '../core/price/price-key.js';
import type { Database } from '../infra/database/database.js';

type Db = Pick<Database, 'query'>;

/** Replaces the stored markets of a venue. */
export async function writeVenueMarkets(
  db: Db,
  { venue, markets, readAt }: { venue: PriceVenue; markets: readonly NamedMarket[]; readAt: Date },
): Promise<void> {
  await db.query(
    `INSERT INTO venue_markets (venue, markets_json, read_at) VALUES (?, ?, ?)
     ON DUPLICATE KEY UPDATE markets_json = VALUES(markets_json), read_at = VALUES(read_at)`,
    [venue, JSON.stringify(markets.map(({ symbol, names }) => [symbol, ...names])), readAt],
  );
}

/** When each venue's markets were read, ms since 1970. */
export async function readVenueMarketTimes(db: Db): Promise<Map<string, number>> {
  const rows = await db.query<{ venue: string; read_at: Date }[]>('SELECT venue, read_at FROM venue_markets');
  return new Map(rows.map(({ venue, read_at }) => [venue, read_at.getTime()]));
}

/** The markets of one venue; undefined when they were never read. */
export async function readVenueMarkets(db: Db, venue: string): Promise<NamedMarket[] | undefined> {
  const [row] = await db.query<{ markets_json: string }[]>('SELECT markets_json FROM venue_markets WHERE venue = ?', [
    venue,
  ]);
  if (!row) return undefined;
  return (JSON.parse(row.markets_json) as string[][]).map(([symbol = '', ...names]) => {
    const [base = '', quote = ''] = symbol.split('/');
    return { symbol, base, quote, names };
  });
}
