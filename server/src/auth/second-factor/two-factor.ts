import { createHash, randomBytes } from 'node:crypto';
import type { Context } from '../../context.js';
import { fromBase32, matchTotp, otpauthUri, toBase32 } from '../../core/access/totp.js';
import { refuse, type Refusal } from '../../core/reasons.js';
import type { Tx } from '../../infra/database/database.js';
import { deletePasskeys } from '../passkeys/passkey.store.js';
import { endAccess } from '../end-access.js';
import {
  acceptStep,
  consumeRecoveryCode,
  insertProfile,
  readTwoFactor,
  switchOff,
  switchOn,
  switchOnIn,
  writePendingSecret,
  writeRecoveryCodes,
} from './second-factor.store.js';

type Ctx = Pick<Context, 'db' | 'clock' | 'secrets'>;

/** RFC 4226 asks for 160 bits. */
const SECRET_BYTES = 20;
const RECOVERY_CODES = 10;
/** 80 bits, so that a fast hash is enough. */
const RECOVERY_BYTES = 10;

const placeOf = (profileId: number) => `profiles.twofa_secret:${profileId}`;

/** What a person typed, without the spaces and dashes that apps and lists show. */
const normalizeCode = (typed: string): string => typed.replace(/[\s-]/g, '').toUpperCase();

/** The user id is part of it, so that equal codes of two users have different hashes. */
const recoveryHash = (userId: number, code: string): string =>
  createHash('sha256')
    .update(`${userId}:${normalizeCode(code)}`)
    .digest('hex');

/** Codes such as ABCD-EFGH-IJKL-MNOP. */
const newRecoveryCodes = (): string[] =>
  Array.from({ length: RECOVERY_CODES }, () => toBase32(randomBytes(RECOVERY_BYTES)).replace(/(.{4})(?=.)/g, '$1-'));

/** A secret for an authenticator app, in base 32. */
export const newTotpSecret = (): string => toBase32(randomBytes(SECRET_BYTES));

/** The otpauth:// address of a secret, for the app. */
export const addressOfSecret = (secret: string, email: string): string =>
  otpauthUri({ issuer: 'mvcashnode', account: email, secret });

/** The step of a first code of a secret that is not in use yet; null = the code is wrong. */
export const matchNewSecret = ({ clock }: Pick<Context, 'clock'>, secret: string, code: string): number | null =>
  matchTotp(fromBase32(secret), normalizeCode(code), { nowMs: clock.now(), lastStep: null });

/** Switches the second factor of a user on who is made in this transaction, and returns the recovery codes. */
export async function enrollNewUser(
  { secrets }: Pick<Context, 'secrets'>,
  tx: Pick<Tx, 'query'>,
  { userId, profileId, secret, step }: { userId: number; profileId: number; secret: string; step: number },
): Promise<string[]> {
  const recoveryCodes = newRecoveryCodes();
  const sealed = secrets.seal(secret, placeOf(profileId));
  await writePendingSecret(tx, userId, sealed);
  const codeHashes = recoveryCodes.map((one) => recoveryHash(userId, one));
  if (!(await switchOnIn(tx, userId, { sealed, step, codeHashes }))) throw new Error('a new user has a second factor');
  return recoveryCodes;
}

/** Creates a secret for an authenticator app. It counts only after `enableTwoFactor`. */
export async function beginTwoFactor(
  ctx: Ctx,
  { userId, email }: { userId: number; email: string },
): Promise<{ ok: true; secret: string; uri: string } | Refusal> {
  await insertProfile(ctx.db, userId);
  const row = await readTwoFactor(ctx.db, userId);
  if (!row || row.isOn) return refuse('TWO_FACTOR_ON');
  const secret = newTotpSecret();
  const isStored = await writePendingSecret(ctx.db, userId, ctx.secrets.seal(secret, placeOf(row.profileId)));
  if (!isStored) return refuse('TWO_FACTOR_ON');
  return { ok: true, secret, uri: addressOfSecret(secret, email) };
}

