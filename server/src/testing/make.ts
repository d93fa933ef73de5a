import type { Prisma } from '../generated/prisma/client.js';
import type { Database } from '../infra/database/database.js';

/**
 * Rows for tests. Each function inserts one row with sensible values, creates missing parents, accepts overrides for
 * any column (decimals as strings) and returns the row as Prisma reads it.
 */
type Columns<T> = Partial<T>;

let made = 0;
const next = () => ++made;

/** Overrides without a parent get a new one; overrides with a parent are not changed. */
const parent = async (given: number | null | undefined, make: () => Promise<{ id: number }>): Promise<number> =>
  given ?? (await make()).id;

/** A user who may not sign in unless `password_hash` is given. `role` null = no role row. */
export async function makeUser(
  db: Database,
  { role = 'user', ...columns }: Columns<Prisma.UserUncheckedCreateInput> & { role?: 'admin' | 'user' | null } = {},
) {
  return db.prisma.user.create({
    data: {
      email: `user${next()}@example.com`,
      password_hash: 'none',
      profile: { create: {} },
      ...(role && { roles: { create: { role } } }),
      ...columns,
    },
  });
}

/** A SIMULATION account with `balances` free ('10000' USDT by default). */
export async function makeAccount(
  db: Database,
  {
    balances = { USDT: '10000' },
    ...columns
  }: Columns<Prisma.ExchangeAccountUncheckedCreateInput> & { balances?: Record<string, string> } = {},
) {
  const user_id = await parent(columns.user_id, () => makeUser(db));
  const is_simulation = columns.is_simulation ?? true;
  return db.prisma.exchangeAccount.create({
    data: {
      exchange: 'BINANCE_SPOT',
      label: `account ${next()}`,
      initial_balances_json: balances,
      balances_cache: {
        create: Object.entries(balances).map(([asset, free]) => ({
          asset,
          free,
          trade_mode: is_simulation ? 'SIMULATION' : 'REAL',
        })),
      },
      ...columns,
      is_simulation,
      user_id,
    },
  });
}

/** A SIMULATION vault with deposited `balances`: the balance rows and their transactions. */
export async function makeVault(
  db: Database,
  {
    balances = { USDT: '5000' },
    ...columns
  }: Columns<Omit<Prisma.VaultUncheckedCreateInput, 'balances'>> & { balances?: Record<string, string> } = {},
) {
  const user_id = await parent(columns.user_id, () => makeUser(db));
  const assets = Object.entries(balances);
  return db.prisma.vault.create({
    data: {
      name: `vault ${next()}`,
      trade_mode: 'SIMULATION',
      balances: { create: assets.map(([asset, balance]) => ({ asset, balance })) },
      transactions: {
        create: assets.map(([asset, amount]) => ({
          type: 'DEPOSIT',
          asset,
          amount,
          balance_delta: amount,
          reserved_delta: '0',
        })),
      },
      ...columns,
      user_id,
    },
  });
}

/** 100 USDT of BTC/USDT at the market, both sides, no stops, no vault. */
export async function makeParameter(db: Database, columns: Columns<Prisma.TradeParameterUncheckedCreateInput> = {}) {
  const exchange_account_id = await parent(columns.exchange_account_id, () => makeAccount(db, userOf(columns)));
  const sized = columns.quote_amount_fixed !== undefined || columns.quote_amount_pct_balance !== undefined;
  return db.prisma.tradeParameter.create({
    data: {
      symbol: 'BTC/USDT',
      side: 'BOTH',
      ...(!sized && { quote_amount_fixed: '100' }),
      ...columns,
      user_id: columns.user_id ?? (await ownerOf(db, exchange_account_id)),
      exchange_account_id,
    },
  });
}

/** An open SIMULATION webhook source without signature. */
export async function makeSource(db: Database, columns: Columns<Prisma.WebhookSourceUncheckedCreateInput> = {}) {
  const owner_user_id = await parent(columns.owner_user_id, () => makeUser(db));
  const n = next();
  return db.prisma.webhookSource.create({
    data: {
      label: `source ${n}`,
      webhook_code: `code-${process.pid}-${n}`,
      trade_mode: 'SIMULATION',
      ...columns,
      owner_user_id,
    },
  });
}

