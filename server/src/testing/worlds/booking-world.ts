import { pino } from 'pino';
import type { Context } from '../../context.js';
import { available, EMPTY_VAULT, post } from '../../core/ledger/ledger.js';
import { d, toText } from '../../core/money/money.js';
import type { Exchange, OrderSnapshot } from '../../exchange/exchange.js';
import { Batch, type Database } from '../../infra/database/database.js';
import type { LiveNotifier } from '../../ports.js';
import { atVenue } from '../../core/price/venue-price.js';
import type { ReasonCode } from '../../core/reasons.js';
import { bookOutcome } from '../../orders/outcome/book-outcome.js';
import type { OutcomeInput } from '../../orders/outcome/book-outcomes.js';
import type { JobMessage } from '../../ports.js';
import { addLedgerMoves } from '../../vaults/vault-ledger.store.js';
import { lockVaultAsset } from '../../vaults/vault.store.js';
import { fakeClock, type FakeClock } from '../fake-clock.js';
import { makeAccount, makeExecution, makeJob, makePosition, makeUser, makeVault } from '../make.js';

export type BookingContext = Pick<Context, 'db' | 'log' | 'prices' | 'exchanges' | 'trades'> & {
  clock: FakeClock;
  live: LiveNotifier;
};

/** The orders of an exchange in memory. `isDown` makes every call fail like a broken connection. */
export interface ExchangeInMemory extends Exchange {
  orders: Map<string, OrderSnapshot>;
  isDown: boolean;
  canceled: string[];
  asked: number;
}

const MARKET = { base: 'SOL', quote: 'USDT', tickSize: '0.01', stepSize: '0.001', minQty: '0.001', minNotional: '5' };

export function exchangeInMemory(): ExchangeInMemory {
  const wire = () => {
    exchange.asked++;
    if (exchange.isDown) throw new Error('socket hang up');
  };
  const exchange: ExchangeInMemory = {
    name: 'BINANCE_SPOT',
    admission: { windowMs: 5_000 },
    orders: new Map(),
    isDown: false,
    canceled: [],
    asked: 0,
    market: async (symbol) => ({ symbol, ...MARKET }),
    markets: async () => [{ symbol: 'SOL/USDT', ...MARKET }],
    balances: async () => [],
    price: async () => undefined,
    place: async () => ({ kind: 'unknown', message: 'this exchange only answers lookups' }),
    async findOrder({ clientOrderId }) {
      wire();
      return exchange.orders.get(clientOrderId);
    },
    async cancel({ clientOrderId }) {
      wire();
      exchange.canceled.push(clientOrderId);
      const order = exchange.orders.get(clientOrderId);
      if (!order || order.status === 'FILLED') return order;
      const canceled = { ...order, status: 'CANCELED' as const };
      exchange.orders.set(clientOrderId, canceled);
      return canceled;
    },
  };
  return exchange;
}

/** A context for booking with a real database; everything else is in memory. */
export function bookingContext(db: Database) {
  const exchange = exchangeInMemory();
  const woken: number[] = [];
  const messages: JobMessage[] = [];
  const price = atVenue('SIMULATION', { symbol: 'BNB/USDT', last: '600', at: 0, source: 'test' });
  const ctx: BookingContext = {
    db,
    clock: fakeClock(),
    log: pino({ level: 'silent' }),
    prices: {
      get: (key) => (key === price.key ? price : undefined),
      all: () => [],
      subscribe: () => () => undefined,
      history: async () => [],
    },
    exchanges: { forAccount: () => ({ ok: true, exchange }), forReading: () => ({ ok: true, exchange }) },
    live: { notify: (userId) => void woken.push(userId) },
    trades: { enqueue: (some) => void messages.push(...some) },
  };
  return { ctx, exchange, woken, messages };
}

/** Reserves through the ledger, like the claim of a BUY. Returns false when the vault has too little. */
export async function reserve(
  db: Database,
  job: { id: number; vaultId: number; userId: number },
  amount: string,
): Promise<boolean> {
  return db.transaction(async (tx) => {
    const key = { ownerUserId: job.userId, vaultId: job.vaultId, asset: 'USDT', dedupeKey: `job:${job.id}:reserve` };
    const { state } = await lockVaultAsset(tx, { ...key, create: false });
    const before = state ?? EMPTY_VAULT;
    const posted = d(amount).lte(available(before))
      ? post(before, { type: 'BUY_RESERVE', amount: d(amount) })
      : undefined;
    if (!posted?.ok) {
      await tx.rollback();
      return false;
    }
    await tx.commit(addLedgerMoves(new Batch(), [{ ...key, posted }]));
    return true;
  });
}

