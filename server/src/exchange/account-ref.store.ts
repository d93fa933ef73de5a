import type { ExchangeName } from '../core/domain.js';
import type { PriceVenue } from '../core/price/price-key.js';
import type { Database } from '../infra/database/database.js';
import type { AccountRef } from './exchange.js';

/** For a SELECT over `exchange_accounts a`; `toAccountRef` reads its rows. */
export const ACCOUNT_REF_COLUMNS = 'a.id AS account_id, a.exchange, a.is_simulation, a.testnet';

/** The same as `priceVenueOf`, in SQL over the same table. */
export const PRICE_VENUE = `IF(a.is_simulation, 'SIMULATION', CONCAT(a.exchange, IF(a.testnet, '_TESTNET', '')))`;

export const toAccountRef = (row: object): AccountRef => {
  const { account_id, exchange, is_simulation, testnet } = row as Record<string, unknown>;
  return {
    id: Number(account_id),
    exchange: String(exchange) as ExchangeName,
    isSimulation: Boolean(is_simulation),
    testnet: Boolean(testnet),
  };
};

/**
 * A condition on rows of `trade_positions`: those of the accounts at a venue. The accounts are read before and without
 * a lock, so that a statement with this condition locks no account rows and finds the positions by an index.
 */
export async function positionsAt(
  db: Pick<Database, 'query'>,
  venue: PriceVenue,
): Promise<{ sql: string; values: number[] }> {
  if (venue === 'SIMULATION') return { sql: "trade_mode = 'SIMULATION'", values: [] };
  const rows = await db.query<{ id: number }[]>(
    `SELECT a.id FROM exchange_accounts a WHERE a.is_simulation = FALSE AND ${PRICE_VENUE} = ?`,
    [venue],
  );
  const values = rows.map(({ id }) => id);
  return { sql: `exchange_account_id IN (${['NULL', ...values.map(() => '?')].join(', ')})`, values };
}
