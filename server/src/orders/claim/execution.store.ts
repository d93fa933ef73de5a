import { SEND_WITHIN_MS } from '../../core/order/order.js';
import type { OrderSide, OrderType, TradeMode } from '../../core/domain.js';
import type { SellablePosition } from '../../core/plan/fifo.js';
import { HOUR_MS, type AdmittedOrders } from '../../core/plan/limits.js';
import { d, type D } from '../../core/money/money.js';
import { stopOf } from '../../core/plan/order-request.js';
import type { EntriesPause } from '../../core/plan/entries-pause.js';
import { chooseParameter, governs, type PlanParameter, type PlanVault } from '../../core/plan/plan.js';
import type { Batch } from '../../infra/database/database.js';
import { idsOf, VAULT_IDS_OF_JOB } from '../stores/trade-position.store.js';
import { addSizedClaim } from '../stores/trade-order.store.js';
import { addSpentRead, type FreeBalance } from './free-balance.store.js';
import { toWaiting, WAITING_COLUMNS, type Waiting } from '../signal-order/signal-order.store.js';

type Row = Record<string, unknown>;
const text = (value: unknown): string => String(value);
const textOrNull = (value: unknown): string | null => (value === null ? null : String(value));
const numberOrNull = (value: unknown): number | null => (value === null ? null : Number(value));
const time = (value: unknown): number => (value as Date).getTime();

/** The numbers of a job that already has a size: a second attempt, an exit, or an order with a requested size. */
export interface SizedJob {
  orderType: OrderType;
  quantity: D;
  limitPrice: D | null;
}

export interface SizedDetail extends SizedJob {
  /** The vaults it settles with. */
  vaultIds: readonly number[];
  /** Number of executions of the job so far. */
  attempts: number;
  /** When the last one was sent, and when it was proven not placed (ms since 1970). */
  lastAttempt: { sentAt: number; provenAt: number } | undefined;
  /** Whether the exchange has none of them: each is proven absent or was refused. */
  allAbsent: boolean;
  /** For an exit: the price that fired it, and when the feed received it (ms since 1970). */
  seen: { price: D; at: number } | undefined;
  /** BUY: it adds to a position. */
  isAdding: boolean;
}

/**
 * Adds the claim of a job that already has a size, and reads its numbers; undefined when another executor has claimed
 * it.
 */
export function addSizedClaimRead(batch: Batch, jobId: number): (results: unknown[]) => SizedDetail | undefined {
  const at = batch.size;
  addSizedClaim(batch, jobId);
  batch.add(
    `SELECT j.order_type, j.base_quantity, j.limit_price, ${VAULT_IDS_OF_JOB} AS vault_ids, j.adds_to_position_id, j.exit_price, j.tick_at,
       (SELECT COUNT(*) FROM trade_executions x WHERE x.trade_job_id = j.id) AS attempts,
       (SELECT COUNT(*) FROM trade_executions x WHERE x.trade_job_id = j.id AND x.status_exchange NOT IN ('NOT_PLACED', 'REJECTED')) AS placed,
       l.sent_at, l.send_before, l.booked_at
     FROM trade_jobs j LEFT JOIN trade_executions l ON l.id =
       (SELECT MAX(x.id) FROM trade_executions x WHERE x.trade_job_id = j.id) WHERE j.id = ?`,
    [jobId],
  );
  return (results) => {
    if ((results[at] as { affectedRows: number }).affectedRows !== 1) return undefined;
    const row = (results[at + 1] as Row[])[0];
    if (!row) throw new Error(`job ${jobId} is gone`);
    return {
      orderType: text(row.order_type) as OrderType,
      quantity: d(text(row.base_quantity)),
      limitPrice: row.limit_price === null ? null : d(text(row.limit_price)),
      vaultIds: idsOf(row.vault_ids),
      attempts: Number(row.attempts),
      lastAttempt: lastAttemptOf(row),
      allAbsent: Number(row.placed) === 0,
      isAdding: row.adds_to_position_id !== null,
      seen: row.exit_price === null || row.tick_at === null ? undefined : seenOf(row),
    };
  };
}

const seenOf = (row: Row): { price: D; at: number } => ({
  price: d(text(row.exit_price)),
  at: (row.tick_at as Date).getTime(),
});

function lastAttemptOf(row: Row): SizedDetail['lastAttempt'] {
  const [sentAt, sendBefore, provenAt] = [row.sent_at, row.send_before, row.booked_at] as (Date | null)[];
  if (!sendBefore) return undefined;
  const sent = sentAt?.getTime() ?? sendBefore.getTime() - SEND_WITHIN_MS;
  return { sentAt: sent, provenAt: provenAt?.getTime() ?? sent };
}

