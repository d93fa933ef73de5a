import type { ChannelKind } from './notification-types.js';

/**
 * What an attempt came to. ACCEPTED: the other side has it. REFUSED: the other side said no and does not have it.
 * UNSENT: nothing left this machine. UNKNOWN: it may have it.
 */
export type SendOutcome =
  | { kind: 'ACCEPTED'; httpStatus?: number; answer?: string }
  | { kind: 'REFUSED'; fault: RefusalFault; reason: string; httpStatus?: number; retryAfterMs?: number }
  | { kind: 'UNSENT'; reason: string }
  | { kind: 'UNKNOWN'; reason: string; httpStatus?: number };

/**
 * MOMENT: it may be better in a moment. MESSAGE: this message will never be taken. CHANNEL: the key or the address is
 * wrong. GONE: the address is no more, such as a browser that was reset.
 */
export type RefusalFault = 'MOMENT' | 'MESSAGE' | 'CHANNEL' | 'GONE';

/**
 * How a channel is kept from telling twice when it is not known whether a message arrived. KEY: every attempt has the same id,
 * and the other side shows it once. ASK: the other side is asked whether it has the message, and without an answer it is
 * not sent again. MARK: it is sent once more with a note that it may be a repetition.
 */
export const REPEAT_GUARD: Readonly<Record<ChannelKind, 'KEY' | 'ASK' | 'MARK'>> = {
  WEBHOOK: 'KEY',
  NTFY: 'KEY',
  WEB_PUSH: 'KEY',
  EMAIL: 'KEY',
  WHATSAPP: 'ASK',
  TELEGRAM: 'MARK',
};

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const STEPS = [2 * SECOND, 8 * SECOND, 20 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR];
/** Up to so many failures the worker itself tries again; later ones are left to the scheduled job notification_retry. */
export const QUICK_FAILURES = 3;

/** How long to wait after the n-th failure in a row. `chance` from 0 to 1 spreads what failed together. */
export function retryDelayMs(failures: number, chance: number, retryAfterMs = 0): number {
  const step = STEPS[Math.min(Math.max(failures, 1), STEPS.length) - 1] ?? HOUR;
  return Math.min(Math.max(Math.floor(step * (0.9 + 0.2 * chance)), retryAfterMs), 6 * HOUR);
}

/** How long a message is worth sending. A webhook must get every event, so it is tried for days. */
const WORTH_MS = { PERSON: 24 * HOUR, WEBHOOK: 72 * HOUR };
/** A server that accepted nothing it was asked for within this time is taken at its word that it has nothing. */
const SETTLED_MS = MINUTE;
const MARKED_REPEATS_MAX = 1;
/** When our own process died, the other side is not to blame; a message that kills every process must end, too. */
const REPEATS_AFTER_CRASH_MAX = 20;

export interface AttemptFacts {
  kind: ChannelKind;
  /** When the message was first due, ms since 1970. */
  dueSince: number;
  /** Failures in a row of the delivery, with this one. */
  failures: number;
  /** How often it was sent again although it may have arrived. */
  repeats: number;
  /** Our own process died during the attempt. */
  isCrash?: boolean;
  now: number;
  chance: number;
}

/** What becomes of a delivery. RETRY has the same message id. ASK: find out whether it arrived, before anything else. */
export type DeliveryStep =
  | { do: 'SENT' }
  | { do: 'RETRY'; inMs: number; isRepeat: boolean }
  | { do: 'ASK'; inMs: number }
  | { do: 'FAIL'; reason: string };

const isWorth = ({ kind, dueSince, now }: AttemptFacts): boolean =>
  now - dueSince < (kind === 'WEBHOOK' ? WORTH_MS.WEBHOOK : WORTH_MS.PERSON);

