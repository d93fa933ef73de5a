import { randomBytes } from 'node:crypto';
import { hash, verify, type Algorithm } from '@node-rs/argon2';

// OWASP's minimum for argon2id. Stored hashes contain their own parameters, so these can be raised.
const OPTIONS = { algorithm: 2 satisfies Algorithm.Argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export const PASSWORD_MIN = 10;
export const PASSWORD_MAX = 200;

/** argon2id in PHC form, with a random salt. */
export const hashPassword = (password: string): Promise<string> => hash(password, OPTIONS);

let decoy: Promise<string> | undefined;

/**
 * Whether the password matches the hash. Without a hash (no such user) a decoy is checked, so that the time of the
 * answer does not reveal which addresses have accounts.
 */
export async function verifyPassword(stored: string | undefined, password: string): Promise<boolean> {
  if (stored?.startsWith('$argon2')) return verify(stored, password);
  decoy ??= hashPassword(randomBytes(16).toString('hex'));
  await verify(await decoy, password);
  return false;
}
