import { refuse, type Refusal } from '../reasons.js';

/**
 * The order of signals: signals of one account and symbol are executed in the order of their job ids. A signal waits
 * only for the other side: two buys are independent, and two sells share the positions through reservations. Position
 * exits and manual sells are no signals: they wait for nothing, and nothing waits for them.
 */

/** The states of a job that has not ended. */
export type LiveStatus = 'PENDING' | 'EXECUTING' | 'PENDING_LIMIT' | 'PARTIALLY_FILLED';

/** A buy that came before a close and has not ended. */
export interface EarlierBuy {
  jobId: number;
  status: LiveStatus;
  /** It is PENDING again after an attempt that did not reach the exchange. */
  wasTried: boolean;
}

/** A close: the sell of a signal. */
export interface Close {
  jobId: number;
  /** An executor has already decided about it. */
  isDecided: boolean;
  /** When it first had to wait, ms since 1970; null = it did not wait yet. */
  waitingSince: number | null;
}

/** When a close has waited this long, a buy before it that was not sent is never sent. */
export const UNSENT_BUY_MS = 2_000;
/** A close waits this long for buys of unknown state, then it sells what is known to be there. */
export const CLOSE_WAITS_MS = 5_000;
/** A buy waits this long for an earlier close. */
export const BUY_WAITS_MS = 60_000;

/**
 * go    no earlier job is under way
 * first these buys must end first: superseded here (never sent), or canceled at the exchange (resting)
 * wait  for `jobId`. `isTerminal`: it has waited long enough, so it sells what is there. What `openIds` buy is sold when
 *       it is known. With nothing to sell it keeps waiting.
 */
export type CloseTurn =
  | { kind: 'go' }
  | { kind: 'first'; supersede: number[]; cancel: number[] }
  | { kind: 'wait'; jobId: number; isTerminal: boolean; openIds: number[] };

/**
 * When a close may be decided. `closesJobId`: this is the rest of an earlier close, for this one buy, and it waits
 * until the result of that buy is known. `mayCancel` = false: a cancel was just tried and did not end the buys, so the
 * close waits.
 */
export function turnOfClose({
  now,
  waitingSince,
  closesJobId,
  earlierBuys,
  mayCancel,
}: {
  now: number;
  waitingSince: number | null;
  closesJobId: number | null;
  /** Buys with a lower id that have not ended. */
  earlierBuys: readonly EarlierBuy[];
  mayCancel: boolean;
}): CloseTurn {
  const buys = closesJobId === null ? earlierBuys : earlierBuys.filter(({ jobId }) => jobId === closesJobId);
  const waitedMs = now - (waitingSince ?? now);
  const isNotSent = ({ status, wasTried }: EarlierBuy) =>
    status === 'PENDING' && (wasTried || closesJobId !== null || waitedMs >= UNSENT_BUY_MS);
  const isResting = ({ status }: EarlierBuy) => status === 'PENDING_LIMIT' || status === 'PARTIALLY_FILLED';
  const supersede = buys.filter(isNotSent).map(({ jobId }) => jobId);
  const cancel = mayCancel ? buys.filter(isResting).map(({ jobId }) => jobId) : [];
  if (supersede.length + cancel.length > 0) return { kind: 'first', supersede, cancel };
  const openIds = buys.map(({ jobId }) => jobId).sort((a, b) => a - b);
  const [jobId] = openIds;
  if (jobId === undefined) return { kind: 'go' };
  return { kind: 'wait', jobId, isTerminal: closesJobId === null && waitedMs >= CLOSE_WAITS_MS, openIds };
}

/**
 * go          no earlier close is under way
 * wait        for the close `jobId`
 * superseded  a later close came before it was sent, so it is never sent
 * late        the earlier close did not end while the signal was fresh
 */
export type BuyTurn =
  | { kind: 'go' }
  | { kind: 'wait'; jobId: number }
  | { kind: 'superseded'; closeJobId: number; refusal: Refusal }
  | { kind: 'late'; refusal: Refusal };

/**
 * When a buy may be decided. `isHindered`: it cannot be sent now, or an earlier attempt did not reach the exchange.
 * Such a buy yields to any later close. Any other buy goes first, and the close sells it.
 */
export function turnOfBuy({
  now,
  createdAt,
  isHindered,
  earlierCloses,
  laterCloses,
}: {
  now: number;
  createdAt: number;
  isHindered: boolean;
  /** Closes with a lower id that have not ended and do not rest in an order book. */
  earlierCloses: readonly { jobId: number }[];
  /** Closes with a higher id. */
  laterCloses: readonly Close[];
}): BuyTurn {
  const close = laterCloses.find(
    ({ isDecided, waitingSince }) => isDecided || isHindered || now - (waitingSince ?? now) >= UNSENT_BUY_MS,
  );
  if (close) return { kind: 'superseded', closeJobId: close.jobId, refusal: supersededBy(close.jobId) };
  const jobId = earlierCloses.reduce<number | undefined>(
    (oldest, close) => (oldest === undefined ? close.jobId : Math.min(oldest, close.jobId)),
    undefined,
  );
  if (jobId === undefined) return { kind: 'go' };
  if (now - createdAt < BUY_WAITS_MS) return { kind: 'wait', jobId };
  const seconds = BUY_WAITS_MS / 1_000;
  const message = `Job ${jobId}, a sell that came before, was still on its way after ${seconds} s.`;
  return { kind: 'late', refusal: refuse('EARLIER_SIGNAL_OPEN', message) };
}

/** Why a buy was skipped, or the rest of it canceled. */
export const supersededBy = (closeJobId: number): Refusal =>
  refuse(
    'SUPERSEDED_BY_CLOSE',
    `Job ${closeJobId}, a close of the same symbol, came after this buy and takes its place.`,
  );

const LOOK_FIRST_MS = 25;
const LOOK_MAX_MS = 500;
/** After this wait, only the sweep looks at the job. */
const LOOK_UNTIL_MS = 60_000;

/**
 * The time in ms until a waiting job looks again: as long as it has waited already, at most half a second; undefined =
 * the sweep looks. Within a process, a notification about the end of the earlier job comes sooner.
 */
export function looksAgainInMs(waitedMs: number): number | undefined {
  if (waitedMs >= LOOK_UNTIL_MS) return undefined;
  return Math.min(Math.max(waitedMs, LOOK_FIRST_MS), LOOK_MAX_MS);
}
