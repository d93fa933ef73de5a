import type { TradeMode } from '../../core/domain.js';
import type { Database } from './database.js';

/** What every list of trading data can be filtered by. */
export interface TradingFilter {
  tradeMode?: TradeMode | undefined;
  /** Of each of these three: none in the list matches nothing. */
  accountIds?: readonly number[] | undefined;
  sourceIds?: readonly number[] | undefined;
  /** All readings of the symbols that were asked for. */
  symbols?: readonly string[] | undefined;
  /** Created at this moment or later, and before that one. */
  from?: Date | undefined;
  to?: Date | undefined;
}

type Db = Pick<Database, 'query'>;
type Owned = Pick<TradingFilter, 'tradeMode'> & { ids?: readonly number[] | undefined };

/** The accounts of a user, as the scope of a list. */
export async function readOwnAccountIds(db: Db, userId: number, { tradeMode, ids }: Owned = {}): Promise<number[]> {
  const rows = await db.query<{ id: number; is_simulation: number }[]>(
    'SELECT id, is_simulation FROM exchange_accounts WHERE user_id = ?',
    [userId],
  );
  return rows
    .filter((row) => ids === undefined || ids.includes(row.id))
    .filter((row) => tradeMode === undefined || Boolean(row.is_simulation) === (tradeMode === 'SIMULATION'))
    .map((row) => row.id);
}

/** The webhook sources of a user, as the scope of a list. */
export async function readOwnSourceIds(db: Db, userId: number, { tradeMode, ids }: Owned = {}): Promise<number[]> {
  const rows = await db.query<{ id: number; trade_mode: TradeMode }[]>(
    'SELECT id, trade_mode FROM webhook_sources WHERE owner_user_id = ?',
    [userId],
  );
  return rows
    .filter((row) => ids === undefined || ids.includes(row.id))
    .filter((row) => tradeMode === undefined || row.trade_mode === tradeMode)
    .map((row) => row.id);
}
