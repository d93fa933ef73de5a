import { randomBytes } from 'node:crypto';
import { hashPassword } from '../auth/password.js';
import type { Context } from '../context.js';
import { hasUser, insertDemoAdmin, insertDemoTrader, readFirstWebhookCode, type DemoUser } from './seed-demo.store.js';

export interface DemoOptions {
  /** The trader's sign-in. */
  email: string;
  /** Of a user that is created now; generated when absent. */
  password?: string | undefined;
  adminEmail?: string;
}
export interface Demo {
  email: string;
  /** Only when the trader was created by this call: afterwards nobody can say it. */
  password?: string;
  adminEmail: string;
  /** Only when the admin was created by this call. */
  adminPassword?: string;
  /** The address part of the trader's first webhook source; null when the trader deleted it. */
  webhookCode: string | null;
}

const ADMIN_EMAIL = 'admin@mvcashnode.local';
/**
 * Gives an empty installation an admin and a trader with everything a first signal needs: a simulated account, a
 * vault, parameters and a bound webhook source. What belongs to a user is made in the transaction that makes the
 * user and never looked at again, so nothing is overwritten or brought back that someone changed or deleted.
 * Safe to call at every start and from several processes at once.
 */
export async function seedDemo({ db }: Pick<Context, 'db'>, options: DemoOptions): Promise<Demo> {
  const { email, adminEmail = ADMIN_EMAIL } = options;
  // The trader's password is the one that was asked for; an admin is never given a password by chance.
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

/** The password when the user was created, undefined when the e-mail was taken (also by another process just now). */
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
