import type { JobStatus, OrderType, OwnerOrigin, TraceEntry, TradeMode } from '../core/domain.js';
import { toText, type D } from '../core/money/money.js';
import type { Refusal } from '../core/reasons.js';
import type { ExitReason } from '../core/exits/triggers.js';
import type { Batch, Database } from '../infra/database/database.js';
import { addJob } from '../orders/stores/trade-order.store.js';
import { addPositionReservations } from '../orders/stores/trade-position.store.js';

/** A sell of one position that has its size from the start: an exit, a manual close, a limit sell. */
export interface ReservedSell {
  position: { id: number; accountId: number; tradeMode: TradeMode; symbol: string; qtyRemaining: D; qtyReserved: D };
  origin: 'TRIGGER' | OwnerOrigin;
  orderType: OrderType;
  /** In the base asset, a multiple of the market's step. */
  quantity: D;
  limitPrice: D | null;
  /** Its current value, in the quote asset. */
  quoteAmount: D;
  /** Makes a repeated request harmless: a second row with the same key is a database error. */
  idempotencyKey: string;
  trace: readonly TraceEntry[];
  /** ms since 1970 */
  now: number;
  expiresAt?: number;
  exit?: { reason: ExitReason; price: D; tickAt: number };
  /** Set = nothing is sold or reserved; the job records why. */
  skipped?: Refusal;
  /** Set = its execution is written in the same transaction. */
  isClaimed?: boolean;
}

/**
 * Adds the PENDING job of such a sell, and its reservation, to the last batch of the transaction that locked the
 * position. The executor sends it unchanged, even when the position is locked or below its minimum profit. Afterwards
 * `@job` is its id.
 */
export function addReservedSell(batch: Batch, sell: ReservedSell): void {
  const { position, exit, skipped, now } = sell;
  const date = (ms: number | undefined): Date | null => (ms === undefined ? null : new Date(ms));
  const row = {
    exchange_account_id: position.accountId,
    trade_mode: position.tradeMode,
    symbol: position.symbol,
    side: 'SELL',
    order_type: sell.orderType,
    quote_amount: toText(sell.quoteAmount),
    base_quantity: toText(sell.quantity),
    limit_price: sell.limitPrice && toText(sell.limitPrice),
    status: statusOf(sell),
    reason_code: skipped?.code ?? null,
    reason_message: skipped?.message.slice(0, 500) ?? null,
    limit_order_expires_at: date(sell.expiresAt),
    origin: sell.origin,
    idempotency_key: sell.idempotencyKey,
    admitted_at: skipped ? null : date(now),
    committed_at: date(now),
    trace_json: JSON.stringify(sell.trace),
    exit_reason: exit?.reason ?? null,
    exit_price: exit ? toText(exit.price) : null,
    tick_at: date(exit?.tickAt),
    decided_at: date(now),
    queued_at: sell.isClaimed ? date(now) : null,
    claimed_at: sell.isClaimed ? date(now) : null,
    created_at: date(now),
  };
  addJob(batch, row);
  if (skipped) return;
  const allocations = [{ positionId: position.id, qty: sell.quantity }];
  addPositionReservations(batch, { jobId: { sql: '@job' }, allocations, positions: [position] });
}

function statusOf({ skipped, isClaimed }: ReservedSell): JobStatus {
  if (skipped) return 'SKIPPED';
  return isClaimed ? 'EXECUTING' : 'PENDING';
}

/** The sell that was requested with this key, and its position. */
export async function readSellByKey(
  db: Pick<Database, 'query'>,
  idempotencyKey: string,
): Promise<{ jobId: number; positionId: number | null } | undefined> {
  const [job] = await db.query<{ id: number; position_id: number | null }[]>(
    `SELECT j.id, pp.position_id FROM trade_jobs j LEFT JOIN position_reservations pp ON pp.trade_job_id = j.id
      WHERE j.idempotency_key = ?`,
    [idempotencyKey],
  );
  return job && { jobId: job.id, positionId: job.position_id };
}

/** The jobs of the limit sells that hold a part of a position. */
export async function readRestingSells(db: Pick<Database, 'query'>, positionId: number): Promise<number[]> {
  const rows = await db.query<{ id: number }[]>(
    `SELECT j.id FROM position_reservations pp JOIN trade_jobs j ON j.id = pp.trade_job_id
      WHERE pp.position_id = ? AND pp.is_live AND j.order_type = 'LIMIT'`,
    [positionId],
  );
  return rows.map(({ id }) => id);
}
