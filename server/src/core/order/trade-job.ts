import type { JobStatus } from '../domain.js';

/** What can happen to a trade job. */
export const JOB_EVENTS = [
  'CLAIM', // an executor took it
  'SKIP', // the plan says not to trade
  'RETRY', // its order was proven absent at the exchange and the signal is still fresh
  'REST', // its order waits in the book of the exchange
  'FILL_PART',
  'FILL',
  'CANCEL', // stopped before it was complete; what was filled is kept
  'FAIL',
] as const;
export type JobEvent = (typeof JOB_EVENTS)[number];

/** The whole life of a job. What is not here cannot happen. */
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

/** Events that would say that nothing was traded. */
const DENIES_TRADING: ReadonlySet<JobEvent> = new Set(['SKIP', 'RETRY', 'FAIL']);

/**
 * Where `event` leads from `from`; undefined when the move is illegal. `executed` says that some quantity was
 * traded: such a job never becomes SKIPPED or FAILED and is never tried again.
 */
export function nextJobStatus(from: JobStatus, event: JobEvent, executed = false): JobStatus | undefined {
  if (executed && DENIES_TRADING.has(event)) return undefined;
  return JOB_TRANSITIONS[from][event];
}

/** The states in which a job is written for the first time: FILLED for a holding that was adopted from outside. */
export const JOB_STARTS: readonly JobStatus[] = ['PENDING', 'EXECUTING', 'SKIPPED', 'FILLED'];

/** A state in which a job may be written for the first time; another one is a bug, and nothing is written. */
export function startJob(status: JobStatus): JobStatus {
  if (!JOB_STARTS.includes(status)) throw new RangeError(`a job cannot begin as ${status}`);
  return status;
}

/** `to` when some event leads there from `from`, or nothing changes; another move is a bug, and nothing is written. */
export function moveJob(from: JobStatus, to: JobStatus): JobStatus {
  if (from !== to && !Object.values(JOB_TRANSITIONS[from]).includes(to))
    throw new RangeError(`a job cannot go from ${from} to ${to}`);
  return to;
}

/** Where an event that must be legal leads; another one is a bug, and nothing is written. */
export function jobStatusAfter(from: JobStatus, event: JobEvent): JobStatus {
  const to = nextJobStatus(from, event);
  if (!to) throw new RangeError(`a job that is ${from} knows no ${event}`);
  return to;
}

/** The job has ended: its status never changes again. */
export const isJobTerminal = (status: JobStatus): boolean => Object.keys(JOB_TRANSITIONS[status]).length === 0;
