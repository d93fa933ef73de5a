import { randomBytes } from 'node:crypto';
import { hashPassword } from '../auth/password.js';
import type { Context } from '../context.js';
import type { Prisma } from '../generated/prisma/client.js';

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
const ACCOUNT_USDT = '10000';
const VAULT_USDT = '5000';
const SYMBOLS = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT'];
/**
 * Gives an empty installation an admin and a trader with everything a first signal needs: a simulated account, a
 * vault, parameters and a bound webhook source. What belongs to a user is made in the transaction that makes the
 * user and never looked at again, so nothing is overwritten or brought back that someone changed or deleted.
 * Safe to call at every start and from several processes at once.
 */
export async function seedDemo({ db }: Pick<Context, 'db'>, options: DemoOptions): Promise<Demo> {
  const { email, adminEmail = ADMIN_EMAIL } = options;
  // The trader's password is the one that was asked for; an admin is never given a password by chance.
  const password = await createOnce(db, email, options.password, seedTrader);
  const adminPassword = await createOnce(db, adminEmail, undefined, seedAdmin);
  const source = await db.prisma.webhookSource.findFirst({
    where: { owner: { email } },
    orderBy: { id: 'asc' },
    select: { webhook_code: true },
  });
  return {
    email,
    adminEmail,
    webhookCode: source?.webhook_code ?? null,
    ...(password !== undefined && { password }),
    ...(adminPassword !== undefined && { adminPassword }),
  };
}

type Seed = (tx: Prisma.TransactionClient, email: string, passwordHash: string) => Promise<void>;

/** The password when the user was created, undefined when the e-mail was taken (also by another process just now). */
async function createOnce(
  db: Context['db'],
  email: string,
  wanted: string | undefined,
  seed: Seed,
): Promise<string | undefined> {
  if (await db.prisma.user.findUnique({ where: { email }, select: { id: true } })) return undefined;
  const password = wanted ?? randomBytes(12).toString('base64url');
  const passwordHash = await hashPassword(password);
  try {
    await db.prisma.$transaction((tx) => seed(tx, email, passwordHash));
    return password;
  } catch (error) {
    const isTaken = (error as { code?: unknown }).code === 'P2002';
    if (isTaken && (await db.prisma.user.findUnique({ where: { email }, select: { id: true } }))) return undefined;
    throw error;
  }
}

const seedAdmin: Seed = async (tx, email, password_hash) => {
  await tx.user.create({
    data: {
      email,
      password_hash,
      profile: { create: { full_name: 'Demo Admin' } },
      roles: { create: [{ role: 'admin' }, { role: 'user' }] },
      live_cursor: { create: {} },
    },
  });
};

const seedTrader: Seed = async (tx, email, password_hash) => {
  const user = await tx.user.create({
    data: {
      email,
      password_hash,
      profile: { create: { full_name: 'Demo Trader' } },
      roles: { create: { role: 'user' } },
      live_cursor: { create: {} },
    },
  });
  const account = await tx.exchangeAccount.create({
    data: {
      user_id: user.id,
      exchange: 'BINANCE_SPOT',
      label: 'Demo account',
      is_simulation: true,
      initial_balances_json: { USDT: ACCOUNT_USDT },
      balances_cache: { create: { trade_mode: 'SIMULATION', asset: 'USDT', free: ACCOUNT_USDT } },
    },
  });
  const vault = await tx.vault.create({
    data: {
      user_id: user.id,
      name: 'Demo vault',
      description: 'Capital the demo strategies may use',
      trade_mode: 'SIMULATION',
      balances: { create: { asset: 'USDT', balance: VAULT_USDT } },
      transactions: {
        create: {
          type: 'DEPOSIT',
          asset: 'USDT',
          amount: VAULT_USDT,
          balance_delta: VAULT_USDT,
          reserved_delta: '0',
          dedupe_key: `move:${user.id}:demo`,
        },
      },
    },
  });
  await tx.tradeParameter.createMany({
    data: SYMBOLS.map((symbol) => ({
      user_id: user.id,
      exchange_account_id: account.id,
      symbol,
      side: 'BOTH',
      quote_amount_fixed: '100',
      // Wide enough for a signal whose price was typed by hand a while ago.
      slippage_bps: 500,
      default_sl_enabled: true,
      default_sl_pct: '3',
      default_tp_enabled: true,
      default_tp_pct: '6',
      vault_id: vault.id,
    })),
  });
  await tx.webhookSource.create({
    data: {
      owner_user_id: user.id,
      label: 'Demo signals',
      // 24 random bytes: knowing the address is the sender's only credential here.
      webhook_code: randomBytes(24).toString('base64url'),
      trade_mode: 'SIMULATION',
      bindings: { create: { exchange_account_id: account.id } },
    },
  });
};
