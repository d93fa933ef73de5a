import type { OrderSide, OrderType, TradeMode } from '../core/domain.js';
import type { SellablePosition } from '../core/fifo.js';
import { HOUR_MS, type AdmittedOrders } from '../core/limits.js';
import { d, type D } from '../core/money.js';
import { governs, type PlanParameter, type PlanVault } from '../core/plan.js';
import type { Batch } from '../infra/database.js';
import { addFreeBalanceRead, type FreeBalance } from './free-balance.store.js';

type Row = Record<string, unknown>;
const text = (value: unknown): string => String(value);
const textOrNull = (value: unknown): string | null => (value === null ? null : String(value));
const numberOrNull = (value: unknown): number | null => (value === null ? null : Number(value));
const time = (value: unknown): number => (value as Date).getTime();

/** The numbers of a job that was sized before: a second attempt, or an order somebody asked for with its size. */
export interface SizedJob {
  orderType: OrderType;
  quantity: D;
  limitPrice: D | null;
}

export interface JobDetail {
  eventId: number | null;
  /** Set = the job was admitted and sized; its reservation and its promises are made. */
  sized: SizedJob | undefined;
  signal: { price: string | null; receivedAt: number; maxLagSec: number | null };
  weight: string | null;
  /** How many executions the job has had. */
  attempts: number;
  /** All of them are proven not to have reached the exchange. */
  allAbsent: boolean;
}

/** Reads of one job behind its claim; the first statement's affectedRows says whether the claim succeeded. */
export function addClaim(
  batch: Batch,
  jobId: number,
): { detail(results: unknown[]): JobDetail; claimed(results: unknown[]): boolean } {
  const at = batch.size;
  // By the primary key: through the index on status two claims of one job could each hold what the other needs.
  batch.add("UPDATE trade_jobs FORCE INDEX (PRIMARY) SET status = 'EXECUTING' WHERE id = ? AND status = 'PENDING'", [
    jobId,
  ]);
  batch.add(
    `SELECT j.webhook_event_id, j.order_type, j.base_quantity, j.limit_price, j.admitted_at, j.created_at,
       e.price_reference, COALESCE(r.received_at, e.created_at) AS received_at, s.max_lag_sec, b.weight,
       (SELECT COUNT(*) FROM trade_executions x WHERE x.trade_job_id = j.id) AS attempts,
       (SELECT COUNT(*) FROM trade_executions x WHERE x.trade_job_id = j.id AND x.status_exchange <> 'NOT_PLACED') AS placed
     FROM trade_jobs j
     LEFT JOIN webhook_events e ON e.id = j.webhook_event_id
     LEFT JOIN webhook_receipts r ON r.id = e.webhook_receipt_id
     LEFT JOIN webhook_sources s ON s.id = e.webhook_source_id
     LEFT JOIN account_webhook_bindings b ON b.webhook_source_id = e.webhook_source_id AND b.exchange_account_id = j.exchange_account_id
     WHERE j.id = ?`,
    [jobId],
  );
  return {
    claimed: (results) => (results[at] as { affectedRows: number }).affectedRows === 1,
    detail(results) {
      const row = (results[at + 1] as Row[])[0];
      if (!row) throw new Error(`job ${jobId} is gone`);
      const isSized = row.admitted_at !== null && row.base_quantity !== null;
      return {
        eventId: numberOrNull(row.webhook_event_id),
        sized: isSized
          ? {
              orderType: text(row.order_type) as OrderType,
              quantity: d(text(row.base_quantity)),
              limitPrice: row.limit_price === null ? null : d(text(row.limit_price)),
            }
          : undefined,
        signal: {
          price: textOrNull(row.price_reference),
          receivedAt: time(row.received_at ?? row.created_at),
          maxLagSec: numberOrNull(row.max_lag_sec),
        },
        weight: textOrNull(row.weight),
        attempts: Number(row.attempts),
        allAbsent: Number(row.placed) === 0,
      };
    },
  };
}

/** The rows a plan rests on. */
export interface PlanRows {
  parameters: PlanParameter[];
  admitted: AdmittedOrders;
  vault: PlanVault | undefined;
  freeBalance: FreeBalance;
  positions: SellablePosition[];
}

/**
 * Adds the read of whether this owner has paused entries, everywhere or on this account. With `lock` a share of both
 * rows is held to the end of the transaction: whoever pauses waits for the claims that have read before, and those
 * that come after see it.
 */
export function addEntriesRead(
  batch: Batch,
  accountId: number,
  { lock }: { lock: boolean },
): (results: unknown[]) => boolean {
  const at = batch.size;
  // FOR SHARE is this in the words that MySQL and MariaDB have in common.
  batch.add(
    `SELECT a.entries_paused_at IS NOT NULL OR u.entries_paused_at IS NOT NULL AS is_paused
       FROM exchange_accounts a JOIN users u ON u.id = a.user_id WHERE a.id = ?${lock ? ' LOCK IN SHARE MODE' : ''}`,
    [accountId],
  );
  return (results) => Boolean((results[at] as Row[])[0]?.is_paused);
}

export interface PlanKey {
  accountId: number;
  symbol: string;
  side: OrderSide;
  tradeMode: TradeMode;
  /** The quote asset of the symbol. */
  quote: string;
  /** ms since 1970 */
  now: number;
}

