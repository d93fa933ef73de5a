import type { ExecutionStatus } from '../domain.js';

/** The transitions of an order at an exchange. Lookups may skip states; nothing goes back. */
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

/** `to` when the transition is legal, else the unchanged state: an outdated answer of the exchange changes nothing. */
export const nextExecutionStatus = (from: ExecutionStatus, to: ExecutionStatus): ExecutionStatus =>
  EXECUTION_TRANSITIONS[from].includes(to) ? to : from;

/** The same for a transition that must be legal. An illegal one is a bug and throws, so nothing is written. */
export function moveExecution(from: ExecutionStatus, to: ExecutionStatus): ExecutionStatus {
  if (from !== to && nextExecutionStatus(from, to) !== to)
    throw new RangeError(`an order cannot go from ${from} to ${to}`);
  return to;
}

/** The states in which an order row may be created: before sending, or as filled when it is adopted from outside. */
export const EXECUTION_STARTS: readonly ExecutionStatus[] = ['SENDING', 'FILLED'];

/** Checks the state of a new order row. Throws for any other state. */
export function startExecution(status: ExecutionStatus): ExecutionStatus {
  if (!EXECUTION_STARTS.includes(status)) throw new RangeError(`an order cannot begin as ${status}`);
  return status;
}

/** The order has ended: nothing more is expected from the exchange. */
export const isOrderTerminal = (status: ExecutionStatus): boolean => EXECUTION_TRANSITIONS[status].length === 0;

/** It is not known yet whether the exchange has the order. */
export const isOrderUnresolved = (status: ExecutionStatus): boolean => status === 'SENDING' || status === 'UNKNOWN';

/** The sender gives up this long after the claim. Recovery resolves what was not sent in this time. */
export const SEND_WITHIN_MS = 5_000;