/** The rows that a plan is made from. */
export interface PlanRows {
  /** The parameter that applies to the side. */
  parameter: PlanParameter | undefined;
  admitted: AdmittedOrders;
  vault: PlanVault | undefined;
  freeBalance: FreeBalance;
  positions: OpenedPosition[];
}

/** A position, the buy that opened it, and the vault that paid for it. */
export interface OpenedPosition extends SellablePosition {
  openedByJobId: number;
  vaultId: number | null;
}

/** What plans made together have in common, and their accounts. */
export interface PlanKey {
  accountIds: readonly number[];
  symbol: string;
  side: OrderSide;
  tradeMode: TradeMode;
  /** The quote asset of the symbol. */
  quote: string;
  /** ms since 1970 */
  now: number;
}

const SIDES = ['BUY', 'SELL', 'BOTH'] as const;
const sidesOf = (side: OrderSide) => SIDES.filter((each) => governs(each, side));

export interface ClaimLocks {
  /** The jobs that this transaction may decide on. */
  jobs: Map<number, Waiting>;
  /** Accounts that take no new entries, and why. */
  paused: Map<number, EntriesPause>;
}

/**
 * Claims jobs that have no size yet and locks what their plans are made from, in the lock order of the project: jobs
 * that are still PENDING, parameters, vault balances (the positions follow with their read). The holder of a job's lock
 * may decide on it; a job that another executor has claimed is left out of the answer. The lock of the parameters makes
 * their frequency limits exact (one decision at a time per account, symbol and side), the lock of the vaults their
 * reservations. Rows that are read afterwards in the same transaction stay valid until its end. A sell also locks the
 * parameters of buys, so that buys and sells of one account and symbol are decided one after the other.
 *
 * Last, a buy takes a share lock on the rows that say whether its owner has paused entries. A pause then waits for the
 * claims that read before it, and later claims see the pause.
 *
 * This is one statement whose parts run in order, each by its key, so that no unrelated rows are locked. The 0 in each
 * list keeps the server from reading a row of a later part too early.
 */
export function addClaimLocks(
  batch: Batch,
  key: PlanKey,
  { jobIds, vaultIds }: { jobIds: readonly number[]; vaultIds: readonly number[] },
): (results: unknown[]) => ClaimLocks {
  const { accountIds, symbol, side, quote } = key;
  const at = batch.size;
  // By the primary key: through the index on status, two claims of one job could deadlock.
  const jobs = `SELECT 'JOB' AS what, id, ${WAITING_COLUMNS}, NULL AS paused_by FROM trade_jobs FORCE INDEX (PRIMARY)
     WHERE id IN (0, ?) AND status = 'PENDING' AND admitted_at IS NULL FOR UPDATE`;
  const parts = [
    jobIds.length > 0 && jobs,
    PARAMETER_LOCK,
    vaultIds.length > 0 && VAULT_LOCK,
    side === 'BUY' && ENTRIES,
  ];
  batch.add(union(parts), [
    ...(jobIds.length > 0 ? [jobIds] : []),
    ...[accountIds, symbol, side === 'SELL' ? SIDES : sidesOf(side)],
    ...(vaultIds.length > 0 ? [vaultIds, quote] : []),
    ...(side === 'BUY' ? [accountIds] : []),
  ]);
  return (results) => {
    const of = (what: string) => (results[at] as Row[]).filter((row) => row.what === what);
    return {
      jobs: new Map(of('JOB').map((row) => [Number(row.id), toWaiting(row)])),
      paused: pausesOf(of('ACCOUNT')),
    };
  };
}

const union = (parts: readonly (string | false)[]): string =>
  parts.flatMap((part) => (part ? [`(${part})`] : [])).join(' UNION ALL ');
/** The columns in the parts of `addClaimLocks` that only jobs have. */
const NO_WAITING = 'NULL AS waits_for_job_id, NULL AS waiting_since, NULL AS closes_job_id';
const PARAMETER_LOCK = `SELECT 'PARAMETER' AS what, id, ${NO_WAITING}, NULL AS paused_by
     FROM trade_parameters FORCE INDEX (trade_parameters_exchange_account_id_symbol_side_key)
     WHERE exchange_account_id IN (0, ?) AND symbol = ? AND side IN (?) FOR UPDATE`;
const VAULT_LOCK = `SELECT 'VAULT' AS what, id, ${NO_WAITING}, NULL AS paused_by
     FROM vault_balances FORCE INDEX (vault_balances_vault_id_asset_key) WHERE vault_id IN (0, ?) AND asset = ? FOR UPDATE`;
