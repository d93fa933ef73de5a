import type { Context } from '../../context.js';
import type { Exchange } from '../../exchange/exchange.js';
import type { Database } from '../../infra/database/database.js';
import { atVenue } from '../../core/price/venue-price.js';
import { readSyncedAccount, type SyncedAccount } from '../../reconciliation/account-sync.store.js';
import type { JobMessage } from '../../ports.js';
import { fakeClock, type FakeClock } from '../fake-clock.js';
import { makeAccount, makeExecution, makeJob, makePosition, makeUser } from '../make.js';
import { createRemoteExchange, registryOfRemotes, type RemoteExchange } from './remote-exchange.js';
import { createTestContext } from '../test-context.js';

export interface RemoteWorld {
  ctx: Context & { clock: FakeClock };
  exchange: RemoteExchange;
  account: SyncedAccount;
  exchanges: Map<number, Exchange>;
  woken: number[];
  messages: JobMessage[];
  /** A LIMIT order of ours that rests at the exchange and is stored here. Returns its client order id and execution. */
  resting(options?: RestingOrderOptions): Promise<RestingOrder>;
}

interface RestingOrderOptions {
  side?: 'BUY' | 'SELL';
  quantity?: string;
  /** The status of the execution here. */
  status?: string;
  sentThere?: boolean;
}

export interface RestingOrder {
  jobId: number;
  executionId: number;
  clientOrderId: string;
}

/** A REAL account with an exchange in memory, a real database, and a clock that is moved by hand. */
export async function remoteWorld(
  db: Database,
  {
    exchange,
    clock = fakeClock(),
    overrides = {},
  }: { exchange?: RemoteExchange; clock?: FakeClock; overrides?: Partial<Context> } = {},
): Promise<RemoteWorld> {
  const there = exchange ?? createRemoteExchange({ now: () => clock.now() });
  const user = await makeUser(db);
  const created_at = new Date(clock.now() - 3_600_000);
  const real = { is_simulation: false, api_key_enc: 'sealed', balances: {} };
  const { id } = await makeAccount(db, { user_id: user.id, created_at, ...real });
  const account = await readSyncedAccount(db, id);
  if (!account) throw new Error('the account was just made');
  const exchanges = new Map<number, Exchange>([[id, there]]);
  const woken: number[] = [];
  const messages: JobMessage[] = [];
  const ctx = {
    ...createTestContext(db, {
      exchanges: registryOfRemotes(exchanges),
      live: { notify: (userId) => void woken.push(userId), listen: () => () => undefined },
      trades: { enqueue: (some) => void messages.push(...some) },
      prices: pricesAt(clock),
      ...overrides,
    }),
    clock,
  };
  return {
    ...{ ctx, exchange: there, account, exchanges, woken, messages },
    resting: (wanted) => makeResting(db, { clock, there, accountId: id }, wanted),
  };
}

/** BTC/USDT at 100,000 at the exchange of the account. */
const pricesAt = (clock: FakeClock): Context['prices'] => {
  const price = () => atVenue('BINANCE_SPOT', { symbol: 'BTC/USDT', last: '100000', at: clock.now(), source: 'test' });
  return {
    get: (key) => (key === price().key ? price() : undefined),
    all: () => [price()],
    subscribe: () => () => undefined,
    history: async () => [],
  };
};

async function makeResting(
  db: Database,
  { clock, there, accountId }: { clock: FakeClock; there: RemoteExchange; accountId: number },
  { side = 'BUY', quantity = '1', status = 'NEW', sentThere = true }: RestingOrderOptions = {},
): Promise<RestingOrder> {
  const at = new Date(clock.now());
  const scope = { exchange_account_id: accountId, trade_mode: 'REAL' };
  const job = await makeJob(db, {
    ...{ ...scope, order_type: 'LIMIT', side, base_quantity: quantity, limit_price: '90000' },
    ...{ status: status === 'NEW' ? 'PENDING_LIMIT' : 'EXECUTING', admitted_at: at, created_at: at },
  });
  if (side === 'SELL') {
    const position = await makePosition(db, { ...scope, qty_total: quantity, qty_reserved: quantity });
    const reservation = { trade_job_id: job.id, position_id: position.id, qty: quantity };
    await db.prisma.positionReservation.create({ data: reservation });
  }
  const { id, client_order_id: clientOrderId } = await makeExecution(db, {
    ...{ trade_job_id: job.id, status_exchange: status, requested_qty: quantity, executed_qty: '0', avg_price: '0' },
    ...{ limit_price: '90000', send_before: new Date(clock.now() - 1), created_at: at },
  });
  if (sentThere) {
    const { exchangeOrderId } = there.byHand({ side, quantity, limitPrice: '90000', clientOrderId });
    const booked = status === 'NEW' ? exchangeOrderId : null;
    await db.query('UPDATE trade_executions SET exchange_order_id = ? WHERE id = ?', [booked, id]);
  }
  return { jobId: job.id, executionId: id, clientOrderId };
}
