import { sqlErrorNumber, type Database } from '../infra/database/database.js';

/** Why and since when real accounts do not trade. */
export interface TradingHalt {
  /** ms since 1970 */
  at: number;
  reason: string;
  /** null = a command or a restore. */
  userId: number | null;
}

type Db = Pick<Database, 'query'>;
interface HaltRow {
  halted_at: Date;
  reason: string;
  halted_by_user_id: number | null;
}
/** Before the first migration there is no table, and nothing to halt. */
const NO_SUCH_TABLE = 1146;

export async function readTradingHalt(db: Db): Promise<TradingHalt | undefined> {
  const [row] = await db
    .query<HaltRow[]>('SELECT halted_at, reason, halted_by_user_id FROM trading_halt WHERE id = 1')
    .catch((error: unknown) => {
      if (sqlErrorNumber(error) !== NO_SUCH_TABLE) throw error;
      return [] as HaltRow[];
    });
  return row && { at: row.halted_at.getTime(), reason: row.reason, userId: row.halted_by_user_id };
}

/** The first reason stays until trading is resumed. False = it was halted already. */
export async function writeTradingHalt(
  db: Db,
  { reason, userId }: { reason: string; userId: number | null },
): Promise<boolean> {
  const { affectedRows } = await db.query<{ affectedRows: number }>(
    'INSERT IGNORE INTO trading_halt (id, halted_at, reason, halted_by_user_id) VALUES (1, UTC_TIMESTAMP(3), ?, ?)',
    [reason, userId],
  );
  return affectedRows > 0;
}

export async function deleteTradingHalt(db: Db): Promise<boolean> {
  const { affectedRows } = await db.query<{ affectedRows: number }>('DELETE FROM trading_halt WHERE id = 1');
  return affectedRows > 0;
}
