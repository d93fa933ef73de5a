import type { ExecutionStatus, JobStatus, OrderSide, OrderType } from '../domain.js';
import type { ExitReason } from '../exits/triggers.js';
import type { Posted, VaultState } from '../ledger/ledger.js';
import type { FeeContext } from '../money/fees.js';
import type { D } from '../money/money.js';
import type { PositionState, TriggerFlags } from '../position/position.js';
import type { ReasonCode, Refusal } from '../reasons.js';
import type { BookedFill, OrderReport } from './booked-fill.js';

// What booking an order reads and what it decides.

export interface ReservationState {
  id: number;
  qty: D;
  qtySold: D;
  isLive: boolean;
  position: PositionState;
  flags: TriggerFlags;
  /** The buy that opened the position has ended, so that it cannot grow any more. */
  isOpeningDone: boolean;
}

export interface BookingInput {
  execution: { id: number; status: ExecutionStatus; orderType: OrderType; fills: readonly BookedFill[] };
  job: {
    id: number;
    status: JobStatus;
    side: OrderSide;
    origin: string;
    /** Of a job that a trigger made. */
    exitReason?: ExitReason | null;
    vaultId: number | null;
    reserved: D | null;
    /** SELL: what of it the wallet turned out not to hold; it is taken off the positions once the rest is sold. */
    missing?: D | null;
  };
  order: OrderReport;
  /** BUY: the position this job opened earlier. */
  position: PositionState | undefined;
  /** SELL: oldest position first. */
  reservations: readonly ReservationState[];
  /** The quote asset's row of each vault concerned; a vault without a row is absent. */
  vaults: ReadonlyMap<number, VaultState>;
  base: string;
  quote: string;
  /** The market's minimums; without them no dust is closed out. */
  market: { stepSize: string; minQty: string; minNotional: string } | undefined;
  priceOf: FeeContext['priceOf'];
  /** Why the order was stopped, when it was us who stopped it. */
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
  /** Profit realized, net of fees and of what the coins cost; zero for a buy, whose fees are part of that cost. */
  realized: D;
  at: number;
}
export const NEW_POSITION = 0;

export interface VaultMove {
  vaultId: number;
  dedupeKey: string;
  posted: Posted;
  /** The vault has no row for the asset yet. */
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
  /** The exchange tells something else of an order that had already ended here: not booked, a person must look. */
  contradiction: string | undefined;
  /** Coins that were to be sold and were not there, of positions of which some were. */
  shortfalls: { positionId: number; qty: D; value: D }[];
  /** Positions that stay open although they were to be sold: nothing was there, or others' orders hold the rest. */
  unsold: { positionId: number; code: 'HOLDING_MISSING' | 'HOLDING_LOCKED' }[];
  /** Sold beyond what was reserved: no position could take it. */
  unallocatedQty: D;
  /** Fees in assets without a known price; they count as zero in profit. */
  unpricedFeeAssets: string[];
}
