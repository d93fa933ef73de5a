import type { Context } from '../../context.js';
import { readPriceKey } from '../../core/price/price-key.js';
import type { Database } from '../../infra/database/database.js';
import { openRedis, type RedisLink } from '../../infra/redis/redis.js';
import { atVenue } from '../../core/price/venue-price.js';
import { startExecutor, type Executor } from '../../roles/executor.js';
import { createTradeQueue } from '../../orders/queue/create-trade-queue.js';
import { makeAccount, makeBinding, makeJob, makeParameter, makeSource, makeUser, makeVault } from '../make.js';
import { openRealExchange } from './real-exchange.js';
import { createTestContext } from '../test-context.js';

export const BTC = 'BTC/USDT';
export const ETH = 'ETH/USDT';
const PRICES: Record<string, string> = { [BTC]: '100000', [ETH]: '4000' };

interface SignalOptions {
  to?: number | null;
  symbol?: string;
  price?: string;
}
let made = 0;

export type SignalWorld = Awaited<ReturnType<typeof openSignalWorld>>;

/**
 * A REAL account at a fake exchange on a socket, which buys 1,000 USDT of BTC/USDT with a vault's capital, and
 * executors that act like separate processes with one database. They have no Redis, so each knows only what is in the
 * database.
 */
export async function openSignalWorld(
  db: Database,
  {
    dialect = 'binance',
    executors = 1,
    parameter = {},
  }: { dialect?: 'binance' | 'bybit'; executors?: number; parameter?: Parameters<typeof makeParameter>[1] } = {},
) {
  const redis = await openRedis('redis://127.0.0.1:1', 'dead');
  const real = await openRealExchange({ dialect, balances: { USDT: '1000000', BTC: '0', ETH: '0' } });
  for (const [symbol, last] of Object.entries(PRICES)) real.fake.setPrice(symbol, { last });
  const exchange = dialect === 'binance' ? 'BINANCE_SPOT' : 'BYBIT_SPOT';
  const { id: user_id } = await makeUser(db);
  const at = { user_id, exchange, is_simulation: false, api_key_enc: 'sealed', balances: { USDT: '1000000' } };
  const account = await makeAccount(db, at);
  const { id: vault_id } = await makeVault(db, { user_id, trade_mode: 'REAL', balances: { USDT: '100000' } });
  for (const symbol of [BTC, ETH]) {
    const amount = { quote_amount_fixed: '1000', slippage_bps: 0 };
    await makeParameter(db, { exchange_account_id: account.id, user_id, vault_id, symbol, ...amount, ...parameter });
  }
  await real.exchange.market(BTC);
  const processes = Array.from({ length: executors }, () => startProcess(db, real.exchange, redis));
  const { webhook_source_id } = await makeBinding(db, {
    exchange_account_id: account.id,
    webhook_source_id: (await makeSource(db, { owner_user_id: user_id, trade_mode: 'REAL' })).id,
  });
  /** Inserts the rows of a signal, as ingest does, and notifies one of the processes (none when `to` is null). */
  const signal = async (side: 'BUY' | 'SELL', { to = 0, symbol = BTC, price }: SignalOptions = {}) => {
    const { id: eventId } = await db.prisma.webhookEvent.create({
      data: {
        ...{
          webhook_source_id,
          target_account_id: account.id,
          trade_mode: 'REAL',
          event_uid: `${account.id}-${++made}`,
        },
        ...{ symbol_raw: symbol, symbol_normalized: symbol, action: `${side}_SIGNAL`, status: 'RECEIVED' },
        price_reference: price ?? null,
      },
    });
    const job = await makeJob(db, {
      ...{ exchange_account_id: account.id, trade_mode: 'REAL', side, symbol, webhook_event_id: eventId },
    });
    if (to !== null) tell(to, job.id);
    return job.id;
  };
  /** Gives jobs to one of the processes. */
  const tell = (to: number, ...jobIds: number[]): void => {
    const now = Date.now();
    processes[to]?.ctx.trades.enqueue(jobIds.map((jobId) => ({ jobId, committedAt: now, queuedAt: now })));
  };
  const jobOf = (id: number) => db.prisma.tradeJob.findUniqueOrThrow({ where: { id }, include: { executions: true } });
  return {
    ...{ ...real, account, vault_id, user_id, processes, signal, tell, jobOf },
    /** The exchange's balance of an asset in the account. */
    holds: (name: string) => {
      const all = real.fake.engine.balances.of(real.fake.accounts[0]?.name ?? '');
      const { free = '0', locked = '0' } = all.find(({ asset }) => asset === name) ?? {};
      return Number(free) + Number(locked);
    },
    positions: () =>
      db.prisma.tradePosition.findMany({ where: { exchange_account_id: account.id }, orderBy: { id: 'asc' } }),
    async stop() {
      await Promise.all(processes.map((one) => one.stop()));
      await Promise.all([real.stop(), redis.close()]);
    },
  };
}

function startProcess(
  db: Database,
  exchange: Awaited<ReturnType<typeof openRealExchange>>['exchange'],
  redis: RedisLink,
): { ctx: Context; executor: Executor; stop(): Promise<void> } {
  const find = () => ({ ok: true as const, exchange });
  const prices: Context['prices'] = {
    get: (key) => {
      const { venue, symbol } = readPriceKey(key);
      const last = PRICES[symbol];
      return last === undefined ? undefined : atVenue(venue, { symbol, last, at: Date.now(), source: 'fake' });
    },
    ...{ all: () => [], subscribe: () => () => undefined, history: async () => [] },
  };
  const base = createTestContext(db, { redis, prices, exchanges: { forAccount: find, forReading: find } });
  const trades = createTradeQueue({ redis, log: base.log });
  const ctx = { ...base, trades };
  const executor = startExecutor(ctx);
  return {
    ...{ ctx, executor },
    async stop() {
      await executor.stop();
      await trades.close();
    },
  };
}
