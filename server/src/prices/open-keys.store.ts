import { priceKey, type PriceKey, type RealVenue } from '../core/price/price-key.js';
import { PRICE_VENUE } from '../exchange/account-ref.store.js';
import type { Database } from '../infra/database/database.js';

type Db = Pick<Database, 'query'>;

/** The keys of all open positions. The simulation's may be one too many, of a symbol that only real accounts hold. */
export async function readOpenKeys(db: Db): Promise<PriceKey[]> {
  const symbols = await readOpenSymbols(db);
  const real = await readRealKeys(db, symbols);
  return [
    ...symbols.map((symbol) => priceKey('SIMULATION', symbol)),
    ...real.map(({ venue, symbol }) => priceKey(venue, symbol)),
  ];
}

/** Where real accounts have open positions, and in what. */
export const readOpenAtVenues = async (db: Db): Promise<{ venue: RealVenue; symbol: string }[]> =>
  (await hasRealAccount(db)) ? readRealKeys(db, await readOpenSymbols(db)) : [];

/** Asked all the time: it and the next read nothing but an index. */
const readOpenSymbols = async (db: Db): Promise<string[]> =>
  (await db.query<{ symbol: string }[]>("SELECT DISTINCT symbol FROM trade_positions WHERE status = 'OPEN'")).map(
    ({ symbol }) => symbol,
  );

/** By the accounts, which are few, and the symbols that anybody holds, so that closed positions are passed over. */
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