/**
 * Adds the reads of a plan in the order of the house: parameter, vault balance, positions. With `lock` each is held
 * to the end of the transaction: the parameter's lock makes its frequency limits exact (one decision at a time per
 * account, symbol and side), the vault's its reservations, the positions' their promises.
 */
export function addPlanReads(
  batch: Batch,
  key: PlanKey,
  { lock }: { lock: boolean },
): (results: unknown[]) => PlanRows {
  const forUpdate = lock ? ' FOR UPDATE' : '';
  const sides = (['BUY', 'SELL', 'BOTH'] as const).filter((side) => governs(side, key.side));
  const marks = sides.map(() => '?').join(', ');
  const scope = [key.accountId, key.symbol];
  const at = batch.size;
  const parameterOf = `FROM trade_parameters WHERE exchange_account_id = ? AND symbol = ? AND side IN (${marks})`;
  batch.add(
    `SELECT id, side, order_type_default, quote_amount_fixed, quote_amount_pct_balance, slippage_bps, max_orders_per_hour,
       min_interval_sec, updated_at ${parameterOf}${forUpdate}`,
    [...scope, ...sides],
  );
  batch.add(
    'SELECT MAX(admitted_at) AS last_at FROM trade_jobs WHERE exchange_account_id = ? AND symbol = ? AND side = ?',
    [...scope, key.side],
  );
  // Counted only when somebody set a maximum: without one an hour may hold any number of rows.
  batch.add(
    `SELECT COUNT(*) AS in_last_hour FROM trade_jobs WHERE exchange_account_id = ? AND symbol = ? AND side = ?
       AND admitted_at > ? AND (SELECT MAX(max_orders_per_hour) ${parameterOf}) IS NOT NULL`,
    [...scope, key.side, new Date(key.now - HOUR_MS), ...scope, ...sides],
  );
  if (key.side === 'BUY') {
    addBuyReads(batch, key, { parameterOf: [parameterOf, [...scope, ...sides]], forUpdate });
    const readFree = addFreeBalanceRead(batch, key);
    return (results) => ({ ...decodePlanRows(results.slice(at) as Row[][], key.side), freeBalance: readFree(results) });
  } else {
    batch.add(
      `SELECT id, qty_remaining, qty_promised, price_open, min_profit_pct, lock_sell_by_webhook FROM trade_positions
       WHERE exchange_account_id = ? AND symbol = ? AND status = 'OPEN' ORDER BY id${forUpdate}`,
      scope,
    );
  }
  return (results) => decodePlanRows(results.slice(at) as Row[][], key.side);
}

function addBuyReads(
  batch: Batch,
  { quote }: PlanKey,
  { parameterOf: [sql, values], forUpdate }: { parameterOf: [string, unknown[]]; forUpdate: string },
): void {
  // A variable, so that the vault's row is found and locked by its key alone.
  batch.add(`SET @vault := (SELECT vault_id ${sql} ORDER BY side = 'BUY' DESC LIMIT 1)`, values);
  batch.add('SELECT id, trade_mode, is_active FROM vaults WHERE id = @vault');
  batch.add(`SELECT balance, reserved FROM vault_balances WHERE vault_id = @vault AND asset = ?${forUpdate}`, [quote]);
}

/** A sell asks for no balance. */
export const NOTHING_FREE: FreeBalance = { free: null, readAt: undefined, spentSince: '0' };

function decodePlanRows(results: Row[][], side: OrderSide): PlanRows {
  const [parameters = [], last, count] = results;
  const lastAt = last?.[0]?.last_at ?? null;
  const shared = {
    parameters: parameters.map(decodeParameter),
    admitted: { inLastHour: Number(count?.[0]?.in_last_hour ?? 0), lastAt: lastAt === null ? null : time(lastAt) },
  };
  if (side === 'SELL') {
    return {
      ...shared,
      vault: undefined,
      freeBalance: NOTHING_FREE,
      positions: (results[3] ?? []).map(decodePosition),
    };
  }
  const [vault, balance] = [results[4]?.[0], results[5]?.[0]];
  return {
    ...shared,
    positions: [],
    freeBalance: NOTHING_FREE,
    vault: vault && {
      id: Number(vault.id),
      tradeMode: text(vault.trade_mode) as TradeMode,
      isActive: Boolean(vault.is_active),
      balance: d(text(balance?.balance ?? '0')),
      reserved: d(text(balance?.reserved ?? '0')),
    },
  };
}

const decodeParameter = (row: Row): PlanParameter => ({
  id: Number(row.id),
  side: text(row.side) as PlanParameter['side'],
  orderType: text(row.order_type_default) as OrderType,
  quoteAmountFixed: textOrNull(row.quote_amount_fixed),
  quoteAmountPctBalance: textOrNull(row.quote_amount_pct_balance),
  slippageBps: Number(row.slippage_bps),
  maxOrdersPerHour: numberOrNull(row.max_orders_per_hour),
  minIntervalSec: numberOrNull(row.min_interval_sec),
  updatedAt: time(row.updated_at),
});

const decodePosition = (row: Row): SellablePosition => ({
  id: Number(row.id),
  qtyRemaining: d(text(row.qty_remaining)),
  qtyPromised: d(text(row.qty_promised)),
  priceOpen: d(text(row.price_open)),
  minProfitPct: textOrNull(row.min_profit_pct),
  lockSellByWebhook: Boolean(row.lock_sell_by_webhook),
});
