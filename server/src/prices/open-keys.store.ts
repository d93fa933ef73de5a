import { priceKey, type PriceKey, type PriceVenue } from '../core/price-key.js';
import { PRICE_VENUE } from '../exchange/account-ref.store.js';
import type { Database } from '../infra/database.js';

const OPEN_SYMBOLS = "SELECT DISTINCT symbol FROM trade_positions WHERE status = 'OPEN'";

/**
 * The keys of all open positions. Asked all the time, so it reads no position: one step through an index for each
 * symbol, and one for each of them and each real account. The simulation's may be one too many; nobody is hurt by it.
 */
export async function readOpenKeys(db: Pick<Database, 'query'>): Promise<PriceKey[]> {
  const rows = await db.query<{ venue: PriceVenue; symbol: string }[]>(
    `SELECT 'SIMULATION' AS venue, symbol FROM (${OPEN_SYMBOLS}) s UNION
     SELECT ${PRICE_VENUE}, s.symbol FROM exchange_accounts a JOIN (${OPEN_SYMBOLS}) s
      WHERE a.is_simulation = FALSE AND EXISTS
        (SELECT 1 FROM trade_positions p WHERE p.exchange_account_id = a.id AND p.symbol = s.symbol AND p.status = 'OPEN')`,
  );
  return rows.map(({ venue, symbol }) => priceKey(venue, symbol));
}
