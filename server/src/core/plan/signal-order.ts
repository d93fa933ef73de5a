import { refuse, type Refusal } from '../reasons.js';

/**
 * The order of signals: signals of one account and symbol are obeyed in the order of their jobs' ids. Only the other side
 * is waited for: two buys do not depend on each other, and two sells share what is there by reservations. Exits of positions
 * and sells by hand are no signals: they wait for nothing, and nothing waits for them.
 */

/** How far a job is that is not over. */
export type LiveStatus = 'PENDING' | 'EXECUTING' | 'PENDING_LIMIT' | 'PARTIALLY_FILLED';

/** A buy that came before a close and is not over. */
export interface EarlierBuy {
  jobId: number;
  status: LiveStatus;
  /** PENDING again after an attempt that did not reach the exchange. */
  wasTried: boolean;
}

/** A close: a signal's sell. */
export interface Close {
  jobId: number;
  /** An executor has decided on it already. */
  isDecided: boolean;
  /** ms since 1970 when it first had to wait; null = it did not have to yet. */
  waitingSince: number | null;
}

/** A buy that was not sent when its close has waited this long is not sent any more. */
export const UNSENT_BUY_MS = 2_000;
/** A close waits this long for buys whose fate is not known, then it sells what is known to be there. */
export const CLOSE_WAITS_MS = 5_000;
/** A buy waits this long for a close before it. */
export const BUY_WAITS_MS = 60_000;

/**
 * go    nothing before it is on its way
 * first these buys are to be ended: superseded here (never sent), canceled at the exchange (resting)
 * wait  for `jobId`. `isOver`: it has waited long enough, so it sells what is there, and what `openIds` buy is sold when
 *       that is known. With nothing to sell it waits on: there is nothing it could do sooner.
 */
export type CloseTurn =
  | { kind: 'go' }
  | { kind: 'first'; supersede: number[]; cancel: number[] }
  | { kind: 'wait'; jobId: number; isTerminal: boolean; openIds: number[] };

/**
 * When a close may be decided. `closesJobId`: it is the rest of an earlier close, for this one buy, and waits until that
 * is known. `mayCancel` = false: a cancel was just tried and did not end them, so it is waited for.
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
  /** Those with a lower id that are not over. */
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
 * go          nothing before it is on its way
 * wait        for the close `jobId`
 * superseded  a close came after it and it was not sent: it never is
 * late        the close before it was not done while the signal was fresh
 */
export type BuyTurn =
  | { kind: 'go' }
  | { kind: 'wait'; jobId: number }
  | { kind: 'superseded'; closeJobId: number; refusal: Refusal }
  | { kind: 'late'; refusal: Refusal };

/**
 * When a buy may be decided. `isHindered`: it cannot be sent now, or an earlier attempt did not reach the exchange. Such a
 * buy gives way to any close after it; a healthy one goes first, and the close sells it.
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
  /** Closes with a lower id that are not over and do not rest in a book. */
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
/** Whoever waits longer is left to the sweep. */
const LOOK_UNTIL_MS = 60_000;

/**
 * How soon whoever has waited so long looks again by itself, in ms: after as long as it has waited already, at most half a
 * second. undefined: the sweep looks. Word of the end of what is waited for comes sooner within a process.
 */
export function looksAgainInMs(waitedMs: number): number | undefined {
  if (waitedMs >= LOOK_UNTIL_MS) return undefined;
  return Math.min(Math.max(waitedMs, LOOK_FIRST_MS), LOOK_MAX_MS);
}
