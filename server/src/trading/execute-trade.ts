import { createHash } from 'node:crypto';
import type { Context } from '../context.js';
import { clientOrderId } from '../core/client-order-id.js';
import type { Market, OrderSide } from '../core/domain.js';
import { toText } from '../core/money.js';
import { chooseParameter, planTrade, type Plan } from '../core/plan.js';
import { priceKeyOf } from '../core/price-key.js';
import { refuse, type Refusal } from '../core/reasons.js';
import type { AccountRef, Exchange, OrderRequest, PlaceOutcome } from '../exchange/exchange.js';
import { Batch, type WriteResult } from '../infra/database.js';
import type { InTurn } from '../infra/in-turn.js';
import { addLiveEvents } from '../infra/live-events.js';
import { FRESH_FOR_MS } from './book-absence.js';
import { bookOrder } from './book-order.js';
import { bookRefusal } from './book-refusal.js';
import { bookUnknown } from './book-unknown.js';
import {
  addClaimMoment,
  addExecution,
  addPromises,
  addReservation,
  addSizedJob,
  addSkippedJob,
  type ExecutionRow,
  type JobMoments,
} from './execution-writes.store.js';
import {
  addClaim,
  addEntriesRead,
  addPlanReads,
  NOTHING_FREE,
  type JobDetail,
  type PlanRows,
} from './execution.store.js';
import { readPendingJob, type JobAddress } from './job-address.store.js';
import type { TradeTicket } from './trade-queue.js';

/** The sender gives up this long after the claim; what was not sent by then is for recovery to sort out. */
export const SEND_WITHIN_MS = 5_000;
/**
 * A job waits this long, PENDING, for a price: a process that has just started has none yet, and a feed may stumble.
 * The sweep tries it again every two seconds.
 */
export const PRICE_PATIENCE_MS = 10_000;

/** NOT_MINE: another executor has it or it is over. POSTPONED: still PENDING. SENT: what came of it is booked, or for recovery to find. */
export type ExecuteOutcome = 'NOT_MINE' | 'POSTPONED' | 'SKIPPED' | 'SENT';

type ExecuteContext = Pick<Context, 'db' | 'clock' | 'log' | 'env' | 'prices' | 'exchanges' | 'live' | 'balances'>;

/**
 * Takes a PENDING job to an order at the exchange, once, however often and wherever it is called. One transaction
 * claims the job, decides, reserves and writes the execution; only then the order is sent, and booked. Rejects only
 * before the order was sent: the job is then still PENDING, or its execution is found by recovery.
 */
export async function executeTrade(
  ctx: ExecuteContext,
  ticket: TradeTicket,
  {
    inTurn = (_key, work) => work(),
    mayTrade = () => true,
  }: { inTurn?: InTurn; mayTrade?: (account: AccountRef, side: OrderSide) => boolean } = {},
): Promise<ExecuteOutcome> {
  const address = ticket.address ?? (await readPendingJob(ctx.db, ticket.jobId));
  if (!address) return 'NOT_MINE';
  if (!mayTrade(address.account, address.side)) return 'POSTPONED';
  // Asked before the transaction, so that no row stays locked while an exchange thinks.
  const venue = await readVenue(ctx, address);
  // The rows are locked all the same; jobs that would wait for them here need not hold a connection while they do.
  const key = `${address.account.id}/${address.symbol}/${address.side}`;
  const claim = () => claimAndDecide(ctx, { address, ticket, venue });
  const decided = await (address.isSized ? claim() : inTurn(key, claim));
  if (decided.kind === 'not mine') return 'NOT_MINE';
  if (decided.kind === 'postpone') return 'POSTPONED';
  ctx.live.wake(address.account.userId);
  if (decided.kind === 'skip') return 'SKIPPED';
  await sendOrder(ctx, { ...decided, exchange: venue.exchange, market: venue.market, symbol: address.symbol });
  return 'SENT';
}

/** The one transaction: claim and read, decide, write. Nothing is written unless the job is claimed and decided. */
function claimAndDecide(ctx: ExecuteContext, { address, ticket, venue }: Pick<Known, 'address' | 'ticket' | 'venue'>) {
  return ctx.db.transaction(async (tx) => {
    const { quote = '' } = venue.market ?? { quote: address.symbol.split('/')[1] };
    const { symbol, side, tradeMode } = address;
    const batch = new Batch();
    const claim = addClaim(batch, address.jobId);
    const planKey = { accountId: address.account.id, symbol, side, tradeMode, quote, now: ctx.clock.now() };
    // What is sized has its promises and its reservation: an exit does not wait for the other positions' rows.
    const readPlan = address.isSized ? () => NO_ROWS : addPlanReads(batch, planKey, { lock: true });
    const readPaused = side === 'BUY' ? addEntriesRead(batch, address.account.id, { lock: true }) : () => false;
    const results = await tx.run(batch);
    const facts = () => ({
      detail: claim.detail(results),
      rows: readPlan(results),
      entriesPaused: readPaused(results),
    });
    const decision = claim.claimed(results)
      ? decide(ctx, { address, ticket, venue, quote, ...facts() })
      : ({ kind: 'not mine' } as const);
    if (decision.kind === 'not mine' || decision.kind === 'postpone') {
      await tx.rollback();
      return decision;
    }
    const [inserted] = (await tx.commit(decision.writes)).slice(decision.executionAt ?? 0) as WriteResult[];
    return { ...decision, executionId: inserted?.insertId ?? 0 };
  });
}

