import type { Context } from '../context.js';
import type { SessionFacts, SessionViewer } from './auth.js';
import { confirmCode, confirmPassword, type PasswordCheck } from './confirm-password.js';
import type { GuessLimit } from './guess-limit.js';
import { checkPasskey, type PasskeyProof } from './passkeys/check-passkey.js';
import { writeStepUp } from './session.store.js';

/** How long a proof counts for actions that ask for the password again. */
export const STEP_UP_MS = 10 * 60_000;

export type StepUpOutcome =
  { kind: 'proven'; validUntil: Date } | { kind: 'wrong' } | { kind: 'limited'; retryAfterMs: number };

/** Whether the person proved the password or a code in this session within the last ten minutes. */
export const isSteppedUp = ({ steppedUpAt }: Pick<SessionViewer, 'steppedUpAt'>, nowMs: number): boolean =>
  steppedUpAt !== null && nowMs - steppedUpAt.getTime() < STEP_UP_MS;

/** Proves that the owner of the session is at the keyboard, with the password, a code of the second factor or a passkey. Only this session gets the proof. */
export async function stepUp(
  ctx: Pick<Context, 'db' | 'clock' | 'secrets' | 'env' | 'log'>,
  services: { guesses: GuessLimit },
  input: {
    viewer: SessionViewer;
    proof: { password: string } | { code: string } | { passkey: PasskeyProof };
    facts: SessionFacts;
  },
): Promise<StepUpOutcome> {
  const { proof, ...who } = input;
  const check = await ('password' in proof
    ? confirmPassword(ctx, services, { ...who, ...proof })
    : 'code' in proof
      ? confirmCode(ctx, services, { ...who, ...proof })
      : confirmPasskey(ctx, who.viewer, proof.passkey));
  if (check.kind !== 'right') return check;
  const now = ctx.clock.now();
  await writeStepUp(ctx.db, input.viewer.sessionHash, new Date(now));
  return { kind: 'proven', validUntil: new Date(now + STEP_UP_MS) };
}

/** A signature cannot be guessed, so it counts for no limit. */
async function confirmPasskey(
  ctx: Parameters<typeof stepUp>[0],
  { userId, sessionHash }: SessionViewer,
  proof: PasskeyProof,
): Promise<PasswordCheck> {
  const check = await checkPasskey(ctx, proof, { sessionHash });
  return check.ok && check.userId === userId ? { kind: 'right' } : { kind: 'wrong' };
}
