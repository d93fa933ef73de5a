import type { NextExecution } from './next-execution.js';
import type { FreshJobAddress, JobAddress } from './job-address.store.js';
import type { Venue } from './read-venue.js';
import type { JobMessage } from '../../ports.js';

/** A PENDING job, with what was read of it before it is locked. */
export interface Claim<A extends JobAddress = FreshJobAddress> {
  address: A;
  message: JobMessage;
  venue: Venue;
  /** Whether a close may have buys canceled; false right after an attempt to do so. */
  mayCancel?: boolean;
}

/** The outcome of a claim. */
export type Claimed =
  | { kind: 'not mine' | 'postpone' | 'skip' }
  /** A close that follows these buys: supersede or cancel them first, then claim it again. */
  | { kind: 'first'; supersede: number[]; cancel: number[] }
  /** The job waits for the job of an earlier signal, since `since` (ms since 1970). */
  | { kind: 'wait'; since: number; forJobId: number }
  /** A buy that a later close stops; its reservation must still be released. */
  | { kind: 'superseded'; closeJobId: number }
  /**
   * The execution is committed. The receiver of this answer may send it, once. `vaultIds`: the vaults it settles with.
   * `rests`: the jobs that sell what earlier buys turn out to have bought, by the ids of these buys.
   */
  | { kind: 'send'; executionId: number; order: NextExecution; vaultIds: readonly number[]; rests?: RestJob[] };

export interface RestJob {
  jobId: number;
  buyJobId: number;
}