/** A claimed BUY of SOL/USDT whose order is about to be sent. Its capital is reserved in a vault of `balance` USDT. */
export async function claimedBuy(
  { db, clock }: Pick<BookingContext, 'db' | 'clock'>,
  {
    reserved = '110',
    balance = '1000',
    vaultId,
    userId,
    orderType = 'MARKET',
    expiresAt,
    eventId,
  }: ClaimedBuyOptions = {},
) {
  const user_id = userId ?? (await makeUser(db)).id;
  const account = await makeAccount(db, { user_id });
  const vault_id = vaultId ?? (await makeVault(db, { user_id, balances: { USDT: balance } })).id;
  const job = await makeJob(db, {
    exchange_account_id: account.id,
    symbol: 'SOL/USDT',
    status: 'EXECUTING',
    order_type: orderType,
    vault_id,
    reserved_amount: reserved,
    base_quantity: '1',
    created_at: new Date(clock.now()),
    limit_order_expires_at: expiresAt === undefined ? null : new Date(expiresAt),
    webhook_event_id: eventId ?? null,
  });
  if (!(await reserve(db, { id: job.id, vaultId: vault_id, userId: user_id }, reserved)))
    throw new Error('the vault has too little');
  const execution = await sendingExecution({ db, clock }, job.id, '1');
  return { userId: user_id, account, vaultId: vault_id, job, execution };
}
interface ClaimedBuyOptions {
  reserved?: string;
  balance?: string;
  vaultId?: number;
  userId?: number;
  orderType?: 'MARKET' | 'LIMIT';
  expiresAt?: number;
  eventId?: number;
}

/** A claimed SELL that reserves `qty` of each of `positions` (quantities), which were bought at 90. */
export async function claimedSell(
  ctx: Pick<BookingContext, 'db' | 'clock'>,
  { positions = ['1'] }: { positions?: string[] } = {},
) {
  const { db, clock } = ctx;
  const { id: user_id } = await makeUser(db);
  const account = await makeAccount(db, { user_id });
  const vault = await makeVault(db, { user_id, balances: { USDT: '100' } });
  const columns = { exchange_account_id: account.id, symbol: 'SOL/USDT', price_open: '90', vault_id: vault.id };
  const rows = [];
  for (const qty of positions) rows.push(await makePosition(db, { ...columns, qty_total: qty, qty_reserved: qty }));
  const job = await makeJob(db, {
    exchange_account_id: account.id,
    symbol: 'SOL/USDT',
    side: 'SELL',
    status: 'EXECUTING',
    created_at: new Date(clock.now()),
  });
  for (const position of rows) {
    const reservation = { trade_job_id: job.id, position_id: position.id, qty: position.qty_total };
    await db.prisma.positionReservation.create({ data: reservation });
  }
  const execution = await sendingExecution(ctx, job.id, toText(positions.map(d).reduce((a, b) => a.add(b))));
  return { userId: user_id, account, vaultId: vault.id, job, execution, positions: rows };
}

export const sendingExecution = (
  { db, clock }: Pick<BookingContext, 'db' | 'clock'>,
  jobId: number,
  qty: string,
  attempt = 1,
) =>
  makeExecution(db, {
    trade_job_id: jobId,
    attempt,
    status_exchange: 'SENDING',
    requested_qty: qty,
    executed_qty: '0',
    avg_price: '0',
    send_before: new Date(clock.now() + 5_000),
  });

/** An answer of the exchange for `clientOrderId`; `fills` as [trade id, quantity, price, fee?, fee asset?]. */
export function snapshot(
  clientOrderId: string,
  status: OrderSnapshot['status'],
  fills: readonly (readonly [id: string, qty: string, price: string, fee?: string, feeAsset?: string])[] = [],
): OrderSnapshot {
  const total = (of: (row: (typeof fills)[number]) => ReturnType<typeof d>) =>
    fills.reduce((all, row) => all.add(of(row)), d('0')).toFixed();
  return {
    exchangeOrderId: `X-${clientOrderId}`,
    clientOrderId,
    status,
    executedQty: total(([, qty]) => d(qty)),
    cummQuoteQty: total(([, qty, price]) => d(qty).mul(d(price))),
    fills: fills.map(([tradeId, qty, price, feeAmount = '0', feeAsset = 'USDT'], index) => ({
      tradeId,
      qty,
      price,
      feeAmount,
      feeAsset,
      at: Date.parse('2026-11-24T12:00:01Z') + index,
    })),
  };
}

type Booker = Parameters<typeof bookOutcome>[0];
interface Booked {
  executionId: number;
  sentAt?: number;
}

/** Books an exchange's report of an order and returns the status of the job. */
export const bookReport = async (
  ctx: Booker,
  { order, stopReason, ...input }: Omit<OutcomeInput, 'answer'> & { order: OrderSnapshot; stopReason?: ReasonCode },
) => {
  const { status } = await bookOutcome(ctx, { ...input, answer: { kind: 'reported', order, stopReason } });
  return { status };
};

export const bookRefusal = async (
  ctx: Booker,
  { code, message, ...input }: Booked & { code: ReasonCode; message: string },
) => {
  const { status } = await bookOutcome(ctx, { ...input, answer: { kind: 'refused', code, message } });
  return { status };
};

export const bookUnknown = (ctx: Booker, { message, ...input }: Booked & { message: string }) =>
  bookOutcome(ctx, { ...input, answer: { kind: 'unknown', message } });
