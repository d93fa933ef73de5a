import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { GuessLimit } from '../auth/guess-limit.js';
import { newTotpSecret } from '../auth/second-factor/two-factor.js';
import type { Context } from '../context.js';
import { toBase32 } from '../core/access/totp.js';
import { refuse, type Refusal } from '../core/reasons.js';
import {
  CODE_PLACE,
  hasAnyUser,
  readSetup,
  storeSetup,
  TOTP_PLACE,
  type NewSetupRow,
  type SetupRow,
} from './setup.store.js';

export type SetupContext = Pick<Context, 'db' | 'clock' | 'secrets'>;

/** Long enough for the machine, its proxy and its name to be put up. */
const LIFE_MS = 24 * 3_600_000;
/** 80 bits, so that a fast hash is enough. */
const CODE_BYTES = 10;

/** What a person typed, without the dashes and spaces of the log. */
const normalizeCode = (typed: string): string => typed.replace(/[\s-]/g, '').toUpperCase();
const hashOf = (code: string): string => createHash('sha256').update(normalizeCode(code)).digest('hex');

/** A code such as ABCD-EFGH-IJKL-MNOP. */
const newCode = (): string => toBase32(randomBytes(CODE_BYTES)).replace(/(.{4})(?=.)/g, '$1-');

function newRow({ clock, secrets }: SetupContext): NewSetupRow {
  const code = newCode();
  return {
    ...{ codeHash: hashOf(code), sealedCode: secrets.seal(code, CODE_PLACE) },
    sealedTotpSecret: secrets.seal(newTotpSecret(), TOTP_PLACE),
    expiresAt: new Date(clock.now() + LIFE_MS),
  };
}

/** Whether both secrets open with the keys of this process. */
function canOpen({ secrets }: SetupContext, row: SetupRow): boolean {
  try {
    secrets.open(row.sealedCode, CODE_PLACE);
    secrets.open(row.sealedTotpSecret, TOTP_PLACE);
    return true;
  } catch {
    return false;
  }
}

/** Whether the code of a row may still be used. */
export const isUsable = ({ expiresAt, usedAt }: SetupRow, nowMs: number): boolean =>
  usedAt === null && expiresAt.getTime() > nowMs;

/**
 * The code with which the first administrator is made: the stored one while it may be used, else a new one. All processes
 * get the same. Undefined once the installation has a user.
 */
export async function ensureSetupCode(ctx: SetupContext): Promise<{ code: string; expiresAt: Date } | undefined> {
  if (await hasAnyUser(ctx.db)) return undefined;
  const row = await storeSetup(
    ctx.db,
    newRow(ctx),
    (stored) => isUsable(stored, ctx.clock.now()) && canOpen(ctx, stored),
  );
  return { code: ctx.secrets.open(row.sealedCode, CODE_PLACE), expiresAt: row.expiresAt };
}

/** The page of the set-up, with the code behind the #, which browsers never send to a server. */
export const setupUrl = (publicUrl: string, code: string): string => `${publicUrl}/setup#${code}`;

/**
 * Writes where an installation without users is set up into the log. It is a warning, so that it is seen at most log
 * levels; the code is in the sentence on purpose, because the log is how the operator gets it.
 */
export async function announceSetup(
  ctx: SetupContext & Pick<Context, 'env' | 'log'>,
): Promise<{ url: string; expiresAt: Date } | undefined> {
  const open = await ensureSetupCode(ctx);
  if (!open) return undefined;
  const { code, expiresAt } = open;
  const url = setupUrl(ctx.env.PUBLIC_URL, code);
  ctx.log.warn(
    `there is no user yet: open ${url} to set up, or enter the code ${code} (until ${expiresAt.toISOString()})`,
  );
  return { url, expiresAt };
}

export type CodeCheck = { ok: true; row: SetupRow } | Refusal | { kind: 'limited'; retryAfterMs: number };

export const matches = ({ codeHash }: SetupRow, typed: string): boolean =>
  timingSafeEqual(Buffer.from(codeHash), Buffer.from(hashOf(typed)));

/**
 * Checks a code without using it up. At most ten wrong codes of a network in any 15 minutes. There is no limit over all
 * networks: strangers must not keep the operator out, and 80 bits cannot be guessed.
 */
export async function checkSetupCode(
  ctx: SetupContext,
  { guesses }: { guesses: GuessLimit },
  { code, ip }: { code: string; ip: string | null },
): Promise<CodeCheck> {
  if (await hasAnyUser(ctx.db)) return refuse('SETUP_DONE');
  const verdict = await guesses.take({
    ...{ userId: null, email: 'the set-up code', ip, deviceId: null },
    isKnownNetwork: true,
  });
  if (!verdict.ok) return { kind: 'limited', retryAfterMs: verdict.retryAfterMs };
  const row = await readSetup(ctx.db);
  if (!row || !isUsable(row, ctx.clock.now()) || !matches(row, code)) return refuse('SETUP_CODE_INVALID');
  await verdict.giveBack();
  return { ok: true, row };
}