/**
 * Switches the second factor on, when a code proves that the app has the secret. Other sessions, tokens and links end,
 * because they were opened without it.
 */
export async function enableTwoFactor(
  ctx: Ctx,
  { userId, sessionHash, code }: { userId: number; sessionHash: string; code: string },
): Promise<{ ok: true; recoveryCodes: string[] } | Refusal> {
  const row = await readTwoFactor(ctx.db, userId);
  if (row?.isOn) return refuse('TWO_FACTOR_ON');
  if (!row?.sealedSecret) return refuse('TWO_FACTOR_OFF');
  const step = matchNewSecret(ctx, ctx.secrets.open(row.sealedSecret, placeOf(row.profileId)), code);
  if (step === null) return refuse('CODE_WRONG');
  const recoveryCodes = newRecoveryCodes();
  const codeHashes = recoveryCodes.map((one) => recoveryHash(userId, one));
  if (!(await switchOn(ctx.db, userId, { sealed: row.sealedSecret, step, codeHashes }))) return refuse('TWO_FACTOR_ON');
  await endAccess(ctx, userId, { keepSession: sessionHash });
  return { ok: true, recoveryCodes };
}

/** Switches the second factor off. The caller has checked who asks. Other sessions, tokens and links end. */
export async function disableTwoFactor(
  ctx: Ctx,
  { userId, sessionHash }: { userId: number; sessionHash?: string },
): Promise<{ ok: true } | Refusal> {
  if (!(await switchOff(ctx.db, userId))) return refuse('TWO_FACTOR_OFF');
  // Without a session an admin resets lost devices, and passkeys are on such devices.
  if (sessionHash === undefined) await deletePasskeys(ctx.db, userId);
  await endAccess(ctx, userId, sessionHash === undefined ? {} : { keepSession: sessionHash });
  return { ok: true };
}

/** Replaces the recovery codes. The caller has checked who asks. Other sessions, tokens and links end. */
export async function replaceRecoveryCodes(
  ctx: Ctx,
  { userId, sessionHash }: { userId: number; sessionHash: string },
): Promise<{ ok: true; recoveryCodes: string[] } | Refusal> {
  if (!(await readTwoFactor(ctx.db, userId))?.isOn) return refuse('TWO_FACTOR_OFF');
  const recoveryCodes = newRecoveryCodes();
  await writeRecoveryCodes(
    ctx.db,
    userId,
    recoveryCodes.map((one) => recoveryHash(userId, one)),
  );
  await endAccess(ctx, userId, { keepSession: sessionHash });
  return { ok: true, recoveryCodes };
}

export type SecondFactorCheck = 'off' | 'missing' | 'right' | 'wrong';

/**
 * Checks a code of the app or a recovery code and uses it up. `off`: the user has no second factor. `missing`: there is
 * one, and no code was given.
 */
export async function checkSecondFactor(
  ctx: Ctx,
  userId: number,
  typed: string | null | undefined,
): Promise<SecondFactorCheck> {
  const row = await readTwoFactor(ctx.db, userId);
  if (!row?.isOn) return 'off';
  const code = normalizeCode(typed ?? '');
  if (code === '') return 'missing';
  const nowMs = ctx.clock.now();
  if (!/^\d{6}$/.test(code)) {
    const isUsedUp = await consumeRecoveryCode(ctx.db, userId, recoveryHash(userId, code), new Date(nowMs));
    return isUsedUp ? 'right' : 'wrong';
  }
  if (!row.sealedSecret) return 'wrong';
  const key = fromBase32(ctx.secrets.open(row.sealedSecret, placeOf(row.profileId)));
  const step = matchTotp(key, code, { nowMs, lastStep: row.lastStep });
  return step !== null && (await acceptStep(ctx.db, userId, step)) ? 'right' : 'wrong';
}
