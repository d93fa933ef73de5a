import { priceKey, type PriceKey, type PriceVenue, type RealVenue } from '../core/price/price-key.js';
import { PRICE_VENUE } from '../exchange/account-ref.store.js';
import type { Database } from '../infra/database/database.js';

type Db = Pick<Database, 'query'>;

/** The keys of all open positions. Those of the simulation may include symbols that only real accounts hold. */
export async function readOpenKeys(db: Db): Promise<PriceKey[]> {
  const symbols = await readOpenSymbols(db);
  const real = await readRealKeys(db, symbols);
  return [
    ...symbols.map((symbol) => priceKey('SIMULATION', symbol)),
    ...real.map(({ venue, symbol }) => priceKey(venue, symbol)),
  ];
}

/** The open positions of real accounts, by venue and symbol. */
export const readOpenAtVenues = async (db: Db): Promise<{ venue: RealVenue; symbol: string }[]> =>
  (await hasRealAccount(db)) ? readRealKeys(db, await readOpenSymbols(db)) : [];

/** This runs very often. It and the next query read only an index. */
const readOpenSymbols = async (db: Db): Promise<string[]> =>
  (await db.query<{ symbol: string }[]>("SELECT DISTINCT symbol FROM trade_positions WHERE status = 'OPEN'")).map(
    ({ symbol }) => symbol,
  );

/**
 * Searches by account, of which there are few, and by the symbols that have open positions, so that closed positions
 * are skipped.
 */
const readRealKeys = async (db: Db, symbols: readonly string[]): Promise<{ venue: RealVenue; symbol: string }[]> =>
  symbols.length === 0
    ? []
    : db.query(
        `SELECT DISTINCT ${PRICE_VENUE} AS venue, p.symbol
           FROM exchange_accounts a STRAIGHT_JOIN trade_positions p ON p.exchange_account_id = a.id
          WHERE a.is_simulation = FALSE AND p.symbol IN (?) AND p.status = 'OPEN'`,
        [symbols],
      );

const hasRealAccount = async (db: Db): Promise<boolean> =>
  (await db.query<unknown[]>('SELECT id FROM exchange_accounts WHERE is_simulation = FALSE LIMIT 1')).length > 0;

/** The keys whose prices decide about open positions: each position's own venue and symbol. */
export async function readDecidingKeys(db: Db): Promise<PriceKey[]> {
  const rows = await db.query<{ venue: PriceVenue; symbol: string }[]>(
    `SELECT DISTINCT ${PRICE_VENUE} AS venue, p.symbol
       FROM trade_positions p JOIN exchange_accounts a ON a.id = p.exchange_account_id WHERE p.status = 'OPEN'`,
  );
  return rows.map(({ venue, symbol }) => priceKey(venue, symbol));
}
