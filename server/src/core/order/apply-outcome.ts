import { planBooking, releaseJob } from './book-order.js';
import type { Booking, BookingInput } from './booking.js';
import type { OrderReport, summarise } from './booked-fill.js';
import type { ExecutionStatus, JobStatus } from '../domain.js';
import { unsellableAlert } from '../position/unsellable-alert.js';
import { refuse, type ReasonCode, type Refusal } from '../reasons.js';
import { mayRetry } from './freshness.js';
import { isOrderUnresolved, moveExecution, SEND_WITHIN_MS } from './order.js';
import { bookingAlerts, endedUnsellable, orderUnknownKey, type OutcomeAlert } from './outcome-alerts.js';
import { isJobTerminal, nextJobStatus, type JobEvent } from './trade-job.js';

/** An answer about an order: from the exchange, its connection or a lookup. */
export type OrderAnswer =
  /** The exchange has the order, in this state. `stopReason`: why we stopped it. */
  | { kind: 'reported'; order: OrderReport; stopReason?: ReasonCode | undefined }
  /** The exchange definitely refuses the order. `isUnsellable`: its positions cannot be sold now. */
  | { kind: 'refused'; code: ReasonCode; message: string; isUnsellable?: boolean }
  /** Refused because the wallet lacks coins. A smaller order of the same job follows in the same transaction. */
  | { kind: 'short'; message: string }
  /** The order did not leave, or the exchange rejected it unread (rate limit or clock). */
  | { kind: 'not sent'; message: string }
  /** The order was sent; whether it was placed is not known. */
  | { kind: 'unknown'; message: string }
  /**
   * A lookup after the admission window found nothing. `notFoundCount`: the number of such lookups before, as the caller saw
   * it.
   */
  | { kind: 'not found'; notFoundCount: number }
  /** The job waits for its next attempt and is too old for it. */
  | { kind: 'too old' };

/** Everything that decides an outcome. The rows it changes are locked. */
export interface OrderState extends Omit<BookingInput, 'order' | 'stopReason' | 'now' | 'job' | 'execution'> {
  job: BookingInput['job'] & { symbol: string; createdAt: number };
  execution: BookingInput['execution'] & {
    clientOrderId: string;
    notFoundCount: number;
    /** ms since 1970. `sentAt` is set when the sender reported it; `bookedAt` is the last booking. */
    sendBefore: number;
    sentAt: number | null;
    bookedAt: number | null;
  };
}

/** The changes of the order itself. */
export interface ExecutionChange {
  status: ExecutionStatus;
  totals?: ReturnType<typeof summarise>;
  notFoundCount?: number;
  /** The message of the exchange or the connection. */
  message?: string;
  /** True when a step ended; false for a mere count or doubt. */
  isBooked: boolean;
  /** The sender is done: nothing leaves any more, so the exchange's admission window starts now. */
  endsSending?: boolean;
}

export interface JobChange {
  status: JobStatus;
  reason?: Refusal | undefined;
  /** The job has ended. */
  ended: boolean;
}

/** The effects of an answer. */
export interface Outcome extends Pick<Booking, 'fills' | 'positions' | 'reservations' | 'vaultMoves'> {
  /** undefined = the order stays as it is. */
  execution?: ExecutionChange;
  job?: JobChange;
  /** The job is PENDING again. Its next attempt keeps the size and both kinds of reservations. */
  retries: boolean;
  alerts: OutcomeAlert[];
  /** Keys of alerts to close, if they are open. */
  endedAlerts: string[];
  contradiction?: string | undefined;
  unpricedFeeAssets: string[];
}

const NOTHING: Pick<Outcome, 'fills' | 'positions' | 'reservations' | 'vaultMoves'> = {
  ...{ fills: [], positions: [], reservations: [], vaultMoves: [] },
};
const WITHOUT_ALERTS = { retries: false, alerts: [], endedAlerts: [], unpricedFeeAssets: [] };

/** This many empty lookups after the admission window prove that the exchange never took the order. */
const NOT_FOUND_FOR_PROOF = 2;

/**
 * Decides what an answer about an order does to the order, its job and its reservations (capital and positions), which
 * alerts open and close, and whether another attempt follows. Returns undefined when the answer is late and changes
 * nothing. This is the only place that sets the status of a sent order and of its job; both follow their transition
 * tables.
 */
export function applyOutcome(state: OrderState, answer: OrderAnswer, now: number): Outcome | undefined {
  if (answer.kind === 'reported') return reported(state, answer, now);
  if (answer.kind === 'too old') {
    const provenAt = state.execution.bookedAt ?? now;
    if (mayHaveAnother(state, { now, provenAt })) return undefined;
    return endWaitingJob(state, { event: 'FAIL', reason: refuse('NOT_PLACED'), now });
  }
  if (!isOrderUnresolved(state.execution.status)) return undefined;
  switch (answer.kind) {
    case 'refused':
      return refused(state, answer, now);
    case 'short': {
      if (state.job.status !== 'EXECUTING') return undefined;
      const execution = { status: moved(state, 'REJECTED'), message: answer.message, isBooked: true };
      return { ...NOTHING, ...WITHOUT_ALERTS, execution };
    }
    case 'not sent':
      return notPlaced(state, { message: answer.message, now });
    case 'unknown': {
      if (state.execution.status === 'UNKNOWN') return undefined;
      const execution = { status: moved(state, 'UNKNOWN'), message: answer.message, isBooked: false };
      return { ...NOTHING, ...WITHOUT_ALERTS, execution: { ...execution, endsSending: true } };
    }
    case 'not found':
      return notFound(state, answer.notFoundCount, now);
  }
}

