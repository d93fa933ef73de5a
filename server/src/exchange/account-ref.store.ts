import type { ExchangeName } from '../core/domain.js';
import type { AccountRef } from './exchange.js';

/** For a SELECT over `exchange_accounts a`; `toAccountRef` reads its rows. */
export const ACCOUNT_REF_COLUMNS = 'a.id AS account_id, a.exchange, a.is_simulation, a.testnet';

/** Of the same table, what `priceVenueOf` says of it. */
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
