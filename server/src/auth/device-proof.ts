import { createHash, randomUUID } from 'node:crypto';
import type { Context } from '../context.js';

/**
 * The proof that a browser has signed in before, kept in a cookie of its own that signing out leaves in place. It opens
 * nothing: it only keeps wrong passwords from elsewhere from locking its browser out. It is bound to the password, so a
 * change of the password ends all proofs.
 */
export const DEVICE_COOKIE = 'mvcash_device';
const MAX_AGE_SEC = 400 * 86_400;
/** So many users may share a browser. */
const PROOFS_MAX = 3;
const SEPARATOR = '~';
const PLACE = 'cookie:device';

export interface ProvenUser {
  id: number;
  passwordHash: string;
}

interface Proof {
  userId: number;
  deviceId: string;
  /** Of the password's hash. */
  password: string;
}

type ProofContext = Pick<Context, 'secrets' | 'env'>;

const fingerprint = (passwordHash: string): string =>
  createHash('sha256').update(passwordHash).digest('base64url').slice(0, 22);

/** The value of the device cookie in a Cookie header; null without one. */
export function deviceCookieOf(header: string | undefined): string | null {
  const found = (header ?? '').split(';').find((part) => part.trim().startsWith(`${DEVICE_COOKIE}=`));
  return found?.slice(found.indexOf('=') + 1).trim() || null;
}

/** The proofs in a cookie; what does not open is left out. */
function proofsOf({ secrets }: ProofContext, cookie: string | null): { sealed: string; proof: Proof }[] {
  return (cookie ?? '')
    .split(SEPARATOR)
    .slice(0, PROOFS_MAX)
    .flatMap((sealed) => {
      try {
        return [{ sealed, proof: JSON.parse(secrets.open(sealed, PLACE)) as Proof }];
      } catch {
        return [];
      }
    });
}

/** The id of the device, when it has signed in as this user with the password of now; otherwise null. */
export function provenDevice(ctx: ProofContext, cookie: string | null, user: ProvenUser | undefined): string | null {
  const password = user && fingerprint(user.passwordHash);
  const found = proofsOf(ctx, cookie).find(({ proof }) => proof.userId === user?.id && proof.password === password);
  return found?.proof.deviceId ?? null;
}

/** The Set-Cookie value with the proof for this user. A device keeps its id, and proofs of other users stay. */
export function proveDevice(ctx: ProofContext, cookie: string | null, user: ProvenUser): string {
  const others = proofsOf(ctx, cookie).filter(({ proof }) => proof.userId !== user.id);
  const deviceId = provenDevice(ctx, cookie, user) ?? randomUUID();
  const proof: Proof = { userId: user.id, deviceId, password: fingerprint(user.passwordHash) };
  const value = [ctx.secrets.seal(JSON.stringify(proof), PLACE), ...others.map(({ sealed }) => sealed)]
    .slice(0, PROOFS_MAX)
    .join(SEPARATOR);
  const secure = ctx.env.PUBLIC_URL.startsWith('https:') ? '; Secure' : '';
  return `${DEVICE_COOKIE}=${value}; HttpOnly; Max-Age=${MAX_AGE_SEC}; Path=/; SameSite=Strict${secure}`;
}
