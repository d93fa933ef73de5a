import type { PositionState } from '../position/position.js';
import { unsellableAlert, unsellableKey } from '../position/unsellable-alert.js';
import { REASONS } from '../reasons.js';
import type { Booking, BookingInput } from './booking.js';

/** An alert that an order's outcome opens. At most one is open for each `openKey`. */
export interface OutcomeAlert {
  type: 'LEDGER_DRIFT' | 'POSITION_INVALID_QTY' | 'POSITION_SHORTFALL' | 'POSITION_UNSELLABLE';
  severity: 'high' | 'critical';
  message: string;
  openKey: string;
}

/** The key of the alert for an order of unknown state. */
export const orderUnknownKey = (executionId: number): string => `ORDER_UNKNOWN:execution:${executionId}`;

/** The fields of an order and its job that alerts use. */
export interface AlertedOrder {
  job: Pick<BookingInput['job'], 'id'> & { symbol: string };
  execution: { id: number; clientOrderId: string };
  quote: string;
}

/** What a person must check after the fills of an order were booked. */
export function bookingAlerts({ job, execution, quote }: AlertedOrder, booking: Booking): OutcomeAlert[] {
  const alerts: OutcomeAlert[] = [];
  for (const { vaultId, posted } of booking.vaultMoves) {
    if (!posted.shortfall.gt(0)) continue;
    alerts.push({
      type: 'LEDGER_DRIFT',
      severity: 'critical',
      message: `Vault ${vaultId} lacked ${posted.shortfall.toFixed()} ${quote} for job ${job.id}: the order cost more than the vault held.`,
      openKey: `LEDGER_DRIFT:job:${job.id}`,
    });
  }
  alerts.push(...shortfallAlerts(job, booking));
  const { contradiction, unallocatedQty } = booking;
  const unallocated = `${unallocatedQty.toFixed()} was sold beyond what the positions had reserved`;
  const wrong = contradiction ?? (unallocatedQty.gt(0) ? unallocated : undefined);
  if (wrong) {
    alerts.push({
      type: 'POSITION_INVALID_QTY',
      severity: 'critical',
      message: `Job ${job.id}, order ${execution.clientOrderId}: ${wrong}.`,
      openKey: `POSITION_INVALID_QTY:execution:${execution.id}`,
    });
  }
  return alerts;
}

/** An exit sold what was there. The missing rest becomes an alert, because only the owner can know where it went. */
function shortfallAlerts({ id, symbol }: AlertedOrder['job'], { shortfalls, unsold }: Booking): OutcomeAlert[] {
  const [base = '', quote = ''] = symbol.split('/');
  const short = shortfalls.map(({ positionId, qty, value }) => ({
    type: 'POSITION_SHORTFALL' as const,
    severity: 'high' as const,
    message:
      `${qty.toFixed()} ${base} of position ${positionId} (${symbol}), worth ${value.toFixed()} ${quote}, were not in the ` +
      `wallet when job ${id} sold it: moved, sold or paid as fees elsewhere. What was there was sold.`,
    openKey: `POSITION_SHORTFALL:position:${positionId}`,
  }));
  const none = unsold.map(({ positionId, code }) =>
    unsellableAlert({ positionId, symbol, code, message: REASONS[code] }),
  );
  return [...short, ...none];
}

/** The alerts to close: of positions that could not be sold before and sold something now. */
export const endedUnsellable = (before: readonly PositionState[], after: readonly PositionState[]): string[] => {
  const was = new Set(before.flatMap(({ id, unsellable }) => (unsellable ? [id] : [])));
  return after.flatMap(({ id, unsellable }) => (was.has(id) && !unsellable ? [unsellableKey(id)] : []));
};
