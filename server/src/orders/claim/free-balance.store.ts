import type { Batch } from '../../infra/database/database.js';

export interface FreeBalance {
  /** Decimal text; null when unknown. */
  free: string | null;
  /**
   * When a real exchange reported it (ms since 1970), null when it never did; undefined when our own record is exact.
   */
  readAt: number | null | undefined;
  /** Decimal text: what buys have spent since then, which `free` does not include yet. */
  spentSince: string;
}

/** An order that was in flight when the balances were read was decided at most this long before. */
const ON_ITS_WAY = 'INTERVAL 10 MINUTE';
/** An order by hand is admitted at most a minute after it was created. */
const BY_HAND = 'INTERVAL 15 MINUTE';

/**
 * Reads what a real account has spent since the exchange last reported its balances (`balances_synced_at`): the buys
 * that it had not acknowledged before. A booked buy counts with its cost, any other with the requested amount. Sells
 * since then are left out, so that the free balance is rather too low than too high. Decimal text.
 */
export function addSpentRead(
  batch: Batch,
  { accountId, quote }: { accountId: number; quote: string },
): (results: unknown[]) => string {
  const at = batch.size;
  // Goes through the account's symbols, also those that were bought by hand without a parameter, so that the index on
  // (account, symbol, side, admitted_at) is used.
  batch.add(
    `SELECT COALESCE(SUM(
       IF(x.status_exchange IN ('FILLED', 'CANCELED', 'EXPIRED'), x.cumm_quote_qty, j.quote_amount)), 0) AS spent
     FROM exchange_accounts a
     JOIN (SELECT symbol FROM trade_parameters WHERE exchange_account_id = ? AND symbol LIKE ?
           UNION SELECT symbol FROM trade_jobs FORCE INDEX (trade_jobs_exchange_account_id_origin_created_at_idx)
             WHERE exchange_account_id = ? AND origin = 'MANUAL' AND symbol LIKE ? AND side = 'BUY' AND created_at >
               (SELECT balances_synced_at FROM exchange_accounts WHERE id = ?) - ${BY_HAND}) s
     JOIN trade_jobs j ON j.exchange_account_id = ? AND j.symbol = s.symbol AND j.side = 'BUY'
       AND j.admitted_at > a.balances_synced_at - ${ON_ITS_WAY}
     JOIN trade_executions x ON x.trade_job_id = j.id AND x.status_exchange NOT IN ('REJECTED', 'NOT_PLACED')
     WHERE a.id = ? AND (x.acknowledged_at IS NULL OR x.acknowledged_at >= a.balances_synced_at)`,
    [accountId, `%/${quote}`, accountId, `%/${quote}`, accountId, accountId, accountId],
  );
  return (results) => {
    const [since] = results[at] as Record<string, unknown>[];
    return String(since?.spent ?? '0');
  };
}
