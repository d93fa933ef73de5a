import type { JobStatus } from '../domain.js';

/** What can happen to a trade job. */
export const JOB_EVENTS = [
  'CLAIM', // an executor took it
  'SKIP', // the plan decided not to trade
  'RETRY', // its order was proven absent at the exchange and the signal is still fresh
  'REST', // its order rests in the order book
  'FILL_PART',
  'FILL',
  'CANCEL', // stopped before it was complete; what was filled is kept
  'FAIL',
] as const;
export type JobEvent = (typeof JOB_EVENTS)[number];

/** All transitions of a job. What is not listed cannot happen. */
export const JOB_TRANSITIONS: Record<JobStatus, Partial<Record<JobEvent, JobStatus>>> = {
  PENDING: { CLAIM: 'EXECUTING', SKIP: 'SKIPPED', CANCEL: 'CANCELED', FAIL: 'FAILED' },
  EXECUTING: {
    SKIP: 'SKIPPED',
    RETRY: 'PENDING',
    REST: 'PENDING_LIMIT',
    FILL_PART: 'PARTIALLY_FILLED',
    FILL: 'FILLED',
    CANCEL: 'CANCELED',
    FAIL: 'FAILED',
  },
  PENDING_LIMIT: {
    REST: 'PENDING_LIMIT',
    FILL_PART: 'PARTIALLY_FILLED',
    FILL: 'FILLED',
    CANCEL: 'CANCELED',
    FAIL: 'FAILED',
  },
  PARTIALLY_FILLED: {
    REST: 'PENDING_LIMIT',
    FILL_PART: 'PARTIALLY_FILLED',
    FILL: 'FILLED',
    CANCEL: 'CANCELED',
  },
  FILLED: {},
  CANCELED: {},
  FAILED: {},
  SKIPPED: {},
};

/** Events that state that nothing was traded. */
const DENIES_TRADING: ReadonlySet<JobEvent> = new Set(['SKIP', 'RETRY', 'FAIL']);

/**
 * The next status after `event`; undefined when the transition is illegal. `executed`: some quantity was traded. Such a
 * job never becomes SKIPPED or FAILED and is never retried.
 */
export function nextJobStatus(from: JobStatus, event: JobEvent, executed = false): JobStatus | undefined {
  if (executed && DENIES_TRADING.has(event)) return undefined;
  return JOB_TRANSITIONS[from][event];
}

/** The states in which a job row may be created; FILLED for a holding that was adopted from outside. */
export const JOB_STARTS: readonly JobStatus[] = ['PENDING', 'EXECUTING', 'SKIPPED', 'FILLED'];

/** Checks the state of a new job row. Throws for any other state, so nothing is written. */
export function startJob(status: JobStatus): JobStatus {
  if (!JOB_STARTS.includes(status)) throw new RangeError(`a job cannot begin as ${status}`);
  return status;
}

/** `to` when some event leads there from `from`, or nothing changes. Any other transition is a bug and throws. */
export function moveJob(from: JobStatus, to: JobStatus): JobStatus {
  if (from !== to && !Object.values(JOB_TRANSITIONS[from]).includes(to))
    throw new RangeError(`a job cannot go from ${from} to ${to}`);
  return to;
}

/** The status after an event that must be legal. An illegal one is a bug and throws, so nothing is written. */
export function jobStatusAfter(from: JobStatus, event: JobEvent): JobStatus {
  const to = nextJobStatus(from, event);
  if (!to) throw new RangeError(`a job that is ${from} does not allow ${event}`);
  return to;
}

/** The job has ended: its status never changes again. */
export const isJobTerminal = (status: JobStatus): boolean => Object.keys(JOB_TRANSITIONS[status]).length === 0;
