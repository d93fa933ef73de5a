import type { JobStatus, SignalAction } from '../domain.js';
import type { ReasonCode } from '../reasons.js';
import type { DryRunStatus } from './dry-run.js';

/** All possible outcomes of one message. */
export const SIGNAL_OUTCOMES = {
  REFUSED: 'The POST was refused; the reason says why.',
  UNREADABLE: 'It could not be read with certainty, so nothing was traded.',
  NO_ACCOUNT: 'It was read, but no bound account could trade it.',
  ON_ITS_WAY: 'An account has not decided yet, or its order is being sent to the exchange.',
  WORKING: 'Its order rests in the book; nothing was filled so far.',
  PARTLY: 'Something was traded; the rest was not, or not yet.',
  FILLED: 'Every account traded it completely.',
  CANCELED: 'Its order was canceled before anything was filled.',
  FAILED: 'Its order could not be placed; the reason says why.',
  SKIPPED: 'The rules said not to trade it; the reason says why.',
  WOULD_TRADE: 'The source runs dry: at least one account would have traded it. Nothing was traded.',
  WOULD_SKIP: 'The source runs dry, and no account would have traded it; the reason says why.',
} as const;
export type SignalOutcome = keyof typeof SIGNAL_OUTCOMES;

/** The result of receiving a message. */
export interface ReceivedSignal {
  outcome: 'ACCEPTED' | 'REFUSED';
  action: SignalAction | null;
  reasonCode: ReasonCode | null;
  reasonMessage: string | null;
}

/** The result for one account. */
export interface SignalJob {
  status: JobStatus;
  reasonCode: ReasonCode | null;
  reasonMessage: string | null;
  /** Whether anything was filled. */
  traded: boolean;
}

/** What one account would have done, when the source runs dry. */
export interface SignalDryRun {
  status: DryRunStatus;
  reasonCode: ReasonCode | null;
  reasonMessage: string | null;
}

export interface SignalResult {
  outcome: SignalOutcome;
  reasonCode: ReasonCode | null;
  reasonMessage: string | null;
  /** Accounts that filled all or some of it. */
  traded: number;
  /** The number of accounts with a job. */
  jobs: number;
  /** Accounts that would have traded it, when the source runs dry. */
  wouldTrade: number;
}

/**
 * If jobs ended without a fill, the first kind in this list names the outcome: it is the one that the owner can act on.
 */
const ENDED_WITHOUT_A_FILL = [
  ['FAILED', 'FAILED'],
  ['CANCELED', 'CANCELED'],
  ['SKIPPED', 'SKIPPED'],
] as const satisfies readonly (readonly [JobStatus, SignalOutcome])[];

/**
 * The outcome of one message over all its accounts. What may still change comes first, then what was traded, then why
 * nothing was. The reason comes from the first account that explains the outcome.
 */
export function signalOutcome(
  received: ReceivedSignal,
  jobs: readonly SignalJob[],
  dryRuns: readonly SignalDryRun[] = [],
): SignalResult {
  const traded = jobs.filter((job) => job.traded || job.status === 'FILLED').length;
  const wouldTrade = dryRuns.filter(({ status }) => status === 'WOULD_TRADE').length;
  const result = (outcome: SignalOutcome, why: Pick<SignalJob, 'reasonCode' | 'reasonMessage'> | undefined) => ({
    ...{ outcome, reasonCode: why?.reasonCode ?? null, reasonMessage: why?.reasonMessage ?? null },
    ...{ traded, jobs: jobs.length, wouldTrade },
  });
  if (received.outcome === 'REFUSED') return result('REFUSED', received);
  if (received.action === null || received.action === 'UNKNOWN') return result('UNREADABLE', received);
  const skipped = dryRuns.find(({ status }) => status === 'WOULD_SKIP');
  if (dryRuns.some(({ status }) => status === 'PENDING')) return result('ON_ITS_WAY', undefined);
  if (wouldTrade > 0) return result('WOULD_TRADE', skipped);
  if (skipped) return result('WOULD_SKIP', skipped);
  if (jobs.length === 0) return result('NO_ACCOUNT', received);
  const first = (status: JobStatus) => jobs.find((job) => job.status === status);
  const onItsWay = first('PENDING') ?? first('EXECUTING');
  if (onItsWay) return result('ON_ITS_WAY', onItsWay);
  if (jobs.every(({ status }) => status === 'FILLED')) return result('FILLED', undefined);
  if (traded > 0)
    return result(
      'PARTLY',
      jobs.find((job) => job.status !== 'FILLED' && job.reasonCode !== null),
    );
  const working = first('PENDING_LIMIT') ?? first('PARTIALLY_FILLED');
  if (working) return result('WORKING', working);
  for (const [status, outcome] of ENDED_WITHOUT_A_FILL) {
    const job = first(status);
    if (job) return result(outcome, job);
  }
  throw new Error('a job has no status');
}
