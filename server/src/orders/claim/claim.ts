import type { NextExecution } from './next-execution.js';
import type { FreshJobAddress, JobAddress } from './job-address.store.js';
import type { Venue } from './read-venue.js';
import type { JobMessage } from '../../ports.js';

/** A PENDING job and what is known of it before it is locked. */
export interface Claim<A extends JobAddress = FreshJobAddress> {
  address: A;
  message: JobMessage;
  venue: Venue;
  /** A close may ask for buys to be canceled; not right after that was tried. */
  mayCancel?: boolean;
}

/** What became of it. */
export type Claimed =
  | { kind: 'not mine' | 'postpone' | 'skip' }
  /** A close that comes after these buys: they are superseded or canceled first, then it is claimed again. */
  | { kind: 'first'; supersede: number[]; cancel: number[] }
  /** It waits for an earlier signal's job; `since` when, ms since 1970. */
  | { kind: 'wait'; since: number; forJobId: number }
  /** A buy that goes no further because of this close; its reservation is still to be returned. */
  | { kind: 'superseded'; closeJobId: number }
  /**
   * The execution is committed and may be sent, once, by whoever got this answer. `vaultId`: where its reservation is.
   * `rests`: the jobs that will sell what earlier buys turn out to have bought, by the ids of these buys.
   */
  | { kind: 'send'; executionId: number; order: NextExecution; vaultId: number | null; rests?: RestJob[] };

export interface RestJob {
  jobId: number;
  buyJobId: number;
}