/** Decides after an attempt. An attempt of a process that died is UNKNOWN. */
export function afterAttempt(outcome: SendOutcome, facts: AttemptFacts): DeliveryStep {
  const again = (isRepeat: boolean, retryAfterMs?: number): DeliveryStep =>
    isWorth(facts)
      ? { do: 'RETRY', inMs: retryDelayMs(facts.failures, facts.chance, retryAfterMs), isRepeat }
      : { do: 'FAIL', reason: 'It is too old to be sent any more.' };
  switch (outcome.kind) {
    case 'ACCEPTED':
      return { do: 'SENT' };
    case 'UNSENT':
      return again(false);
    case 'REFUSED':
      if (outcome.fault === 'MESSAGE' || outcome.fault === 'GONE') return { do: 'FAIL', reason: outcome.reason };
      return again(false, outcome.retryAfterMs);
    case 'UNKNOWN': {
      const guard = REPEAT_GUARD[facts.kind];
      if (guard === 'ASK') return { do: 'ASK', inMs: 2 * SECOND };
      if (guard === 'KEY') return again(true);
      return facts.repeats < (facts.isCrash ? REPEATS_AFTER_CRASH_MAX : MARKED_REPEATS_MAX)
        ? again(true)
        : { do: 'FAIL', reason: 'It is not known whether it arrived, and it was repeated already.' };
    }
  }
}

/** What the other side answered to the question whether it has the message. */
export type Proof = 'HAS_IT' | 'HAS_NOT' | 'CANNOT_TELL' | 'NO_ANSWER';

/**
 * Decides after the question. A server may still be at work on a request, so HAS_NOT counts only after `settledMs`.
 * What cannot be proved is not sent again: at most once comes before at least once here.
 */
export function afterProof(
  proof: Proof,
  facts: AttemptFacts & { unknownSince: number; settledMs?: number },
): DeliveryStep {
  const { unknownSince, now, settledMs = SETTLED_MS } = facts;
  if (proof === 'HAS_IT') return { do: 'SENT' };
  if (proof === 'CANNOT_TELL')
    return { do: 'FAIL', reason: 'It is not known whether it arrived, and the server cannot tell.' };
  if (proof === 'HAS_NOT' && now - unknownSince >= settledMs)
    return isWorth(facts)
      ? { do: 'RETRY', inMs: 0, isRepeat: false }
      : { do: 'FAIL', reason: 'It is too old to be sent any more.' };
  if (!isWorth(facts)) return { do: 'FAIL', reason: 'It is not known whether it arrived; the server did not tell.' };
  const wait = proof === 'HAS_NOT' ? settledMs - (now - unknownSince) : retryDelayMs(facts.failures, facts.chance);
  return { do: 'ASK', inMs: Math.max(wait, 100) };
}

export interface ChannelHealth {
  /** Failures in a row. */
  failures: number;
  /** When the first of them began, ms since 1970. */
  failingSince: number | null;
  /** The other side refuses us, and waiting does not help. */
  isBroken: boolean;
}

const DEAD_AFTER_MS = 15 * SECOND;
const DEAD_AFTER_FAILURES = 2;

/**
 * Whether people must be told through other channels. One failed attempt may be a moment; with attempts of at most ten
 * seconds and the pauses above, a dead channel is recognized within 40 s.
 */
export const isDead = ({ failures, failingSince, isBroken }: ChannelHealth, now: number): boolean =>
  failingSince !== null &&
  (isBroken || (failures >= DEAD_AFTER_FAILURES && now - failingSince >= DEAD_AFTER_MS) || failures > QUICK_FAILURES);

const OFF_AFTER_FAILURES = 20;
const OFF_AFTER_MS = 24 * HOUR;

/** Whether a webhook is switched off. Its events are kept, and go out when it is switched on again. */
export const isToSwitchOff = (kind: ChannelKind, { failures, failingSince }: ChannelHealth, now: number): boolean =>
  kind === 'WEBHOOK' && failingSince !== null && failures >= OFF_AFTER_FAILURES && now - failingSince >= OFF_AFTER_MS;