/** Binds a source to an account. If one is missing, it is created for the owner of the other. */
export async function makeBinding(
  db: Database,
  columns: Columns<Prisma.AccountWebhookBindingUncheckedCreateInput> = {},
) {
  const owner_user_id =
    columns.exchange_account_id === undefined ? undefined : await ownerOf(db, columns.exchange_account_id);
  const webhook_source_id = await parent(columns.webhook_source_id, () =>
    makeSource(db, owner_user_id === undefined ? {} : { owner_user_id }),
  );
  const exchange_account_id = await parent(columns.exchange_account_id, async () => {
    const source = await db.prisma.webhookSource.findUniqueOrThrow({ where: { id: webhook_source_id } });
    return makeAccount(db, { user_id: source.owner_user_id });
  });
  return db.prisma.accountWebhookBinding.create({ data: { ...columns, webhook_source_id, exchange_account_id } });
}

/** A PENDING market BUY of 100 USDT of BTC/USDT. */
export async function makeJob(db: Database, columns: Columns<Prisma.TradeJobUncheckedCreateInput> = {}) {
  const exchange_account_id = await parent(columns.exchange_account_id, () => makeAccount(db));
  return db.prisma.tradeJob.create({
    data: {
      trade_mode: 'SIMULATION',
      symbol: 'BTC/USDT',
      side: 'BUY',
      order_type: 'MARKET',
      status: 'PENDING',
      ...columns,
      exchange_account_id,
    },
  });
}

/**
 * The first execution of a job (created when not given), FILLED for `requested_qty` ('0.001') at `avg_price`
 * ('100000').
 */
export async function makeExecution(db: Database, columns: Columns<Prisma.TradeExecutionUncheckedCreateInput> = {}) {
  const trade_job_id = await parent(columns.trade_job_id, () => makeJob(db, { status: 'FILLED' }));
  const job = await db.prisma.tradeJob.findUniqueOrThrow({ where: { id: trade_job_id } });
  const quantity = columns.requested_qty ?? '0.001';
  return db.prisma.tradeExecution.create({
    data: {
      trade_mode: job.trade_mode,
      exchange: 'BINANCE_SPOT',
      client_order_id: `T${String(process.pid % 1e6).padStart(6, '0')}${String(next()).padStart(11, '0')}`,
      status_exchange: 'FILLED',
      side: job.side,
      symbol: job.symbol,
      webhook_source_id: job.webhook_source_id,
      order_type: job.order_type,
      requested_qty: quantity,
      executed_qty: quantity,
      avg_price: '100000',
      send_before: new Date(),
      ...columns,
      exchange_account_id: job.exchange_account_id,
      trade_job_id,
    },
  });
}

/** An OPEN position of `qty_total` ('0.001') at `price_open` ('100000') with its filled BUY job, execution and fill. */
export async function makePosition(db: Database, columns: Columns<Prisma.TradePositionUncheckedCreateInput> = {}) {
  const qty = columns.qty_total ?? '0.001';
  const price = columns.price_open ?? '100000';
  const symbol = columns.symbol ?? 'BTC/USDT';
  const exchange_account_id = await parent(columns.exchange_account_id, () => makeAccount(db));
  const trade_mode = columns.trade_mode ?? 'SIMULATION';
  const trade_job_id_open = await parent(columns.trade_job_id_open, () =>
    makeJob(db, {
      exchange_account_id,
      symbol,
      trade_mode,
      status: 'FILLED',
      base_quantity: qty,
      ...(columns.vault_id && { vault_id: columns.vault_id }),
    }),
  );
  const execution = await makeExecution(db, { trade_job_id: trade_job_id_open, requested_qty: qty, avg_price: price });
  return db.prisma.tradePosition.create({
    data: {
      status: 'OPEN',
      qty_remaining: qty,
      webhook_source_id: execution.webhook_source_id,
      fills: {
        create: {
          trade_execution_id: execution.id,
          exchange_account_id,
          symbol,
          webhook_source_id: execution.webhook_source_id,
          side: 'BUY',
          qty,
          price,
          trade_id: `trade-${next()}`,
          filled_at: new Date(),
        },
      },
      ...columns,
      trade_mode,
      symbol,
      qty_total: qty,
      price_open: price,
      exchange_account_id,
      trade_job_id_open,
    },
  });
}

const userOf = ({ user_id }: { user_id?: number }) => (user_id === undefined ? {} : { user_id });

async function ownerOf(db: Database, accountId: number): Promise<number> {
  const account = await db.prisma.exchangeAccount.findUniqueOrThrow({
    where: { id: accountId },
    select: { user_id: true },
  });
  return account.user_id;
}
