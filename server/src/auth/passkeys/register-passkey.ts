import { createHash } from 'node:crypto';
import type { Context } from '../../context.js';
import { refuse, type Refusal } from '../../core/reasons.js';
import { endAccess } from '../end-access.js';
import { openChallenge, sealChallenge, useChallenge, CHALLENGE_MS } from './passkey-challenge.js';
import { insertPasskey, readPasskeys } from './passkey.store.js';
import { parseAnswer, relyingParty } from './relying-party.js';

type Ctx = Pick<Context, 'db' | 'clock' | 'secrets' | 'env' | 'log'>;

interface Owner {
  userId: number;
  email: string;
  sessionHash: string;
}

const PASSKEYS_MAX = 20;
/** ES256, EdDSA and RS256, in the order of our preference. */
const ALGORITHMS = [-7, -8, -257];

/** Says nothing of the user, and is the same for all passkeys of one, so that a device replaces its own. */
const userHandle = (userId: number): Uint8Array<ArrayBuffer> =>
  new Uint8Array(createHash('sha256').update(`mvcashnode user ${userId}`).digest());

/**
 * Begins to add a passkey. `options` are for `navigator.credentials.create`, as JSON. The device must keep the passkey
 * and check that it is the person (fingerprint, PIN), so that it can sign in alone. Refusal: QUOTA_REACHED.
 */
export async function beginPasskeyRegistration(
  ctx: Ctx,
  { userId, email, sessionHash }: Owner,
): Promise<{ ok: true; options: string; state: string } | Refusal> {
  const { generateRegistrationOptions } = await import('@simplewebauthn/server');
  const own = await readPasskeys(ctx.db, userId);
  if (own.length >= PASSKEYS_MAX) return refuse('QUOTA_REACHED');
  const { id, name } = relyingParty(ctx.env);
  const options = await generateRegistrationOptions({
    ...{ rpID: id, rpName: name, userName: email, userDisplayName: email, userID: userHandle(userId) },
    ...{ attestationType: 'none', supportedAlgorithmIDs: ALGORITHMS, timeout: CHALLENGE_MS },
    excludeCredentials: own.map(({ credentialId }) => ({ id: credentialId })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
  const state = sealChallenge(ctx, { challenge: options.challenge, purpose: 'REGISTER', sessionHash });
  return { ok: true, options: JSON.stringify(options), state };
}

/**
 * Adds the passkey that answered. Other sessions, tokens and links end, as after every change of credentials. Refusals:
 * PASSKEY_REFUSED, PASSKEY_EXISTS.
 */
export async function registerPasskey(
  ctx: Ctx,
  { userId, sessionHash }: Owner,
  { state, response, name }: { state: string; response: string; name: string },
): Promise<{ ok: true; passkeyId: number } | Refusal> {
  const { verifyRegistrationResponse } = await import('@simplewebauthn/server');
  const challenge = openChallenge(ctx, state, { purpose: 'REGISTER', sessionHash });
  const answer = parseAnswer(response);
  if (!challenge || !answer) return refuse('PASSKEY_REFUSED');
  const { id, origin } = relyingParty(ctx.env);
  const checked = await verifyRegistrationResponse({
    ...{ response: answer as never, expectedChallenge: challenge.challenge, expectedOrigin: origin },
    ...{ expectedRPID: id, requireUserVerification: true, supportedAlgorithmIDs: ALGORITHMS },
  }).catch((err: unknown) => {
    ctx.log.info({ err, userId }, 'a passkey was not registered');
    return { verified: false as const };
  });
  if (!checked.verified || !(await useChallenge(ctx, challenge))) return refuse('PASSKEY_REFUSED');
  const { credential, credentialBackedUp: isBackedUp } = checked.registrationInfo;
  const passkeyId = await insertPasskey(ctx.db, {
    ...{ userId, credentialId: credential.id, counter: credential.counter, isBackedUp, name: name.trim() },
    publicKey: Buffer.from(credential.publicKey).toString('base64url'),
    transports: credential.transports?.join(',').slice(0, 120) ?? null,
  });
  if (passkeyId === undefined) return refuse('PASSKEY_EXISTS');
  await endAccess(ctx, userId, { keepSession: sessionHash });
  return { ok: true, passkeyId };
}
