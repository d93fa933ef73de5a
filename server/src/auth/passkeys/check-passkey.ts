import type { Context } from '../../context.js';
import {
  CHALLENGE_MS,
  openChallenge,
  sealChallenge,
  useChallenge,
  type ChallengePurpose,
} from './passkey-challenge.js';
import { findPasskey, markUsed } from './passkey.store.js';
import { parseAnswer, relyingParty } from './relying-party.js';

type Ctx = Pick<Context, 'db' | 'clock' | 'secrets' | 'env' | 'log'>;

/** What a person's device answered: `state` of the beginning, and the answer as JSON. */
export interface PasskeyProof {
  state: string;
  response: string;
}

/**
 * Begins a sign-in (`sessionHash` null) or a proof in a session. `options` are for `navigator.credentials.get`, as JSON.
 * They name no passkeys, so that a stranger learns nothing: the device offers its own.
 */
export async function beginPasskeyCheck(
  ctx: Ctx,
  sessionHash: string | null,
): Promise<{ options: string; state: string }> {
  const { generateAuthenticationOptions } = await import('@simplewebauthn/server');
  const options = await generateAuthenticationOptions({
    ...{ rpID: relyingParty(ctx.env).id, userVerification: 'required', timeout: CHALLENGE_MS },
  });
  const purpose: ChallengePurpose = sessionHash === null ? 'SIGN_IN' : 'PROOF';
  return {
    options: JSON.stringify(options),
    state: sealChallenge(ctx, { challenge: options.challenge, purpose, sessionHash }),
  };
}

export type PasskeyCheck =
  | { ok: true; userId: number; passkeyId: number }
  /** `userId`: whose passkey was tried; null when it is nobody's. */
  | { ok: false; userId: number | null };

/**
 * Checks an answer: it is signed by a stored passkey of an active user, for our origin, for a challenge that we gave for
 * this purpose, and never used before; the device checked the person; and its counter grew, so that it is no copy.
 */
export async function checkPasskey(
  ctx: Ctx,
  { state, response }: PasskeyProof,
  { sessionHash }: { sessionHash: string | null },
): Promise<PasskeyCheck> {
  const { verifyAuthenticationResponse } = await import('@simplewebauthn/server');
  const purpose: ChallengePurpose = sessionHash === null ? 'SIGN_IN' : 'PROOF';
  const challenge = openChallenge(ctx, state, { purpose, sessionHash });
  const answer = parseAnswer(response);
  const passkey = answer && (await findPasskey(ctx.db, answer.id));
  if (!challenge || !passkey) return { ok: false, userId: passkey?.userId ?? null };
  const { id: passkeyId, userId, counter } = passkey;
  const { id, origin } = relyingParty(ctx.env);
  const checked = await verifyAuthenticationResponse({
    ...{ response: answer as never, expectedChallenge: challenge.challenge, expectedOrigin: origin },
    ...{ expectedRPID: id, requireUserVerification: true },
    credential: {
      ...{ id: passkey.credentialId, counter },
      publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
    },
  }).catch((err: unknown) => {
    ctx.log.warn({ err, userId, passkeyId }, 'an answer of a passkey was refused');
    return undefined;
  });
  if (!checked?.verified || !(await useChallenge(ctx, challenge))) return { ok: false, userId };
  const { newCounter } = checked.authenticationInfo;
  const isUsed = await markUsed(ctx.db, passkeyId, { counter: newCounter, at: new Date(ctx.clock.now()) });
  return isUsed ? { ok: true, userId, passkeyId } : { ok: false, userId };
}
