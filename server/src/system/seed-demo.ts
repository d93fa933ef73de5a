import { randomBytes } from 'node:crypto';
import { hashPassword } from '../auth/password.js';
import type { Context } from '../context.js';
import { normalizeEmail } from '../core/email.js';
import { hasUser, insertDemoAdmin, insertDemoTrader, readFirstWebhookCode, type DemoUser } from './seed-demo.store.js';

export interface DemoOptions {
  /** The trader's sign-in. */
  email: string;
  /** The password of a user that this call creates; generated when absent. */
  password?: string | undefined;
  adminEmail?: string;
}
export interface Demo {
  email: string;
  /** Only when this call created the trader; later the password is not known. */
  password?: string;
  adminEmail: string;
  /** Only when this call created the admin. */
  adminPassword?: string;
  /** The code in the address of the trader's first webhook source; null when the trader deleted it. */
  webhookCode: string | null;
}

const ADMIN_EMAIL = 'admin@mvcashnode.local';
/**
 * Creates an admin and a trader in an empty installation, with everything a first signal needs: a simulated account, a
 * vault, parameters and a bound webhook source. Each user and their data are created in one transaction and not touched
 * again, so that nothing that someone changed or deleted is overwritten or restored. It is safe to call this at every
 * start and from several processes at once.
 */
export async function seedDemo({ db }: Pick<Context, 'db'>, options: DemoOptions): Promise<Demo> {
  const { adminEmail = ADMIN_EMAIL } = options;
  const email = normalizeEmail(options.email);
  // The given password is for the trader only. The admin always gets a generated one.
  const password = await createOnce(db, email, options.password, insertDemoTrader);
  const adminPassword = await createOnce(db, adminEmail, undefined, insertDemoAdmin);
  return {
    email,
    adminEmail,
    webhookCode: await readFirstWebhookCode(db, email),
    ...(password !== undefined && { password }),
    ...(adminPassword !== undefined && { adminPassword }),
  };
}

/** The password when the user was created; undefined when the e-mail was taken (also by another process just now). */
async function createOnce(
  db: Context['db'],
  email: string,
  wanted: string | undefined,
  insert: (db: Context['db'], user: DemoUser) => Promise<boolean>,
): Promise<string | undefined> {
  if (await hasUser(db, email)) return undefined;
  const password = wanted ?? randomBytes(12).toString('base64url');
  return (await insert(db, { email, passwordHash: await hashPassword(password) })) ? password : undefined;
}