/** Ends a PENDING job and releases what it holds. Returns undefined when the job is not PENDING any more. */
export function endWaitingJob(
  state: Pick<OrderState, 'reservations' | 'vaults'> & { job: BookingInput['job'] },
  { event, reason, now }: { event: JobEvent; reason: Refusal; now: number },
): Outcome | undefined {
  const status = state.job.status === 'PENDING' ? nextJobStatus('PENDING', event) : undefined;
  if (!status) return undefined;
  return {
    ...NOTHING,
    ...WITHOUT_ALERTS,
    ...releaseJob({ ...state, now }),
    job: { status, reason, ended: isJobTerminal(status) },
  };
}

const moved = ({ execution }: OrderState, to: ExecutionStatus): ExecutionStatus => moveExecution(execution.status, to);

/** No alert opens before the sender has given up, so the usual answer has no alert to close. */
const unknownAlertOf = ({ execution }: OrderState, now: number): string[] =>
  isOrderUnresolved(execution.status) && now > execution.sendBefore ? [orderUnknownKey(execution.id)] : [];

function reported(
  state: OrderState,
  { order, stopReason }: Extract<OrderAnswer, { kind: 'reported' }>,
  now: number,
): Outcome {
  const booking = planBooking({ ...state, order, stopReason, now });
  const { changed, execution: totals, job, contradiction, unpricedFeeAssets } = booking;
  const alerts = bookingAlerts(state, booking);
  if (!changed) return { ...NOTHING, ...WITHOUT_ALERTS, alerts, contradiction, unpricedFeeAssets };
  const { fills, positions, reservations, vaultMoves } = booking;
  const before = state.reservations.map(({ position }) => position);
  return {
    ...{ fills, positions, reservations, vaultMoves, retries: false, alerts, contradiction, unpricedFeeAssets },
    execution: { status: totals.status, totals, isBooked: true },
    ...(job.status !== state.job.status && { job }),
    endedAlerts: [...unknownAlertOf(state, now), ...endedUnsellable(before, positions)],
  };
}

/** The job fails with the reason and releases what it holds, once. */
function refused(
  state: OrderState,
  { code, message, isUnsellable = false }: Extract<OrderAnswer, { kind: 'refused' }>,
  now: number,
): Outcome | undefined {
  const status = nextJobStatus(state.job.status, 'FAIL', state.execution.fills.length > 0);
  if (!status) return undefined;
  const released = releaseJob({ ...state, now });
  const { symbol } = state.job;
  const unsold = isUnsellable ? released.positions : [];
  return {
    ...{ ...NOTHING, ...WITHOUT_ALERTS, ...released },
    execution: { status: moved(state, 'REJECTED'), message, isBooked: true },
    job: { status, reason: refuse(code, message), ended: isJobTerminal(status) },
    ...(isUnsellable && { positions: unsold.map((position) => ({ ...position, unsellable: code })) }),
    alerts: unsold.map(({ id }) => unsellableAlert({ positionId: id, symbol, code, message })),
    endedAlerts: unknownAlertOf(state, now),
  };
}

/** A lookup that was already counted is not counted again. The second one proves that the order was not placed. */
function notFound(state: OrderState, seen: number, now: number): Outcome | undefined {
  const { notFoundCount, status } = state.execution;
  if (notFoundCount !== seen) return undefined;
  const counted = notFoundCount + 1;
  if (counted >= NOT_FOUND_FOR_PROOF)
    return notPlaced(state, { message: 'The exchange does not know the order.', now, notFoundCount: counted });
  const unknown = status === 'UNKNOWN' ? status : moved(state, 'UNKNOWN');
  return { ...NOTHING, ...WITHOUT_ALERTS, execution: { status: unknown, notFoundCount: counted, isBooked: false } };
}

/**
 * The exchange certainly does not have the order, so the job returns to PENDING for its next attempt. A buy whose
 * signal is no longer fresh fails instead and releases what it holds.
 */
function notPlaced(
  state: OrderState,
  { message, now, notFoundCount }: { message: string; now: number; notFoundCount?: number },
): Outcome {
  const { job, execution } = state;
  const retries = mayHaveAnother(state, { now, provenAt: now });
  const status = nextJobStatus(job.status, retries ? 'RETRY' : 'FAIL', execution.fills.length > 0);
  if (!status) throw new Error(`job ${job.id} is ${job.status} while its order was never placed`);
  return {
    ...{ ...NOTHING, ...WITHOUT_ALERTS, ...(retries ? {} : releaseJob({ ...state, now })), retries },
    execution: {
      ...{ status: moved(state, 'NOT_PLACED'), message, isBooked: true },
      ...(notFoundCount !== undefined && { notFoundCount }),
    },
    job: { status, ended: isJobTerminal(status), ...(!retries && { reason: refuse('NOT_PLACED', message) }) },
    endedAlerts: [orderUnknownKey(execution.id)],
  };
}

/** Whether the job of this order, which was not placed, may make another attempt. */
const mayHaveAnother = (
  { job, execution }: Pick<OrderState, 'job' | 'execution'>,
  { now, provenAt }: { now: number; provenAt: number },
): boolean =>
  mayRetry(job.side, {
    ...{ now, provenAt, createdAt: job.createdAt },
    sentAt: execution.sentAt ?? execution.sendBefore - SEND_WITHIN_MS,
  });