const NO_ROWS: PlanRows = {
  parameters: [],
  admitted: { inLastHour: 0, lastAt: null },
  vault: undefined,
  freeBalance: NOTHING_FREE,
  positions: [],
};

/** Where a job trades: the exchange and its market, or why not. */
interface Venue {
  exchange: Exchange | undefined;
  market: Market | undefined;
  refusal: Refusal | undefined;
}

export async function readVenue(
  { exchanges, log }: Pick<Context, 'exchanges' | 'log'>,
  { account, symbol }: { account: AccountRef; symbol: string },
): Promise<Venue> {
  const found = exchanges.forAccount(account);
  if ('refusal' in found) return { exchange: undefined, market: undefined, refusal: found.refusal };
  try {
    return { exchange: found.exchange, market: await found.exchange.market(symbol), refusal: undefined };
  } catch (err) {
    log.warn({ err, accountId: account.id, symbol }, 'the exchange did not say what it trades');
    const refusal = refuse('PRICE_UNAVAILABLE', 'The exchange could not be asked for the market and its price.');
    return { exchange: found.exchange, market: undefined, refusal };
  }
}

interface Known {
  address: JobAddress;
  ticket: TradeTicket;
  venue: Venue;
  detail: JobDetail;
  rows: PlanRows;
  entriesPaused: boolean;
  quote: string;
}
type Decision =
  | { kind: 'postpone' }
  | { kind: 'skip'; writes: Batch; executionAt?: undefined }
  | { kind: 'send'; writes: Batch; executionAt: number; order: ExecutionRow };

/** Everything between the locked rows and the last batch: pure but for the clock and the price, both read here once. */
function decide(ctx: ExecuteContext, known: Known): Decision {
  const { address, ticket, detail } = known;
  // The locks are held: this is the moment of the claim.
  const now = ctx.clock.now();
  const moments = { committedAt: ticket.committedAt, queuedAt: ticket.queuedAt, claimedAt: now };
  if (!detail.allAbsent)
    throw new Error(`job ${address.jobId} is PENDING although an order of it may be at the exchange`);
  // Another attempt is only for a signal that is still fresh; an old one is ended by recovery.
  if (detail.attempts > 0 && now - address.createdAt > FRESH_FOR_MS) return { kind: 'postpone' };
  // A buy that never reached the exchange is not sent again while entries are paused; recovery ends it with its reservation.
  if (detail.sized && known.entriesPaused) return { kind: 'postpone' };
  if (detail.sized) return resumeDecision(known, detail.sized, moments);
  const plan = planFromRows(ctx, known, now);
  if (plan.kind === 'trade') return tradeDecision(known, plan, moments);
  if (plan.refusal.code === 'PRICE_UNAVAILABLE' && now - address.createdAt < PRICE_PATIENCE_MS)
    return { kind: 'postpone' };
  const writes = new Batch();
  addSkippedJob(writes, {
    id: address.jobId,
    eventId: detail.eventId,
    refusal: plan.refusal,
    trace: plan.trace,
    moments,
  });
  addLiveEvents(writes, address.account.userId, [{ topic: 'JOB', entityId: address.jobId }]);
  return { kind: 'skip', writes };
}

/** The plan from rows, as the executor and explainPlan make it. */
export function planFromRows(
  ctx: Pick<Context, 'env' | 'prices'>,
  {
    address,
    venue,
    detail,
    rows,
    entriesPaused,
  }: { address: Pick<JobAddress, 'side' | 'symbol' | 'tradeMode' | 'account'>; venue: Venue } & {
    detail: Pick<JobDetail, 'signal' | 'weight'>;
    rows: PlanRows;
    entriesPaused: boolean;
  },
  now: number,
): Plan {
  const { side, symbol, tradeMode, account } = address;
  return planTrade({
    ...{ now, side, symbol, tradeMode, account, entriesPaused },
    exchangeRefusal: venue.refusal,
    market: venue.market,
    price: ctx.prices.get(priceKeyOf(account, symbol)),
    stalePriceMs: ctx.env.STALE_PRICE_MS,
    signal: detail.signal,
    weight: detail.weight,
    parameter: chooseParameter(rows.parameters, side),
    ...rows,
  });
}

