import type { CloseReason, OrderSide } from '../domain.js';
import { roundMoney, ZERO, type D } from '../money/money.js';
import { averagePrice } from './pnl.js';
import { costOf } from './position.js';

/** A row of position_fills, booked when fees were not yet part of the cost. */
export interface OldFill {
  id: number;
  side: OrderSide;
  qty: D;
  price: D;
  feeAmount: D;
  feeAsset: string | null;
  /** A buy: minus the fee, if in the quote or a third asset. A sell: (price - opening price then) × qty - its fee. */
  realized: D;
}

export interface OldPosition {
  base: string;
  qtyRemaining: D;
  dustQty: D;
  dustValue: D;
  closeReason: CloseReason | null;
  /** ms since 1970 */
  closedAt: number | null;
  /** In booking order. */
  fills: readonly OldFill[];
}

export interface Recomputed {
  fills: { id: number; realized: D }[];
  cost: D;
  realizedPnl: D;
  dustQty: D;
  dustValue: D;
  shortfallQty: D;
  shortfallValue: D;
  writeOff: D;
  writtenOffAt: number | null;
}

/**
 * Recomputes the realized profit of an old position from its fills by today's rules. The old figures contain the value
 * of each fee when it was booked, so no current price is needed. Returns undefined when the fills do not add up to the
 * position; then a person must check it.
 */
export function recomputeResults(position: OldPosition): Recomputed | undefined {
  let [qtyRemaining, cost, profit] = [ZERO, ZERO, ZERO];
  let [boughtQty, boughtQuote] = [ZERO, ZERO];
  const fills: Recomputed['fills'] = [];
  for (const fill of position.fills) {
    const quote = roundMoney(fill.qty.mul(fill.price));
    if (fill.side === 'BUY') {
      const isBaseFee = fill.feeAsset === position.base;
      qtyRemaining = qtyRemaining.add(fill.qty).sub(isBaseFee ? fill.feeAmount : ZERO);
      cost = cost.add(quote).sub(fill.realized);
      boughtQty = boughtQty.add(fill.qty);
      boughtQuote = boughtQuote.add(quote);
      fills.push({ id: fill.id, realized: ZERO });
      continue;
    }
    const entryPrice = averagePrice(boughtQuote, boughtQty);
    const fee = roundMoney(fill.price.sub(entryPrice).mul(fill.qty)).sub(fill.realized);
    const share = costOf({ cost, qtyRemaining }, fill.qty);
    const realized = quote.sub(share).sub(fee);
    fills.push({ id: fill.id, realized });
    [qtyRemaining, cost, profit] = [qtyRemaining.sub(fill.qty), cost.sub(share), profit.add(realized)];
  }
  if (!qtyRemaining.eq(position.qtyRemaining.add(position.dustQty))) return undefined;
  return { fills, ...writtenOff(position, { qtyRemaining, cost, profit }) };
}

/** The rest counts at its value then. What was gone (RECONCILIATION) counts at its cost. */
function writtenOff(
  { dustQty: qty, dustValue, closeReason, closedAt }: OldPosition,
  { qtyRemaining, cost, profit }: { qtyRemaining: D; cost: D; profit: D },
): Omit<Recomputed, 'fills'> {
  const share = qty.gt(0) ? costOf({ cost, qtyRemaining }, qty) : ZERO;
  const isGone = closeReason === 'RECONCILIATION';
  const writeOff = isGone || qty.isZero() ? ZERO : dustValue.sub(share);
  return {
    cost: cost.sub(share),
    realizedPnl: profit.add(writeOff),
    dustQty: isGone ? ZERO : qty,
    dustValue: isGone ? ZERO : dustValue,
    shortfallQty: isGone ? qty : ZERO,
    shortfallValue: isGone ? share : ZERO,
    writeOff,
    writtenOffAt: qty.gt(0) ? closedAt : null,
  };
}
