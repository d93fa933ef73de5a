import type { Context } from '../../context.js';
import type { Wallet } from '../../core/order/fit-to-wallet.js';
import { d, type D } from '../../core/money/money.js';
import type { Exchange } from '../../exchange/exchange.js';
import type { Database } from '../../infra/database/database.js';
import { withTimeout } from '../../infra/with-timeout.js';

/** A sell waits no longer for the answer. */
const TIMEOUT_MS = 5_000;

/** What the account holds of an asset now; undefined when its exchange does not say. Never rejects. */
export async function askWallet(
  { log }: Pick<Context, 'log'>,
  exchange: Exchange,
  asset: string,
): Promise<Wallet | undefined> {
  try {
    const balances = await withTimeout(exchange.balances(), TIMEOUT_MS);
    const { free, locked } = balances.find((one) => one.asset === asset) ?? { free: '0', locked: '0' };
    return { free, locked };
  } catch (err) {
    log.warn({ err, asset }, 'the exchange did not say what the account holds');
    return undefined;
  }
}

/** What our other sells of an asset hold back of it, or are about to: those on their way and those that rest. */
export async function lockedByOurSells(
  db: Pick<Database, 'query'>,
  { accountId, asset, exceptExecutionId }: { accountId: number; asset: string; exceptExecutionId: number },
): Promise<D> {
  const [row] = await db.query<{ locked: string }[]>(
    `SELECT CAST(COALESCE(SUM(e.requested_qty - e.executed_qty), 0) AS CHAR) AS locked
       FROM trade_executions e JOIN trade_jobs j ON j.id = e.trade_job_id
      WHERE e.status_exchange IN ('SENDING', 'UNKNOWN', 'NEW', 'PARTIALLY_FILLED') AND e.exchange_account_id = ?
        AND e.side = 'SELL' AND SUBSTRING_INDEX(j.symbol, '/', 1) = ? AND e.id <> ?`,
    [accountId, asset, exceptExecutionId],
  );
  return d(row?.locked ?? '0');
}
