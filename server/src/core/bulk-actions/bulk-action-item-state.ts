import type { JobStatus } from '../domain.js';
import { d, toText, ZERO } from '../money/money.js';
import type { ReasonCode } from '../reasons.js';
import { isJobTerminal } from '../order/trade-job.js';

/** The state of one item of a bulk action, as far as it is known now. */
export const BULK_ACTION_ITEM_STATES = [
  'WAITING', // not started yet
  'ACCEPTED', // the sell or the cancel was accepted; nothing is sold yet
  'PARTLY_FILLED', // a part is sold; the position is still open
  'FILLED', // sold; the position is closed
  'CANCELED', // the order left the order book
  'ALREADY_DONE', // the position was closed, or the order had ended, without this item
  'REFUSED', // nothing was sent
  'FAILED', // the sell ended and nothing was sold, or the order still rests
] as const;
export type BulkActionItemStateName = (typeof BULK_ACTION_ITEM_STATES)[number];

export interface BulkActionJob {
  status: JobStatus;
  reasonCode: ReasonCode | null;
  reasonMessage: string | null;
  /** The sums of the fills, as decimal texts in the base and the quote asset. */
  executedQty: string;
  executedQuote: string;
}

export interface BulkActionItemFacts {
  action: 'CANCEL_ORDER' | 'CLOSE_POSITION';
  /** The answer to the request; null = not requested yet. */
  outcome: 'DONE' | 'REFUSED' | null;
  reasonCode: ReasonCode | null;
  reasonMessage: string | null;
  /** The requested sell, or the order to cancel. */
  job: BulkActionJob | null;
  /** The position to close; null for an order. */
  position: { isOpen: boolean; qtyReserved: string; shortfallQty?: string } | null;
}

export interface BulkActionItemState {
  state: BulkActionItemStateName;
  /** The state will not change any more without a new action. */
  isTerminal: boolean;
  /** The position is still open, or the order is still in the book. */
  isStillOpen: boolean;
  soldQty: string;
  soldQuote: string;
  reasonCode: ReasonCode | null;
  reasonMessage: string | null;
}

const NOTHING = { soldQty: '0', soldQuote: '0', reasonCode: null, reasonMessage: null } as const;
const WAITING = { ...NOTHING, state: 'WAITING', isTerminal: false, isStillOpen: true } as const;
const reasonOf = ({ reasonCode, reasonMessage }: Pick<BulkActionItemFacts, 'reasonCode' | 'reasonMessage'>) => ({
  reasonCode,
  reasonMessage,
});

/** The state of an item. Only its fills count: an accepted order has sold nothing yet. */
export function bulkActionItemState(facts: BulkActionItemFacts): BulkActionItemState {
  return facts.action === 'CANCEL_ORDER' ? cancelState(facts) : closeState(facts);
}

function closeState(facts: BulkActionItemFacts): BulkActionItemState {
  const { outcome, job, position } = facts;
  const isStillOpen = position?.isOpen ?? false;
  if (outcome === null) return { ...WAITING, isStillOpen };
  const sold = { soldQty: job?.executedQty ?? '0', soldQuote: job?.executedQuote ?? '0' };
  const hasSold = d(sold.soldQty).gt(0);
  const isJobUnderWay = job !== null && !isJobTerminal(job.status);
  // The position may be read a moment after its sell. Then the sell is not marked as ended yet.
  if (!isStillOpen && !isJobUnderWay) {
    const state = hasSold ? ('FILLED' as const) : ('ALREADY_DONE' as const);
    return { ...NOTHING, ...sold, ...missingOf(position), state, isTerminal: true, isStillOpen };
  }
  if (outcome === 'REFUSED') return { ...NOTHING, ...reasonOf(facts), state: 'REFUSED', isTerminal: true, isStillOpen };
  if (!job) return { ...NOTHING, state: 'FAILED', isTerminal: true, isStillOpen };
  const isTerminal = !isJobUnderWay;
  // The sell is complete and the position is still open: other sells hold the rest.
  const held: Pick<BulkActionItemFacts, 'reasonCode' | 'reasonMessage'> =
    job.status === 'FILLED' && d(position?.qtyReserved ?? '0').gt(0)
      ? { reasonCode: 'ALREADY_RESERVED', reasonMessage: null }
      : job;
  const reason = isTerminal ? reasonOf(held) : {};
  const state = hasSold ? 'PARTLY_FILLED' : isTerminal ? 'FAILED' : 'ACCEPTED';
  return { ...NOTHING, ...sold, ...reason, state, isTerminal, isStillOpen };
}

