import type { Newcomer } from '../core/exits/catch-up.js';
import type { JobStatus, OrderType, TradeMode } from '../core/domain.js';
import { d, type D } from '../core/money/money.js';
import type { PositionState } from '../core/position/position.js';
import { priceKeyOf, readPriceKey, type PriceKey } from '../core/price/price-key.js';
import type { ExitReason, ExitTarget, WatchedPosition } from '../core/exits/triggers.js';
import { ACCOUNT_REF_COLUMNS, positionsAt, toAccountRef } from '../exchange/account-ref.store.js';
import type { AccountRef } from '../exchange/exchange.js';
import { Batch, type Database, type Tx } from '../infra/database/database.js';
import { POSITION_COLUMNS, positionState } from '../orders/stores/trade-position.store.js';

type Row = Record<string, unknown>;
const text = (value: unknown): string => String(value);
const HOUR_MS = 3_600_000;

/** DECIMAL(5,2) percent as whole basis points. */
const bps = (pct: unknown): number | null => (pct === null ? null : Number(d(text(pct)).mul(d('100')).toFixed()));
const bpsIf = (enabled: unknown, pct: unknown): number | null => (enabled ? bps(pct) : null);

/** A target waits until it fires, and again when its job ended without a sale. */
const WAITING_TARGETS = `(SELECT GROUP_CONCAT(CONCAT(t.ordinal, ':', t.pct) ORDER BY t.ordinal) FROM position_targets t
   LEFT JOIN trade_jobs tj ON tj.id = t.trade_job_id LEFT JOIN position_reservations tp ON tp.trade_job_id = tj.id
   WHERE t.position_id = p.id AND (t.triggered_at IS NULL OR (tj.status IN ('FAILED', 'CANCELED') AND tp.qty_sold = 0)))`;

const COLUMNS = `p.id, p.exchange_account_id, p.symbol, p.trade_mode, p.status, p.price_open, p.created_at, p.sl_enabled,
  p.sl_pct, p.tp_enabled, p.tp_pct, p.min_profit_pct, p.trailing_enabled, p.trailing_distance_pct,
  p.trailing_arming_pct, p.trailing_max_price, p.trailing_armed_at, p.trailing_version, p.exits_since, p.time_stop_hours, p.break_even_after_first,
  p.partial_tp_triggered, ${WAITING_TARGETS} AS waiting_targets`;

/** A full exit that has not ended: until then the position needs no second one. */
const HAS_LIVE_EXIT = `EXISTS (SELECT 1 FROM position_reservations pp JOIN trade_jobs j ON j.id = pp.trade_job_id
   WHERE pp.position_id = p.id AND pp.is_live AND j.origin = 'TRIGGER' AND j.exit_reason <> 'PARTIAL_TAKE_PROFIT')`;

/** The account of a position, for the exchange registry and the live events. */
export type PositionAccount = AccountRef & { userId: number };

export interface WatchedRow extends Newcomer {
  symbol: string;
  account: PositionAccount;
  /** The key of the prices that count for the position. */
  key: PriceKey;
  /** false = nothing to watch, perhaps until something changes. */
  isWatched: boolean;
}

function watchedPosition(row: Row): WatchedPosition {
  const createdAt = (row.created_at as Date).getTime();
  return {
    id: Number(row.id),
    accountId: Number(row.exchange_account_id),
    entryPrice: d(text(row.price_open)),
    stopLossBps: bpsIf(row.sl_enabled, row.sl_pct),
    takeProfitBps: bpsIf(row.tp_enabled, row.tp_pct),
    minProfitBps: bps(row.min_profit_pct),
    trailingBps: bpsIf(row.trailing_enabled, row.trailing_distance_pct),
    armingBps: bps(row.trailing_arming_pct),
    trailingMax: row.trailing_max_price === null ? null : d(text(row.trailing_max_price)),
    trailingVersion: Number(row.trailing_version),
    timeStopAt: row.time_stop_hours === null ? null : createdAt + Number(row.time_stop_hours) * HOUR_MS,
    targets: targetsOf(row.waiting_targets),
    breakEven: Boolean(row.break_even_after_first),
    hasTakenPart: Boolean(row.partial_tp_triggered),
  };
}

function targetsOf(list: unknown): ExitTarget[] {
  if (list === null) return [];
  return text(list)
    .split(',')
    .map((one) => one.split(':'))
    .map(([ordinal = '', pct = '0']) => ({ ordinal: Number(ordinal), bps: bps(pct) ?? 0 }));
}

const hasExit = (one: WatchedPosition): boolean =>
  one.stopLossBps !== null ||
  one.takeProfitBps !== null ||
  one.trailingBps !== null ||
  one.timeStopAt !== null ||
  one.targets.length > 0 ||
  (one.breakEven && one.hasTakenPart);

function watchedRow(row: Row): WatchedRow {
  const position = watchedPosition(row);
  const symbol = text(row.symbol);
  const account = { ...toAccountRef(row), userId: Number(row.user_id) };
  const at = (moment: unknown): number | null => (moment instanceof Date ? moment.getTime() : null);
  return {
    ...{ position, symbol, account, key: priceKeyOf(account, symbol) },
    ...{ exitsSince: at(row.exits_since), armedAt: at(row.trailing_armed_at), createdAt: at(row.created_at) ?? 0 },
    isWatched: row.status === 'OPEN' && !row.has_live_exit && hasExit(position),
  };
}

const SELECT_WATCHED = `SELECT ${COLUMNS}, ${HAS_LIVE_EXIT} AS has_live_exit, a.user_id, ${ACCOUNT_REF_COLUMNS}
  FROM trade_positions p JOIN exchange_accounts a ON a.id = p.exchange_account_id`;

