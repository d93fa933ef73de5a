import { createHash } from 'node:crypto';
import type { Context } from '../../context.js';
import { takeChallenge } from './passkey.store.js';

/**
 * What an answer to a challenge is for. REGISTER and PROOF are bound to the session that asked. SIGN_IN is for anybody:
 * the answer says who it is.
 */
export type ChallengePurpose = 'REGISTER' | 'SIGN_IN' | 'PROOF';

interface Challenge {
  challenge: string;
  purpose: ChallengePurpose;
  /** The session that asked; null for SIGN_IN. */
  sessionHash: string | null;
  /** ms since 1970 */
  expiresAt: number;
}

type Ctx = Pick<Context, 'db' | 'clock' | 'secrets'>;

/** The person may have to look for a device first. */
export const CHALLENGE_MS = 5 * 60_000;
const PLACE = 'passkey:challenge';

/**
 * Seals a challenge for its way to the client and back, so that no row is kept for those who only ask. A challenge that
 * was answered is stored (its hash), so that no answer counts twice.
 */
export const sealChallenge = (
  { clock, secrets }: Pick<Ctx, 'clock' | 'secrets'>,
  challenge: Omit<Challenge, 'expiresAt'>,
): string =>
  secrets.seal(JSON.stringify({ ...challenge, expiresAt: clock.now() + CHALLENGE_MS } satisfies Challenge), PLACE);

/** The challenge in `state`; undefined when it is not ours, too old, or was given for something else. */
export function openChallenge(
  { clock, secrets }: Pick<Ctx, 'clock' | 'secrets'>,
  state: string,
  { purpose, sessionHash }: Pick<Challenge, 'purpose' | 'sessionHash'>,
): Challenge | undefined {
  let found: Challenge;
  try {
    found = JSON.parse(secrets.open(state, PLACE)) as Challenge;
  } catch {
    return undefined;
  }
  const isValid = found.purpose === purpose && found.sessionHash === sessionHash && clock.now() < found.expiresAt;
  return isValid ? found : undefined;
}

/** Uses a challenge up. False: an answer to it was accepted before. */
export const useChallenge = ({ db, clock }: Pick<Ctx, 'db' | 'clock'>, { challenge, expiresAt }: Challenge) =>
  takeChallenge(db, {
    ...{ hash: createHash('sha256').update(challenge).digest('hex'), expiresAt: new Date(expiresAt) },
    now: new Date(clock.now()),
  });
