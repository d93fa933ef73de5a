import { expect } from 'vitest';
import type { Database } from '../../server/src/infra/database/database.js';
import { eventually } from '../../server/src/testing/eventually.js';
import { verifyLedger } from '../../server/src/vaults/verify-ledger.js';

/** Longer than a buy waits for a price or for an earlier close. */
const SETTLE_LIMIT_MS = 120_000;

/** Waits, at most two minutes, until every job has ended and the outcome of every order is known. */
export async function settled(db: Database): Promise<void> {
  await eventually(async () => {
    const open = await db.query<{ id: number; status: string; order_status: string | null }[]>(
      `SELECT j.id, j.status, x.status_exchange AS order_status
         FROM trade_jobs j LEFT JOIN trade_executions x ON x.trade_job_id = j.id
        WHERE j.status IN ('PENDING', 'EXECUTING') OR x.status_exchange IN ('SENDING', 'UNKNOWN')`,
    );
    expect(open).toEqual([]);
  }, SETTLE_LIMIT_MS);
}

const NOTHING_TO_SELL = new Set([
  'NO_ELIGIBLE_POSITIONS',
  'ALREADY_RESERVED',
  'MIN_NOTIONAL_NOT_MET',
  'INVALID_LOT_SIZE',
]);

/** Reasons for a buy to end because of another signal of the same account and symbol. */
const GOES_NO_FURTHER = new Set(['SUPERSEDED_BY_CLOSE', 'EARLIER_SIGNAL_OPEN']);

interface JobRow {
  id: number;
  event_uid: string;
  side: 'BUY' | 'SELL';
  status: string;
  reason_code: string | null;
  orders: number;
  positions: number;
  executed: string;
  at_exchange: string;
  /** Seconds from the signal to the last change of its job. */
  age: number;
}

/** A buy waits this long for a price; while the monitors are killed again and again there may be none. */
const WAITS_FOR_PRICE_SEC = 60;

/**
 * Compares the books with what was sent and with the exchange. Each signal has one event and one job. Each job that
 * traded has exactly one order, each other job none. Each filled buy has one position. Every balance and position can
 * be rebuilt from its history to the last digit. Nothing is reserved for a job that has ended.
 */
export async function expectBalancedBooks(db: Database, eventUids: readonly string[]): Promise<void> {
  const jobs = await readJobs(db);
  expect(jobs.map(({ event_uid }) => event_uid).sort(), 'one job for each signal').toEqual([...eventUids].sort());
  const wrong = jobs.filter((job) => {
    const traded = job.status === 'FILLED' || job.status === 'PENDING_LIMIT';
    // A buy of these tests has no other reason to be refused. A sell may find nothing to sell, or only
    // dust.
    const reasons = job.side === 'SELL' ? NOTHING_TO_SELL : GOES_NO_FURTHER;
    const isTooOld = job.reason_code === 'PRICE_UNAVAILABLE' && Number(job.age) >= WAITS_FOR_PRICE_SEC;
    const known = traded || (job.status === 'SKIPPED' && (isTooOld || reasons.has(job.reason_code ?? '')));
    const positions = job.side === 'BUY' && job.status === 'FILLED' ? 1 : 0;
    const booked = job.executed === job.at_exchange;
    return !known || job.orders !== (traded ? 1 : 0) || job.positions !== positions || !booked;
  });
  expect(wrong, 'jobs that were lost, doubled, or booked otherwise than the exchange filled them').toEqual([]);
  await expectNothingLeft(db);
  expect(await verifyLedger({ db }), 'balances and positions that their history does not rebuild').toEqual([]);
}

const readJobs = (db: Database) =>
  db.query<JobRow[]>(
    `SELECT j.id, e.event_uid, j.side, j.status, j.reason_code,
       TIMESTAMPDIFF(SECOND, e.created_at, j.updated_at) AS age,
       COUNT(o.id) AS orders,
       (SELECT COUNT(*) FROM trade_positions p WHERE p.trade_job_id_open = j.id) AS positions,
       CAST(COALESCE(SUM(x.executed_qty), 0) AS CHAR) AS executed,
       CAST(COALESCE(SUM(o.executed_qty), 0) AS CHAR) AS at_exchange
     FROM trade_jobs j
     JOIN webhook_events e ON e.id = j.webhook_event_id
     LEFT JOIN trade_executions x ON x.trade_job_id = j.id
     LEFT JOIN simulated_orders o ON o.exchange_account_id = x.exchange_account_id AND o.client_order_id = x.client_order_id
     -- What a close left for a buy on its way is a job of the close's own.
     WHERE j.closes_job_id IS NULL
     GROUP BY j.id, e.event_uid, e.created_at, j.side, j.status, j.reason_code, j.updated_at ORDER BY j.id`,
  );

async function expectNothingLeft(db: Database): Promise<void> {
  const strays = await db.query<unknown[]>(
    `SELECT o.client_order_id FROM simulated_orders o LEFT JOIN trade_executions x
       ON x.exchange_account_id = o.exchange_account_id AND x.client_order_id = o.client_order_id WHERE x.id IS NULL`,
  );
  expect(strays, 'orders at the exchange that nobody here knows').toEqual([]);
  const reserved = await db.query<unknown[]>(
    `SELECT b.vault_id, b.asset, b.reserved FROM vault_balances b
      WHERE b.reserved <> (SELECT COALESCE(SUM(j.reserved_amount), 0) FROM trade_jobs j
        WHERE j.vault_id = b.vault_id AND j.status = 'PENDING_LIMIT')`,
  );
  expect(reserved, 'reservations without a resting order').toEqual([]);
  const reservedQty = await db.query<unknown[]>(
    `SELECT p.trade_job_id, p.position_id FROM position_reservations p JOIN trade_jobs j ON j.id = p.trade_job_id
      WHERE p.is_live = 1 AND j.status <> 'PENDING_LIMIT'`,
  );
  expect(reservedQty, 'reservations of jobs that are done').toEqual([]);
  const dust = await db.query<unknown[]>(
    "SELECT id, symbol, qty_remaining, price_open FROM trade_positions WHERE status = 'OPEN' AND qty_remaining * price_open < 5",
  );
  expect(dust, 'open positions that are too small to ever be sold').toEqual([]);
}
