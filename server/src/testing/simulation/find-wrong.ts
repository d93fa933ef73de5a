import { ZERO, d, sum, type D } from '../../core/money/money.js';
import type { Database } from '../../infra/database/database.js';
import type { FakeOrder, FakeTrade } from '../fake-exchange/engine-types.js';

/** The books of an account, and what its exchange did. */
interface Books {
  db: Database;
  account: { id: number };
  vaultId: number;
  orders: readonly FakeOrder[];
  trades: readonly FakeTrade[];
}

interface Row {
  job_id: number;
  side: 'BUY' | 'SELL';
  status: string;
  client_order_id: string | null;
  status_exchange: string | null;
  executed: string | null;
  positions: number;
  /** It adds to a position, and opens one of its own if that is closed by then. */
  adds: number;
}

const IN_FLIGHT = new Set(['PENDING', 'EXECUTING', 'PENDING_LIMIT']);

/**
 * Compares the books of an account with what its exchange did. Each job has at most one effective order, and all of it
 * is booked. Nothing is in progress or reserved any more. No more was sold than was bought.
 */
export async function findWrong(books: Books): Promise<string[]> {
  const { db, account, orders } = books;
  const rows = await db.query<Row[]>(
    `SELECT j.id AS job_id, j.side, j.status, x.client_order_id, x.status_exchange, CAST(x.executed_qty AS CHAR) AS executed,
       (SELECT COUNT(DISTINCT f.position_id) FROM position_fills f JOIN trade_executions b ON b.id = f.trade_execution_id
          WHERE b.trade_job_id = j.id AND f.side = 'BUY') AS positions,
       j.adds_to_position_id IS NOT NULL AS adds
     FROM trade_jobs j LEFT JOIN trade_executions x ON x.trade_job_id = j.id WHERE j.exchange_account_id = ?`,
    [account.id],
  );
  const jobIds = new Set(rows.map(({ job_id }) => job_id));
  const wrong = [...jobIds].flatMap((id) =>
    wrongOfJob(
      books,
      rows.filter(({ job_id }) => job_id === id),
    ),
  );
  const known = new Set(rows.map(({ client_order_id }) => client_order_id));
  for (const { clientId } of orders) if (!known.has(clientId)) wrong.push(`order ${clientId} is nobody's`);
  return [...wrong, ...(await wrongOfVault(books)), ...(await wrongOfPositions(books))];
}

function wrongOfJob({ orders }: Books, attempts: Row[]): string[] {
  const [job] = attempts;
  if (!job) return [];
  const wrong: string[] = [];
  const say = (what: string) => wrong.push(`job ${job.job_id} (${job.side}, ${job.status}): ${what}`);
  if (IN_FLIGHT.has(job.status)) say('is stuck');
  const ids = new Set(attempts.flatMap(({ client_order_id }) => client_order_id ?? []));
  const atExchange = orders.filter(({ clientId }) => ids.has(clientId));
  if (atExchange.length > 1) say(`has ${atExchange.length} orders at the exchange`);
  const executed = sum(atExchange.map(({ executedQty }) => executedQty));
  const booked = sum(attempts.map(({ executed }) => d(executed ?? '0')));
  if (!executed.eq(booked)) say(`traded ${executed.toFixed()} and ${booked.toFixed()} is booked`);
  const least = job.side === 'BUY' && executed.gt(0) ? 1 : 0;
  const most = job.adds ? least * 2 : least;
  const positions = Number(job.positions);
  if (positions < least || positions > most) say(`bought ${positions} positions instead of ${most}`);
  return wrong;
}

/** The vault's balance is the sum of its entries, and nothing is reserved for a job that has ended. */
async function wrongOfVault({ db, vaultId }: Books): Promise<string[]> {
  const rows = await db.query<Record<'asset' | 'balance' | 'reserved' | 'entries' | 'held', string>[]>(
    `SELECT b.asset, CAST(b.balance AS CHAR) AS balance, CAST(b.reserved AS CHAR) AS reserved,
       CAST((SELECT SUM(t.balance_delta) FROM vault_transactions t WHERE t.vault_id = b.vault_id AND t.asset = b.asset) AS CHAR) AS entries,
       CAST((SELECT SUM(t.reserved_delta) FROM vault_transactions t WHERE t.vault_id = b.vault_id AND t.asset = b.asset) AS CHAR) AS held
     FROM vault_balances b WHERE b.vault_id = ?`,
    [vaultId],
  );
  return rows.flatMap(({ asset, balance, reserved, entries, held }) => {
    const isFine = d(balance).eq(d(entries)) && d(reserved).isZero() && d(held).isZero();
    return isFine ? [] : [`vault: ${asset} balance ${balance}, entries ${entries}, reserved ${reserved}, held ${held}`];
  });
}

async function wrongOfPositions({ db, account, trades }: Books): Promise<string[]> {
  const [held] = await db.query<{ remaining: string | null; lowest: string | null; reserved: string | null }[]>(
    `SELECT CAST(SUM(qty_remaining) AS CHAR) AS remaining, CAST(MIN(qty_remaining) AS CHAR) AS lowest,
       CAST(SUM(qty_reserved) AS CHAR) AS reserved FROM trade_positions WHERE exchange_account_id = ?`,
    [account.id],
  );
  const wrong: string[] = [];
  if (d(held?.lowest ?? '0').isNegative()) wrong.push(`a position holds ${held?.lowest}`);
  if (!d(held?.reserved ?? '0').isZero()) wrong.push(`${held?.reserved} is reserved although no sell is on its way`);
  const priced = await db.query<{ id: number; price_open: string; average: string }[]>(
    `SELECT p.id, CAST(p.price_open AS CHAR) AS price_open, CAST(SUM(f.qty * f.price) / SUM(f.qty) AS CHAR) AS average
     FROM trade_positions p JOIN position_fills f ON f.position_id = p.id AND f.side = 'BUY'
     WHERE p.exchange_account_id = ? GROUP BY p.id, p.price_open`,
    [account.id],
  );
  for (const { id, price_open: open, average } of priced) {
    if (d(open).sub(d(average)).abs().gt(d('0.00000001'))) {
      wrong.push(`position ${id} opened at ${open}, its fills say ${average}`);
    }
  }
  for (const [base, { bought, sold }] of tradedBases(trades))
    if (sold.gt(bought)) wrong.push(`sold ${sold.toFixed()} ${base}, bought ${bought.toFixed()}`);
  return wrong;
}

/** For each base asset: the quantity bought minus fees, and the quantity sold. */
function tradedBases(trades: readonly FakeTrade[]): Map<string, { bought: D; sold: D }> {
  const bases = new Map<string, { bought: D; sold: D }>();
  for (const { market, side, qty, fee, feeAsset } of trades) {
    const { bought, sold } = bases.get(market.base) ?? { bought: ZERO, sold: ZERO };
    const baseFee = feeAsset === market.base ? fee : ZERO;
    const next =
      side === 'BUY' ? { bought: bought.add(qty).sub(baseFee), sold } : { bought, sold: sold.add(qty).add(baseFee) };
    bases.set(market.base, next);
  }
  return bases;
}
