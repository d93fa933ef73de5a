import type { ExecutionStatus, JobStatus, OrderSide, OrderType } from '../domain.js';
import type { ExitReason } from '../exits/triggers.js';
import type { Posted, VaultState } from '../ledger/ledger.js';
import type { FeeContext } from '../money/fees.js';
import type { D } from '../money/money.js';
import type { PositionState, TriggerFlags } from '../position/position.js';
import type { ReasonCode, Refusal } from '../reasons.js';
import type { BookedFill, OrderReport } from './booked-fill.js';

// The input and the output of booking an order.

export interface ReservationState {
  id: number;
  qty: D;
  qtySold: D;
  isLive: boolean;
  position: PositionState;
  flags: TriggerFlags;
  /** The buy that opened the position has ended, so it cannot grow any more. */
  isOpeningDone: boolean;
}

export interface BookingInput {
  execution: { id: number; status: ExecutionStatus; orderType: OrderType; fills: readonly BookedFill[] };
  job: {
    id: number;
    status: JobStatus;
    side: OrderSide;
    origin: string;
    /** Set for a job that a trigger created. */
    exitReason?: ExitReason | null;
    vaultId: number | null;
    reserved: D | null;
    /** SELL: the quantity that the wallet did not hold. It is written off from the positions once the rest is sold. */
    missing?: D | null;
  };
  order: OrderReport;
  /** BUY: the position this job opened earlier, or the open one that it adds to. */
  position: PositionState | undefined;
  /** BUY that adds to a position: what other orders bought of it, before fees. */
  boughtBefore?: { qty: D; quote: D } | undefined;
  /** SELL: oldest position first. */
  reservations: readonly ReservationState[];
  /** The quote asset's row of each vault concerned. A vault without a row is absent. */
  vaults: ReadonlyMap<number, VaultState>;
  base: string;
  quote: string;
  /** The market's minimums. Without them no dust is closed. */
  market: { stepSize: string; minQty: string; minNotional: string } | undefined;
  priceOf: FeeContext['priceOf'];
  /** Why we stopped the order, if we did. */
  stopReason: ReasonCode | undefined;
  now: number;
}

/** A row of position_fills. */
export interface PositionFillEntry {
  /** NEW_POSITION for the position this booking opens. */
  positionId: number;
  side: OrderSide;
  qty: D;
  price: D;
  tradeId: string;
  feeAmount: D;
  feeAsset: string;
  /** Realized profit, net of fees and cost. Zero for a buy, whose fees are part of its cost. */
  realized: D;
  at: number;
}
export const NEW_POSITION = 0;

export interface VaultMove {
  vaultId: number;
  dedupeKey: string;
  posted: Posted;
  /** True when the vault has no row for the asset yet. */
  isFirst: boolean;
}

export interface Booking {
  changed: boolean;
  execution: {
    status: ExecutionStatus;
    fills: readonly BookedFill[];
    executedQty: D;
    cummQuoteQty: D;
    avgPrice: D;
    filledAt: number | null;
  };
  job: { status: JobStatus; reason: Refusal | undefined; ended: boolean };
  fills: PositionFillEntry[];
  positions: PositionState[];
  reservations: { id: number; qtySold: D; isLive: boolean }[];
  vaultMoves: VaultMove[];
  /** A contradicting report about an order that had already ended here. It is not booked: a person must check it. */
  contradiction: string | undefined;
  /** Coins that were missing in the wallet, for positions that sold at least a part. */
  shortfalls: { positionId: number; qty: D; value: D }[];
  /** Positions that stay open because nothing could be sold: the coins were missing, or other orders hold them. */
  unsold: { positionId: number; code: 'HOLDING_MISSING' | 'HOLDING_LOCKED' }[];
  /** The quantity sold beyond the reservations: no position could take it. */
  unallocatedQty: D;
  /** Fee assets without a known price. Their fees count as zero in the profit. */
  unpricedFeeAssets: string[];
}
