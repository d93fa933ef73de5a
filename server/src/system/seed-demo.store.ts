import { randomBytes } from 'node:crypto';
import type { Prisma } from '../generated/prisma/client.js';
import type { Database } from '../infra/database/database.js';

type Db = Pick<Database, 'prisma'>;

export interface DemoUser {
  email: string;
  passwordHash: string;
}

const ACCOUNT_USDT = '10000';
const VAULT_USDT = '5000';
const SYMBOLS = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT'];

export const hasUser = async (db: Db, email: string): Promise<boolean> =>
  (await db.prisma.user.findUnique({ where: { email }, select: { id: true } })) !== null;

/** The code of a user's oldest webhook source. */
export async function readFirstWebhookCode(db: Db, email: string): Promise<string | null> {
  const source = await db.prisma.webhookSource.findFirst({
    where: { owner: { email } },
    orderBy: { id: 'asc' },
    select: { webhook_code: true },
  });
  return source?.webhook_code ?? null;
}

type Seed = (tx: Prisma.TransactionClient, user: DemoUser) => Promise<void>;

/** Creates the admin; false when the e-mail is taken. */
export const insertDemoAdmin = (db: Db, user: DemoUser): Promise<boolean> => insertOnce(db, user, seedAdmin);

/** Creates the trader with everything a first signal needs, in one transaction; false when the e-mail is taken. */
export const insertDemoTrader = (db: Db, user: DemoUser): Promise<boolean> => insertOnce(db, user, seedTrader);

async function insertOnce(db: Db, user: DemoUser, seed: Seed): Promise<boolean> {
  try {
    await db.prisma.$transaction((tx) => seed(tx, user));
    return true;
  } catch (error) {
    // Another process was faster.
    const isTaken = (error as { code?: unknown }).code === 'P2002';
    if (isTaken && (await hasUser(db, user.email))) return false;
    throw error;
  }
}

const seedAdmin: Seed = async (tx, { email, passwordHash: password_hash }) => {
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

const seedTrader: Seed = async (tx, { email, passwordHash: password_hash }) => {
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
      description: 'Demo capital',
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
      // Wide enough for a signal whose price was typed by hand some time ago.
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
      // 24 random bytes: for this source, the address is the sender's only credential.
      webhook_code: randomBytes(24).toString('base64url'),
      trade_mode: 'SIMULATION',
      bindings: { create: { exchange_account_id: account.id } },
    },
  });
};
