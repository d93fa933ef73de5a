import type { ExecutionStatus } from '../domain.js';

/** Where an order at an exchange can go from each state. Lookups may skip states, nothing goes back. */
export const EXECUTION_TRANSITIONS: Record<ExecutionStatus, readonly ExecutionStatus[]> = {
  SENDING: ['UNKNOWN', 'NEW', 'PARTIALLY_FILLED', 'FILLED', 'CANCELED', 'EXPIRED', 'REJECTED', 'NOT_PLACED'],
  UNKNOWN: ['NEW', 'PARTIALLY_FILLED', 'FILLED', 'CANCELED', 'EXPIRED', 'REJECTED', 'NOT_PLACED'],
  NEW: ['PARTIALLY_FILLED', 'FILLED', 'CANCELED', 'EXPIRED', 'REJECTED'],
  PARTIALLY_FILLED: ['FILLED', 'CANCELED', 'EXPIRED'],
  FILLED: [],
  CANCELED: [],
  EXPIRED: [],
  REJECTED: [],
  NOT_PLACED: [],
};

/** `to` when the move is legal, else the state stays as it is: an older answer of the exchange changes nothing. */
export const nextExecutionStatus = (from: ExecutionStatus, to: ExecutionStatus): ExecutionStatus =>
  EXECUTION_TRANSITIONS[from].includes(to) ? to : from;

/** The same of a move that must be legal: another one is a bug, and nothing is written. */
export function moveExecution(from: ExecutionStatus, to: ExecutionStatus): ExecutionStatus {
  if (from !== to && nextExecutionStatus(from, to) !== to)
    throw new RangeError(`an order cannot go from ${from} to ${to}`);
  return to;
}

/** The states in which an order is written for the first time: before it is sent, or adopted from outside as filled. */
export const EXECUTION_STARTS: readonly ExecutionStatus[] = ['SENDING', 'FILLED'];

/** The same of a state in which it is written for the first time. */
export function startExecution(status: ExecutionStatus): ExecutionStatus {
  if (!EXECUTION_STARTS.includes(status)) throw new RangeError(`an order cannot begin as ${status}`);
  return status;
}

/** The order is over: nothing more is expected from the exchange. */
export const isOrderTerminal = (status: ExecutionStatus): boolean => EXECUTION_TRANSITIONS[status].length === 0;

/** Nobody knows yet whether the exchange has the order. */
export const isOrderUnresolved = (status: ExecutionStatus): boolean => status === 'SENDING' || status === 'UNKNOWN';

/** The sender gives up this long after the claim; what was not sent by then is for recovery to sort out. */
export const SEND_WITHIN_MS = 5_000;
