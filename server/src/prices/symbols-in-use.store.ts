import { followedSymbols } from '../core/price/followed-symbols.js';
import { exchangeOf, type RealVenue } from '../core/price/price-key.js';
import { PRICE_VENUE } from '../exchange/account-ref.store.js';
import { DEMO_MARKETS } from '../exchange/simulated/demo-markets.js';
import type { Database } from '../infra/database/database.js';
import { readOpenAtVenues } from './open-keys.store.js';

type Db = Pick<Database, 'query'>;

/**
 * The symbols of the simulation: those of the demo markets, of every parameter of its accounts and of every open
 * position. Some positions may belong only to real accounts; excluding them would mean reading all positions.
 */
export async function readSimulationSymbols(db: Db): Promise<string[]> {
  const rows = await db.query<{ symbol: string }[]>(
    `SELECT t.symbol FROM trade_parameters t JOIN exchange_accounts a ON a.id = t.exchange_account_id AND a.is_simulation
     UNION SELECT symbol FROM trade_positions WHERE status = 'OPEN'`,
  );
  return [...new Set([...DEMO_MARKETS.map(({ symbol }) => symbol), ...rows.map(({ symbol }) => symbol)])].sort();
}

/** The same, but read at most every `everyMs`. */
export function cachedSimulationSymbols(db: Db, now: () => number, everyMs = 10_000): () => Promise<string[]> {
  let readAt = Number.NEGATIVE_INFINITY;
  let symbols: string[] = [];
  return async () => {
    if (now() - readAt >= everyMs) {
      symbols = await readSimulationSymbols(db);
      readAt = now();
    }
    return symbols;
  };
}

interface InUse {
  traded: Set<string>;
  held: Set<string>;
}

/**
 * The symbols for which real accounts need prices, by venue; venues without any are left out. Open positions and
 * resting orders always count. What active accounts could trade and what they hold count only while real trading is on.
 */
export async function readRealSymbols(
  db: Db,
  { isTrading }: { isTrading: boolean },
): Promise<Map<RealVenue, readonly string[]>> {
  const inUse = new Map<RealVenue, InUse>();
  const at = (venue: RealVenue): InUse => {
    const known = inUse.get(venue) ?? { traded: new Set(), held: new Set() };
    inUse.set(venue, known);
    return known;
  };
  for (const { venue, symbol } of await readOpenAtVenues(db)) at(venue).traded.add(symbol);
  const rows = await db.query<{ venue: RealVenue; symbol: string | null; asset: string | null }[]>(
    isTrading ? `${RESTING} UNION ${TRADABLE} UNION ${HELD}` : RESTING,
  );
  for (const { venue, symbol, asset } of rows) {
    if (symbol !== null) at(venue).traded.add(symbol);
    if (asset !== null) at(venue).held.add(asset);
  }
  const followed = [...inUse].map(
    ([venue, each]) => [venue, followedSymbols(exchangeOf(venue).exchange, each)] as const,
  );
  return new Map(followed.filter(([, symbols]) => symbols.length > 0));
}

const RESTING = `SELECT ${PRICE_VENUE} AS venue, j.symbol, NULL AS asset
  FROM trade_jobs j JOIN exchange_accounts a ON a.id = j.exchange_account_id
  WHERE j.status IN ('EXECUTING', 'PENDING_LIMIT') AND j.trade_mode = 'REAL' AND a.is_simulation = FALSE`;
const TRADABLE = `SELECT ${PRICE_VENUE} AS venue, t.symbol, NULL AS asset
  FROM trade_parameters t JOIN exchange_accounts a ON a.id = t.exchange_account_id
  WHERE a.is_simulation = FALSE AND a.is_active`;
const HELD = `SELECT ${PRICE_VENUE} AS venue, NULL AS symbol, b.asset
  FROM account_balances_cache b JOIN exchange_accounts a ON a.id = b.exchange_account_id
  WHERE a.is_simulation = FALSE AND a.is_active AND b.free + b.locked > 0`;