/** A position that closed with less than its recorded quantity: the rest was missing in the wallet. */
function missingOf(
  position: BulkActionItemFacts['position'],
): Partial<Pick<BulkActionItemState, 'reasonCode' | 'reasonMessage'>> {
  const missing = d(position?.shortfallQty ?? '0');
  if (missing.lte(0)) return {};
  return {
    reasonCode: 'HOLDING_MISSING',
    reasonMessage: `The wallet held ${missing.toFixed()} less than the position; what was there was sold.`,
  };
}

function cancelState(facts: BulkActionItemFacts): BulkActionItemState {
  const { outcome, job } = facts;
  const isStillOpen = job !== null && !isJobTerminal(job.status);
  if (!isStillOpen) {
    const isCanceled = job?.status === 'CANCELED' || job?.status === 'SKIPPED';
    return { ...NOTHING, state: isCanceled ? 'CANCELED' : 'ALREADY_DONE', isTerminal: true, isStillOpen };
  }
  if (outcome === null) return WAITING;
  if (outcome === 'REFUSED') return { ...NOTHING, ...reasonOf(facts), state: 'REFUSED', isTerminal: true, isStillOpen };
  return { ...NOTHING, state: 'ACCEPTED', isTerminal: false, isStillOpen };
}

/** How many items are in each state. Every item is in exactly one count of its action. */
export interface PlanCounts {
  positionsClosed: number;
  positionsPartlySold: number;
  positionsUnderWay: number;
  positionsRefused: number;
  ordersCanceled: number;
  ordersUnderWay: number;
  ordersRefused: number;
  pending: number;
}

type CountedItem = Pick<BulkActionItemState, 'state' | 'isTerminal'> & Pick<BulkActionItemFacts, 'action'>;

function countOf({ action, state, isTerminal }: CountedItem): keyof PlanCounts {
  const isOrder = action === 'CANCEL_ORDER';
  if (state === 'WAITING') return 'pending';
  if (state === 'REFUSED' || state === 'FAILED') return isOrder ? 'ordersRefused' : 'positionsRefused';
  if (state === 'ACCEPTED') return isOrder ? 'ordersUnderWay' : 'positionsUnderWay';
  if (state === 'PARTLY_FILLED') return isTerminal ? 'positionsPartlySold' : 'positionsUnderWay';
  return isOrder ? 'ordersCanceled' : 'positionsClosed';
}

export function countBulkActionItems(items: readonly CountedItem[]): PlanCounts {
  const counts: PlanCounts = {
    ...{ positionsClosed: 0, positionsPartlySold: 0, positionsUnderWay: 0, positionsRefused: 0 },
    ...{ ordersCanceled: 0, ordersUnderWay: 0, ordersRefused: 0, pending: 0 },
  };
  for (const item of items) counts[countOf(item)] += 1;
  return counts;
}

export interface SoldTotal {
  asset: string;
  /** Positions that sold at least a part. */
  positions: number;
  value: string;
}

/** The proceeds of the fills, separately for each quote asset. Amounts of different assets are never added. */
export function soldTotals(items: readonly { symbol: string; soldQuote: string }[]): SoldTotal[] {
  const sold = items.filter(({ soldQuote }) => d(soldQuote).gt(0));
  const quoteOf = ({ symbol }: { symbol: string }): string => symbol.split('/')[1] ?? symbol;
  return [...new Set(sold.map(quoteOf))].sort().map((asset) => {
    const own = sold.filter((item) => quoteOf(item) === asset);
    const value = own.reduce((total, { soldQuote }) => total.add(d(soldQuote)), ZERO);
    return { asset, positions: own.length, value: toText(value) };
  });
}