/** Open positions of a price key with an id above `afterId`, by id. */
export async function readOpenOf(
  db: Pick<Database, 'query'>,
  { key, afterId, limit }: { key: PriceKey; afterId: number; limit: number },
): Promise<WatchedRow[]> {
  const { venue, symbol } = readPriceKey(key);
  const owners = await positionsAt(db, venue);
  const rows = await db.query<Row[]>(
    `${SELECT_WATCHED} WHERE p.status = 'OPEN' AND p.symbol = ? AND p.${owners.sql} AND p.id > ? ORDER BY p.id LIMIT ?`,
    [symbol, ...owners.values, afterId, limit],
  );
  return rows.map(watchedRow);
}

/** These positions, open or not. */
export async function readWatched(db: Pick<Database, 'query'>, ids: readonly number[]): Promise<WatchedRow[]> {
  if (ids.length === 0) return [];
  const rows = await db.query<Row[]>(`${SELECT_WATCHED} WHERE p.id IN (${ids.map(() => '?').join(', ')})`, ids);
  return rows.map(watchedRow);
}

/** Open positions of a mode that have any exit, for the sweep. */
export async function readOpenWithExits(
  db: Pick<Database, 'query'>,
  { tradeMode, afterId, limit }: { tradeMode: TradeMode; afterId: number; limit: number },
): Promise<WatchedRow[]> {
  const rows = await db.query<Row[]>(
    `${SELECT_WATCHED} WHERE p.status = 'OPEN' AND p.trade_mode = ? AND p.id > ? ORDER BY p.id LIMIT ?`,
    [tradeMode, afterId, limit],
  );
  return rows.map(watchedRow);
}

/** Positions changed in the last `windowSec` seconds of the database's clock, and when (ms since 1970). */
export async function readRecentChanges(
  db: Pick<Database, 'query'>,
  windowSec: number,
): Promise<{ id: number; at: number }[]> {
  const rows = await db.query<{ id: number; updated_at: Date }[]>(
    'SELECT id, updated_at FROM trade_positions WHERE updated_at >= UTC_TIMESTAMP(3) - INTERVAL ? SECOND',
    [windowSec],
  );
  return rows.map(({ id, updated_at }) => ({ id, at: updated_at.getTime() }));
}

/** A sell that has a reservation on the position. */
export interface SellOfPosition {
  jobId: number;
  origin: string;
  exitReason: ExitReason | null;
  idempotencyKey: string | null;
  status: JobStatus;
  orderType: OrderType;
  qty: D;
  qtySold: D;
  isLive: boolean;
  createdAt: number;
}

export interface LockedPosition {
  watched: WatchedPosition;
  accountId: number;
  userId: number;
  tradeMode: TradeMode;
  symbol: string;
  status: 'OPEN' | 'CLOSED';
  qtyTotal: D;
  qtyRemaining: D;
  qtyReserved: D;
  /** All its numbers, for the code that writes them. */
  state: PositionState;
  openingStatus: JobStatus;
  /** Share of qty_total of each target, in percent. */
  shares: Map<number, D>;
  /** Oldest first. */
  sells: SellOfPosition[];
}

/**
 * Locks a position until the end of the transaction and reads everything a sell of it depends on, in one round trip.
 */
export async function lockForSell(tx: Tx, positionId: number): Promise<LockedPosition | undefined> {
  const [locked, rows, targets, sells] = (await tx.run(
    new Batch()
      .add(`SELECT ${POSITION_COLUMNS} FROM trade_positions p WHERE p.id = ? FOR UPDATE`, [positionId])
      .add(
        `SELECT ${COLUMNS}, a.user_id, o.status AS opening_status FROM trade_positions p
         JOIN exchange_accounts a ON a.id = p.exchange_account_id JOIN trade_jobs o ON o.id = p.trade_job_id_open
         WHERE p.id = ?`,
        [positionId],
      )
      .add('SELECT ordinal, share_pct FROM position_targets WHERE position_id = ?', [positionId])
      .add(
        `SELECT j.id, j.origin, j.exit_reason, j.idempotency_key, j.status, j.order_type, j.created_at, pp.qty, pp.qty_sold,
           pp.is_live FROM position_reservations pp JOIN trade_jobs j ON j.id = pp.trade_job_id WHERE pp.position_id = ? ORDER BY j.id`,
        [positionId],
      ),
  )) as Row[][];
  const [numbers, row] = [locked?.[0], rows?.[0]];
  if (!numbers || !row) return undefined;
  return {
    watched: watchedPosition(row),
    accountId: Number(row.exchange_account_id),
    userId: Number(row.user_id),
    tradeMode: text(row.trade_mode) as TradeMode,
    symbol: text(row.symbol),
    status: text(row.status) as 'OPEN' | 'CLOSED',
    qtyTotal: d(text(numbers.qty_total)),
    qtyRemaining: d(text(numbers.qty_remaining)),
    qtyReserved: d(text(numbers.qty_reserved)),
    state: positionState(numbers),
    openingStatus: text(row.opening_status) as JobStatus,
    shares: new Map((targets ?? []).map((one) => [Number(one.ordinal), d(text(one.share_pct))])),
    sells: (sells ?? []).map(sellOf),
  };
}

const sellOf = (row: Row): SellOfPosition => ({
  jobId: Number(row.id),
  origin: text(row.origin),
  exitReason: row.exit_reason === null ? null : (text(row.exit_reason) as ExitReason),
  idempotencyKey: row.idempotency_key === null ? null : text(row.idempotency_key),
  status: text(row.status) as JobStatus,
  orderType: text(row.order_type) as OrderType,
  qty: d(text(row.qty)),
  qtySold: d(text(row.qty_sold)),
  isLive: Boolean(row.is_live),
  createdAt: (row.created_at as Date).getTime(),
});