function tradeDecision(known: Known, plan: Extract<Plan, { kind: 'trade' }>, moments: JobMoments): Decision {
  const { address, rows, quote } = known;
  const { jobId } = address;
  const { order, vaultId, reserve, allocations, trace } = plan;
  const { quantity, limitPrice, quoteAmount } = order;
  const writes = new Batch();
  addSizedJob(writes, {
    id: jobId,
    orderType: order.type,
    quantity,
    limitPrice,
    quoteAmount,
    vaultId,
    reserve,
    trace,
    moments,
  });
  if (rows.vault && reserve) {
    addReservation(writes, { jobId, vaultId: rows.vault.id, asset: quote, state: rows.vault, reserve });
  }
  addPromises(writes, { jobId, allocations, positions: rows.positions });
  const positionIds = allocations.map(({ positionId }) => positionId);
  return sendDecision(known, { writes, orderType: order.type, quantity, limitPrice, positionIds, moments });
}

/** Sized before: its reservation and promises stand, only the attempt is new. */
function resumeDecision(known: Known, sized: NonNullable<JobDetail['sized']>, moments: JobMoments): Decision {
  const { refusal } = known.venue;
  if (!known.venue.exchange)
    throw new Error(`job ${known.address.jobId} was sized, but ${refusal?.message ?? 'has no exchange'}`);
  const writes = new Batch();
  addClaimMoment(writes, known.address.jobId, moments);
  return sendDecision(known, { writes, ...sized, positionIds: [], moments });
}

function sendDecision(
  { address, detail }: Known,
  {
    writes,
    positionIds,
    moments,
    ...sized
  }: Pick<ExecutionRow, 'orderType' | 'quantity' | 'limitPrice'> & {
    writes: Batch;
    positionIds: number[];
    moments: JobMoments;
  },
): Decision {
  const { jobId, account, tradeMode, side, createdAt } = address;
  const attempt = detail.attempts + 1;
  const order: ExecutionRow = {
    ...{ jobId, accountId: account.id, exchange: account.exchange, tradeMode, side, attempt, ...sized },
    // Two databases may number their jobs alike and trade on one account; they did not both make this one in one millisecond.
    clientOrderId: clientOrderId(sha256, { salt: `${account.id}/${createdAt}`, jobId, attempt }),
    sendBefore: moments.claimedAt + SEND_WITHIN_MS,
  };
  const executionAt = writes.size;
  addExecution(writes, order);
  addLiveEvents(writes, account.userId, [
    { topic: 'JOB', entityId: jobId },
    ...positionIds.map((entityId) => ({ topic: 'POSITION' as const, entityId })),
  ]);
  return { kind: 'send', writes, executionAt, order };
}

const sha256 = (text: string): Uint8Array => createHash('sha256').update(text).digest();

interface Sending {
  executionId: number;
  order: ExecutionRow;
  exchange: Exchange | undefined;
  market: Market | undefined;
  symbol: string;
}

/** Sends the committed execution once. Never rejects: an answer that cannot be booked now is found again by recovery. */
async function sendOrder(
  ctx: ExecuteContext,
  { executionId, order, exchange, market, symbol }: Sending,
): Promise<void> {
  const { jobId, clientOrderId: id, side, orderType: type, quantity, limitPrice } = order;
  const request: OrderRequest = { clientOrderId: id, symbol, side, type, quantity: toText(quantity) };
  if (limitPrice) request.limitPrice = toText(limitPrice);
  const sentAt = ctx.clock.now();
  if (!exchange || sentAt >= order.sendBefore) {
    ctx.log.warn(
      { jobId, executionId, lateMs: sentAt - order.sendBefore },
      'too late to send the order, recovery decides',
    );
    return;
  }
  try {
    const outcome = await exchange.place(request);
    await bookOutcome(ctx, outcome, { executionId, sentAt, market });
  } catch (err) {
    ctx.log.error({ err, jobId, executionId }, 'the outcome of an order could not be booked, recovery finds it');
  }
}

async function bookOutcome(
  ctx: ExecuteContext,
  outcome: PlaceOutcome,
  { executionId, sentAt, market }: { executionId: number; sentAt: number; market: Market | undefined },
): Promise<void> {
  const acknowledgedAt = ctx.clock.now();
  switch (outcome.kind) {
    case 'accepted': {
      await bookOrder(ctx, { executionId, order: outcome.order, sentAt, acknowledgedAt, ...(market && { market }) });
      return;
    }
    case 'refused': {
      await bookRefusal(ctx, { executionId, code: outcome.code, message: outcome.message, sentAt });
      return;
    }
    case 'unknown': {
      await bookUnknown(ctx, { executionId, message: outcome.message, sentAt });
    }
  }
}