/** FOR SHARE, in the syntax that MySQL and MariaDB share. */
const ENTRIES = `SELECT 'ACCOUNT' AS what, a.id, ${NO_WAITING},
       CASE WHEN u.entries_paused_at IS NOT NULL THEN 'ENTRIES_PAUSED'
            WHEN a.entries_paused_at IS NOT NULL THEN COALESCE(a.entries_pause_reason, 'ENTRIES_PAUSED') END AS paused_by
     FROM exchange_accounts a FORCE INDEX (PRIMARY) STRAIGHT_JOIN users u FORCE INDEX (PRIMARY) ON u.id = a.user_id
     WHERE a.id IN (0, ?) LOCK IN SHARE MODE`;

/** Reads which of these accounts take no new entries; with `lock` it takes a share lock on the rows, see above. */
export function addEntriesRead(
  batch: Batch,
  accountIds: readonly number[],
  { lock }: { lock: boolean },
): (results: unknown[]) => Map<number, EntriesPause> {
  const at = batch.size;
  batch.add(lock ? ENTRIES : ENTRIES.replace(' LOCK IN SHARE MODE', ''), [accountIds]);
  return (results) => pausesOf(results[at] as Row[]);
}

const pausesOf = (rows: readonly Row[]): Map<number, EntriesPause> =>
  new Map(rows.flatMap((row) => (row.paused_by ? [[Number(row.id), row.paused_by as EntriesPause] as const] : [])));

/**
 * Adds the reads of a plan for each account; with `lock` the positions stay locked until the end of the transaction.
 */
export function addPlanReads(
  batch: Batch,
  { accountIds, symbol, side, tradeMode, quote, now }: PlanKey,
  { lock }: { lock: boolean },
): (results: unknown[]) => (accountId: number) => PlanRows {
  const at = batch.size;
  const admitted = `FROM trade_jobs j
     WHERE j.exchange_account_id = p.exchange_account_id AND j.symbol = p.symbol AND j.side = ?`;
  // Earlier orders are read only when a limit is set: there may be any number of rows.
  batch.add(
    `SELECT a.id AS exchange_account_id, p.id, p.side, p.order_type_default, p.quote_amount_fixed, p.quote_amount_pct_balance,
       p.slippage_bps, p.limit_price_band_pct, p.max_orders_per_hour, p.min_interval_sec, p.updated_at,
       p.default_sl_enabled, p.default_sl_pct, p.trailing_stop_enabled, p.trailing_distance_pct, p.trailing_arming_pct,
       IF(p.min_interval_sec IS NULL, NULL,
         (SELECT j.admitted_at ${admitted} AND j.admitted_at IS NOT NULL ORDER BY j.admitted_at DESC LIMIT 1)) AS last_at,
       IF(p.max_orders_per_hour IS NULL, 0, (SELECT COUNT(*) ${admitted} AND j.admitted_at > ?)) AS in_last_hour,
       v.id AS vault_id, v.trade_mode AS vault_mode, v.is_active AS vault_active, vb.balance, vb.reserved,
       c.free, a.balances_synced_at
     FROM exchange_accounts a
     LEFT JOIN trade_parameters p ON p.exchange_account_id = a.id AND p.symbol = ? AND p.side IN (?)
     LEFT JOIN vaults v ON v.id = p.vault_id
     LEFT JOIN vault_balances vb ON vb.vault_id = p.vault_id AND vb.asset = ?
     LEFT JOIN account_balances_cache c ON c.exchange_account_id = a.id AND c.trade_mode = ? AND c.asset = ?
     WHERE a.id IN (?)`,
    [side, side, new Date(now - HOUR_MS), symbol, sidesOf(side), quote, tradeMode, quote, accountIds],
  );
  if (side === 'BUY') {
    const isReal = tradeMode === 'REAL';
    const spent = new Map(
      accountIds.map((id) => [id, isReal ? addSpentRead(batch, { accountId: id, quote }) : NOTHING]),
    );
    return (results) => (accountId) => {
      const rows = rowsOf(results[at], accountId);
      const [row] = rows;
      const readAt = row?.balances_synced_at ? time(row.balances_synced_at) : null;
      const freeBalance = {
        free: row ? textOrNull(row.free) : null,
        readAt: isReal ? readAt : undefined,
        spentSince: spent.get(accountId)?.(results) ?? '0',
      };
      return { ...decodeParameterRow(rows, side), freeBalance, positions: [] };
    };
  }
  batch.add(
    `SELECT id, exchange_account_id, trade_job_id_open, vault_id, qty_remaining, qty_reserved, price_open, min_profit_pct,
       lock_sell_by_webhook
     FROM trade_positions FORCE INDEX (trade_positions_exchange_account_id_symbol_status_idx)
     WHERE exchange_account_id IN (?) AND symbol = ? AND status = 'OPEN' ORDER BY id${lock ? ' FOR UPDATE' : ''}`,
    [accountIds, symbol],
  );
  return (results) => (accountId) => ({
    ...decodeParameterRow(rowsOf(results[at], accountId), side),
    freeBalance: NOTHING_FREE,
    positions: rowsOf(results[at + 1], accountId).map(decodePosition),
  });
}

