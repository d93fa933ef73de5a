import type { OrderSide } from '../../core/domain.js';
import type { ReasonCode } from '../../core/reasons.js';
import type { RefusalCounts } from '../../core/plan/signal-gates.js';
import type { Database } from '../../infra/database/database.js';

type Db = Pick<Database, 'query'>;
interface CountRow {
  code: ReasonCode;
  count: number | string;
}
const countsOf = (rows: readonly CountRow[]): RefusalCounts =>
  Object.fromEntries(rows.map(({ code, count }) => [code, Number(count)]));

/** Messages of a source that were refused or not understood since then, with those that a flood left uncounted. */
export const readRefusalsOfSource = async (
  db: Db,
  { sourceId, since }: { sourceId: number; since: Date },
): Promise<RefusalCounts> =>
  countsOf(
    await db.query<CountRow[]>(
      `SELECT code, SUM(n) AS count FROM (
         SELECT reason_code AS code, COUNT(*) AS n FROM webhook_receipts
          WHERE webhook_source_id = ? AND received_at > ? AND reason_code IS NOT NULL GROUP BY reason_code
         UNION ALL
         SELECT reason_code, SUM(refused) FROM webhook_refusal_counts
          WHERE webhook_source_id = ? AND minute > ? GROUP BY reason_code) AS refused
       GROUP BY code`,
      [sourceId, since, sourceId, since],
    ),
  );

/** Jobs of an account, symbol and side that were skipped since then. */
export const readSkippedJobs = async (
  db: Db,
  { accountId, symbol, side, since }: { accountId: number; symbol: string; side: OrderSide; since: Date },
): Promise<RefusalCounts> =>
  countsOf(
    await db.query<CountRow[]>(
      `SELECT reason_code AS code, COUNT(*) AS count
         FROM trade_jobs FORCE INDEX (trade_jobs_exchange_account_id_symbol_side_status_id_idx)
        WHERE exchange_account_id = ? AND symbol = ? AND side = ? AND status = 'SKIPPED' AND created_at > ?
          AND reason_code IS NOT NULL GROUP BY reason_code`,
      [accountId, symbol, side, since],
    ),
  );
