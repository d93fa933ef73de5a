import type { ExecutionStatus } from '../domain.js';
import type { FeeEffect } from '../money/fees.js';
import { d, min, roundMoney, sum, type D } from '../money/money.js';
import { averagePrice } from '../position/pnl.js';

/** A trade as the exchange reported it. Decimals are strings, stored unchanged. */
export interface BookedFill {
  tradeId: string;
  qty: string;
  price: string;
  feeAmount: string;
  feeAsset: string;
  /** ms since 1970 */
  at: number;
}

/** The state of an order at the exchange: the part of the port's snapshot that booking reads. */
export interface OrderReport {
  status: 'NEW' | 'PARTIALLY_FILLED' | 'FILLED' | 'CANCELED' | 'EXPIRED' | 'REJECTED';
  executedQty: string;
  fills: readonly BookedFill[];
}

/**
 * What a buy fill adds to a position: a fee in the base asset reduces the coins, every other fee adds to their cost.
 */
export const boughtBy = ({ qty, quote, fee }: { qty: D; quote: D; fee: FeeEffect }) => ({
  qty: qty.sub(min(fee.baseQty, qty)),
  cost: fee.baseQty.gt(0) ? quote : quote.add(fee.worth),
  fee: fee.worth,
});

export const byTime = (a: BookedFill, b: BookedFill): number =>
  a.at - b.at || (a.tradeId < b.tradeId ? -1 : a.tradeId > b.tradeId ? 1 : 0);
export const qtyOf = (fill: BookedFill): D => roundMoney(d(fill.qty));
export const priceOf = (fill: BookedFill): D => roundMoney(d(fill.price));
export const quoteOf = (fill: BookedFill): D => roundMoney(qtyOf(fill).mul(priceOf(fill)));

/** The totals of an execution with these fills. */
export function summarise(status: ExecutionStatus, fills: readonly BookedFill[]) {
  const executedQty = sum(fills.map(qtyOf));
  const cummQuoteQty = sum(fills.map(quoteOf));
  return {
    status,
    fills,
    executedQty,
    cummQuoteQty,
    avgPrice: averagePrice(cummQuoteQty, executedQty),
    filledAt: fills.at(-1)?.at ?? null,
  };
}

/** What the exchange reports differently about an order that has ended here. */
export function contradictionOf(
  { execution, order }: { execution: { status: ExecutionStatus }; order: OrderReport },
  late: readonly BookedFill[],
): string | undefined {
  if (late.length > 0) return `the exchange reports ${late.length} trades of an order that is ${execution.status} here`;
  const isAlive = order.status === 'NEW' || order.status === 'PARTIALLY_FILLED';
  const neverPlaced = execution.status === 'NOT_PLACED' || execution.status === 'REJECTED';
  return isAlive && neverPlaced ? `the exchange holds an order that is ${execution.status} here` : undefined;
}
