import type { Batch } from '../../infra/database/database.js';

export interface FreeBalance {
  /** Decimal text; null when none is known. */
  free: string | null;
  /** ms since 1970 when a real exchange said so, null when it never did; undefined where our own book is the truth. */
  readAt: number | null | undefined;
  /** Decimal text: what buys have taken since, which `free` does not know of yet. */
  spentSince: string;
}

/** An order that was on its way when the balances were asked for was decided at most this long before. */
const ON_ITS_WAY = 'INTERVAL 10 MINUTE';

/**
 * Adds the read of what a real account has spent since the exchange last said what it holds (`balances_synced_at`): the buys it
 * had not acknowledged before, a booked one by what it cost, any other by what was asked for. Sells since then are left
 * out, so that what is free is taken for rather too low than too high. Decimal text.
 */
export function addSpentRead(
  batch: Batch,
  { accountId, quote }: { accountId: number; quote: string },
): (results: unknown[]) => string {
  const at = batch.size;
  // Through the account's own symbols, so that the index on (account, symbol, side, admitted_at) is walked.
  batch.add(
    `SELECT COALESCE(SUM(
       IF(x.status_exchange IN ('FILLED', 'CANCELED', 'EXPIRED'), x.cumm_quote_qty, j.quote_amount)), 0) AS spent
     FROM exchange_accounts a
     JOIN (SELECT DISTINCT symbol FROM trade_parameters WHERE exchange_account_id = ? AND symbol LIKE ?) s
     JOIN trade_jobs j ON j.exchange_account_id = ? AND j.symbol = s.symbol AND j.side = 'BUY'
       AND j.admitted_at > a.balances_synced_at - ${ON_ITS_WAY}
     JOIN trade_executions x ON x.trade_job_id = j.id AND x.status_exchange NOT IN ('REJECTED', 'NOT_PLACED')
     WHERE a.id = ? AND (x.acknowledged_at IS NULL OR x.acknowledged_at >= a.balances_synced_at)`,
    [accountId, `%/${quote}`, accountId, accountId],
  );
  return (results) => {
    const [since] = results[at] as Record<string, unknown>[];
    return String(since?.spent ?? '0');
  };
}
