import type { TradeMode } from '../../core/domain.js';
import type { Batch } from '../../infra/database/database.js';

export interface FreeBalance {
  /** Decimal text; null when none is known. */
  free: string | null;
  /** ms since 1970 when a real exchange said so, null when it never did; undefined where our own book is the truth. */
  readAt: number | null | undefined;
  /** Decimal text: what buys have taken since, which `free` does not know of yet. */
  spentSince: string;
}

interface Key {
  accountId: number;
  tradeMode: TradeMode;
  quote: string;
}

/** An order that was on its way when the balances were asked for was decided at most this long before. */
const ON_ITS_WAY = 'INTERVAL 10 MINUTE';

/**
 * Adds the read of what an account has free of the quote asset. A simulated one is the cache itself. A real one is what
 * the exchange said at `balances_synced_at`, less the buys it had not acknowledged before: a booked one by what it
 * cost, any other by what was asked for. Sells since then are left out, so the answer is rather too low than too high.
 */
export function addFreeBalanceRead(
  batch: Batch,
  { accountId, tradeMode, quote }: Key,
): (results: unknown[]) => FreeBalance {
  const at = batch.size;
  const cached =
    'SELECT free FROM account_balances_cache WHERE exchange_account_id = ? AND trade_mode = ? AND asset = ?';
  batch.add(cached, [accountId, tradeMode, quote]);
  if (tradeMode === 'REAL') {
    batch.add('SET @synced := (SELECT balances_synced_at FROM exchange_accounts WHERE id = ?)', [accountId]);
    // Through the account's own symbols, so that the index on (account, symbol, side, admitted_at) is walked.
    batch.add(
      `SELECT @synced AS read_at, COALESCE(SUM(
         IF(x.status_exchange IN ('FILLED', 'CANCELED', 'EXPIRED'), x.cumm_quote_qty, j.quote_amount)), 0) AS spent
       FROM (SELECT DISTINCT symbol FROM trade_parameters WHERE exchange_account_id = ? AND symbol LIKE ?) s
       JOIN trade_jobs j ON j.exchange_account_id = ? AND j.symbol = s.symbol AND j.side = 'BUY'
         AND j.admitted_at > @synced - ${ON_ITS_WAY}
       JOIN trade_executions x ON x.trade_job_id = j.id AND x.status_exchange NOT IN ('REJECTED', 'NOT_PLACED')
       WHERE x.acknowledged_at IS NULL OR x.acknowledged_at >= @synced`,
      [accountId, `%/${quote}`, accountId],
    );
  }
  return (results) => {
    const [balance] = results[at] as Record<string, unknown>[];
    const free = balance ? String(balance.free) : null;
    if (tradeMode !== 'REAL') return { free, readAt: undefined, spentSince: '0' };
    const [since] = results[at + 2] as Record<string, unknown>[];
    const readAt = since?.read_at ?? null;
    return {
      free,
      readAt: readAt === null ? null : toMs(readAt),
      spentSince: String(since?.spent ?? '0'),
    };
  };
}

/** A user variable keeps a DATETIME as text on some servers; the connection's zone is UTC. */
const toMs = (value: unknown): number =>
  value instanceof Date ? value.getTime() : Date.parse(`${String(value).replace(' ', 'T')}Z`);