/** The balance of a simulated account is our own record and includes every buy. */
const NOTHING = () => '0';

/** Reads the vault of an order by hand; undefined without one. Within a claim, its balance is locked by then. */
export function addRequestVaultRead(
  batch: Batch,
  { vaultId, quote }: { vaultId: number | null; quote: string },
): (results: unknown[]) => PlanVault | undefined {
  const at = batch.size;
  batch.add(
    `SELECT v.id AS vault_id, v.trade_mode AS vault_mode, v.is_active AS vault_active, vb.balance, vb.reserved
     FROM vaults v LEFT JOIN vault_balances vb ON vb.vault_id = v.id AND vb.asset = ? WHERE v.id = ?`,
    [quote, vaultId ?? 0],
  );
  return (results) => {
    const [row] = results[at] as Row[];
    return row && decodeVault(row);
  };
}

const decodeVault = (row: Row): PlanVault => ({
  id: Number(row.vault_id),
  tradeMode: text(row.vault_mode) as TradeMode,
  isActive: Boolean(row.vault_active),
  balance: d(text(row.balance ?? '0')),
  reserved: d(text(row.reserved ?? '0')),
});

const rowsOf = (rows: unknown, accountId: number): Row[] =>
  (rows as Row[]).filter((row) => row.exchange_account_id === accountId);

/** A sell needs no balance. */
const NOTHING_FREE: FreeBalance = { free: null, readAt: undefined, spentSince: '0' };

function decodeParameterRow(rows: Row[], side: OrderSide): Pick<PlanRows, 'parameter' | 'admitted' | 'vault'> {
  const parameter = chooseParameter(rows.filter(({ id }) => id !== null).map(decodeParameter), side);
  const row = rows.find(({ id }) => id === parameter?.id);
  if (!row) return { parameter: undefined, admitted: { inLastHour: 0, lastAt: null }, vault: undefined };
  const hasVault = side === 'BUY' && row.vault_id !== null;
  return {
    parameter,
    admitted: { inLastHour: Number(row.in_last_hour), lastAt: row.last_at === null ? null : time(row.last_at) },
    vault: hasVault ? decodeVault(row) : undefined,
  };
}

const decodeParameter = (row: Row): PlanParameter => ({
  id: Number(row.id),
  side: text(row.side) as PlanParameter['side'],
  orderType: text(row.order_type_default) as OrderType,
  quoteAmountFixed: textOrNull(row.quote_amount_fixed),
  quoteAmountPctBalance: textOrNull(row.quote_amount_pct_balance),
  slippageBps: Number(row.slippage_bps),
  limitPriceBandPct: String(row.limit_price_band_pct),
  maxOrdersPerHour: numberOrNull(row.max_orders_per_hour),
  minIntervalSec: numberOrNull(row.min_interval_sec),
  stopPct: stopOfRow(row),
  updatedAt: time(row.updated_at),
});

const stopOfRow = (row: Row): string | null =>
  stopOf({
    slEnabled: Boolean(row.default_sl_enabled),
    slPct: textOrNull(row.default_sl_pct),
    trailingEnabled: Boolean(row.trailing_stop_enabled),
    trailingArmingPct: textOrNull(row.trailing_arming_pct),
    trailingDistancePct: textOrNull(row.trailing_distance_pct),
  });

const decodePosition = (row: Row): OpenedPosition => ({
  id: Number(row.id),
  openedByJobId: Number(row.trade_job_id_open),
  vaultId: numberOrNull(row.vault_id),
  qtyRemaining: d(text(row.qty_remaining)),
  qtyReserved: d(text(row.qty_reserved)),
  entryPrice: d(text(row.price_open)),
  minProfitPct: textOrNull(row.min_profit_pct),
  lockSellByWebhook: Boolean(row.lock_sell_by_webhook),
});
